import { describe, expect, it } from 'vitest'
import type * as Y from 'yjs'
import type { ChainTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import { canonicalState } from '#lib/document/encode-state'
import { entryKind } from '#lib/protocol/entry-kind'
import type { WorkspaceStore } from '#lib/storage/storage'
import { carry, type FoldedDevice, foldedClock, foldedPage, foldedWorkspace } from '#lib/testing/folded-workspace'
import { found, page, replicaOf, storeOf, typist } from '#lib/testing/lone-replica'

const DAY_MS = 86_400_000
const small = { entries: 50, fewest: 8 }
const typed = (count: number, word = 'x') =>
  Array.from({ length: count }, (_, i) => (text: Y.XmlText) => text.insert(text.length, `${word}${i} `))
const pageOf = ({ replica }: FoldedDevice): ChainTag =>
  replica.heads().find(({ lane }) => lane === 'content')?.chain as ChainTag

/** An entry that can be in no segment. */
async function unfoldable({ replica }: FoldedDevice): Promise<void> {
  const payload = encodeAcknowledgement([])
  const done = await replica.append({ channel: foldedPage, kind: entryKind.acknowledge, payload })
  if (!done.ok) throw new Error(done.error.type)
}

describe('S0 what is left of a chain at rest', () => {
  it('S0 is folded once nothing was written on it for a day, and its author goes on after it', async () => {
    const { alice, device } = await foldedWorkspace(small)
    await alice.write(typed(70))
    await alice.fold()
    expect(alice.replica.segments(pageOf(alice))).toHaveLength(1)
    foldedClock.ms += DAY_MS - 1000
    await alice.fold()
    expect(alice.replica.segments(pageOf(alice))).toHaveLength(1)
    foldedClock.ms += 1000
    const again = await alice.restart()
    await again.fold()
    const seq = again.replica.head(pageOf(again))?.seq
    expect(again.replica.segments(pageOf(again)).map(({ from, to }) => [from, to])).toEqual([
      [2, 51],
      [52, seq],
    ])

    await again.write(typed(20, 'y'))
    await again.fold()
    expect(again.replica.segments(pageOf(again))).toHaveLength(2)
    foldedClock.ms += DAY_MS
    await again.fold()
    expect(again.replica.segments(pageOf(again))[2]).toMatchObject({ from: (seq ?? 0) + 1, to: (seq ?? 0) + 20 })
    const [bob, carol] = [await device(), await device()]
    expect(await carry(again, bob)).toMatchObject({ segments: 3, entries: 2 })
    await carry(again, carol, { originals: true })
    for (const one of [bob, carol]) expect(canonicalState(await one.doc())).toEqual(canonicalState(await again.doc()))
    expect(bob.replica.heads()).toEqual(carol.replica.heads())
    expect([...bob.refused, ...carol.refused]).toEqual([])
  })

  it('S0 waits while it is not worth a segment, and belongs to the next with what comes after it', async () => {
    const { alice } = await foldedWorkspace(small)
    await alice.write(typed(5))
    foldedClock.ms += DAY_MS
    expect(await alice.replica.fold()).toBe(false)
    await alice.write(typed(5, 'y'))
    expect(await alice.replica.fold()).toBe(false)
    foldedClock.ms += DAY_MS
    await alice.fold()
    expect(alice.replica.segments(pageOf(alice)).map(({ from, to }) => [from, to])).toEqual([[2, 11]])
  })

  it('S0 is looked at once where nothing of it is worth a segment', async () => {
    const { alice } = await foldedWorkspace(small)
    await alice.write(typed(4))
    for (let i = 0; i < 9; i++) await unfoldable(alice)
    await alice.write(typed(7, 'y'))
    foldedClock.ms += DAY_MS
    await alice.fold()
    expect(await alice.replica.fold()).toBe(false)
    expect(alice.replica.segments(pageOf(alice))).toEqual([])
  })
})

it('S0 reads the newest entry of a chain once, however often it is asked whether it is at rest', async () => {
  const store = await storeOf()
  let reads = 0
  const counted: WorkspaceStore = {
    ...store,
    readChain(...asked) {
      reads++
      return store.readChain(...asked)
    },
  }
  let ms = 1_700_000_000_000
  const clock = { now: () => ms, after: () => () => {} }
  const settings = { entries: 50, fewest: 4 }
  const { replica } = await replicaOf(await found(), counted, settings, createNodeCrypto(), undefined, clock)
  const { type } = await typist(replica, 0, page)
  const readsOfLooks = async (): Promise<number> => {
    const before = reads
    for (let i = 0; i < 5; i++) {
      expect(await replica.fold()).toBe(false)
      ms += 5000
    }
    return reads - before
  }
  for (let i = 0; i < 6; i++) await type(`word${i}`)
  expect(await readsOfLooks()).toBe(1)
  await type('more')
  expect(await readsOfLooks()).toBe(1)
  ms += DAY_MS
  while (await replica.fold()) {}
  expect(await readsOfLooks()).toBe(0)
  for (let i = 0; i < 3; i++) await type(`few${i}`)
  expect(await readsOfLooks()).toBe(0)
})
