import { expect, it } from 'vitest'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { headsBefore } from '#lib/replica/heads-before'
import type { ReplicaCore } from '#lib/replica/replica-core'

const chain = new Uint8Array(16) as ChainTag
const heads = [new Uint8Array(32) as EntryId]

/** What is read of a chain to tell the heads before an entry. */
async function lookBefore(from: number, knownTo: number) {
  const asked: (readonly [from: number, count: number])[] = []
  const core = {
    segments: { chain: () => undefined },
    store: {
      readChain(_: ChainTag, first: number, count: number) {
        asked.push([first, count])
        return Promise.resolve(ok([]))
      },
    },
  } as unknown as ReplicaCore
  return { found: await headsBefore(core, chain, from, { to: knownTo, heads }), asked }
}

it('E4 reads nothing before an entry of which the heads are known, and nothing at all right after it', async () => {
  expect(await lookBefore(900, 899)).toEqual({ found: heads, asked: [] })
  expect(await lookBefore(900, 890)).toEqual({ found: heads, asked: [[891, 9]] })
})

it('E4 reads 256 entries where what is known lies further back, or behind', async () => {
  for (const knownTo of [600, 900])
    expect(await lookBefore(900, knownTo)).toEqual({ found: undefined, asked: [[644, 256]] })
})
