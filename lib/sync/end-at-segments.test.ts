import { expect, it } from 'vitest'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { endAt, endsBeside } from '#lib/sync/end-at-segments'
import { createTestChain } from '#lib/testing/test-chain'

/** Entries 1 to `count`, of which those are signed. */
async function run(count: number, signed: readonly number[]): Promise<readonly SealedEntry[]> {
  const entries = await (await createTestChain('alice')).writeMany(count)
  return entries.map(({ signature, ...entry }) => {
    if (!signature) throw new Error('unsigned')
    return signed.includes(entry.header.seq) ? { ...entry, signature } : entry
  })
}

it('S2 ends a run before a segment begins, and where it ends', async () => {
  const entries = await run(9, [1, 2, 3, 4, 5, 6, 7, 8, 9])
  const ends = endsBeside([{ from: 3, to: 6 }])
  expect(endAt(entries, ends)).toHaveLength(2)
  expect(endAt(entries.slice(2), ends)).toEqual(entries.slice(2, 6))
  expect(endAt(entries.slice(6), ends)).toEqual(entries.slice(6))
  expect(endAt(entries.slice(2, 6), ends)).toEqual(entries.slice(2, 6))
})

it('S2 E9 ends a run with a signature, and goes past the end of a segment only where there is none before', async () => {
  const entries = await run(9, [1, 4, 8, 9])
  expect(endAt(entries, [6])).toEqual(entries.slice(0, 4))
  expect(endAt(entries.slice(4), [6])).toEqual(entries.slice(4, 8))
})
