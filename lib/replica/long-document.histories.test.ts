import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { DEFAULT_FOLD_SETTINGS } from '#lib/replica/fold-own'
import { createSyncEngine } from '#lib/sync/sync-engine'
import { type FoldedDevice, foldedWorkspace } from '#lib/testing/folded-workspace'
import { loadTrace } from '#lib/testing/load-trace'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'

const { txns, endContent } = loadTrace('automerge-paper', { whole: process.env.DEEP === '1' })
const edits = txns.map(({ patches }) => (text: Y.XmlText) => {
  for (const [at, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(at, deleted)
    if (inserted) text.insert(at, inserted)
  }
})

/** Joins two devices and lets time pass; the bytes and entries that `to` took in. */
async function meet(clock: VirtualClock, from: FoldedDevice, to: FoldedDevice, isOver: () => boolean) {
  const random = createSeededRandom(1)
  let [bytes, entries] = [0, 0]
  const pair = createMemoryLinkPair(clock, { onSend: (frame) => (bytes += frame.length) })
  const engines = [from, to].map((device) => createSyncEngine({ source: device.replica, clock, random: random.fork() }))
  const [near, far] = engines
  to.hooks.stored = (run) => {
    entries += run.length
    far?.committed(run)
  }
  to.hooks.covered = (chain) => far?.reached(chain)
  near?.connect(pair.a, { trusted: true, name: 'near' })
  far?.connect(pair.b, { trusted: true, name: 'far' })
  for (let waited = 0; waited < 600_000 && !isOver(); waited += 1000) await clock.advance(1000)
  for (const engine of engines) engine.close()
  return { bytes, entries }
}

it('S0 a newcomer opens a long document from its segments, and fetches the entries at leisure', async () => {
  const clock = createVirtualClock()
  const { alice, device } = await foldedWorkspace({ ...DEFAULT_FOLD_SETTINGS, entries: 256 })
  await alice.write(edits)
  const holdsAll = (one: FoldedDevice) => () =>
    one.replica.heads().length === 2 && one.replica.head(pageOf(alice))?.seq === alice.replica.head(pageOf(alice))?.seq
  const carol = await device()
  const single = await meet(clock, alice, carol, holdsAll(carol))

  await alice.fold()
  const bob = await device()
  const folded = await meet(clock, alice, bob, holdsAll(bob))
  expect(await bob.text()).toBe(endContent)
  expect(folded.entries).toBeLessThan(260)
  expect(folded.entries * 4).toBeLessThan(single.entries)
  expect(folded.bytes * 3).toBeLessThan(single.bytes)

  const dave = await device()
  expect((await meet(clock, bob, dave, holdsAll(dave))).bytes).toBeLessThan(folded.bytes * 1.1)
  expect(canonicalState(await dave.doc())).toEqual(canonicalState(await alice.doc()))

  await meet(clock, alice, bob, () => bob.replica.covered().length === 0)
  expect(bob.replica.covered()).toEqual([])
  expect(canonicalState(await bob.doc())).toEqual(canonicalState(await alice.doc()))
  expect([...bob.refused, ...dave.refused]).toEqual([])
})

const pageOf = ({ replica }: FoldedDevice) =>
  replica.heads().find(({ lane }) => lane === 'content')?.chain ?? (new Uint8Array(16) as never)
