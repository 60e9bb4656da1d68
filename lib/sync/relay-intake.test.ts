import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { blobOf, segmentBlobOf } from '#lib/protocol/blob'
import { createRelayIntake } from '#lib/sync/relay-intake'
import { createSegmentRanges } from '#lib/sync/segment-ranges'
import { carry, foldedWorkspace } from '#lib/testing/folded-workspace'

it('S2 R5 tells of a segment as often as the relay shows it, and of entries only when they are new', async () => {
  const { alice, device } = await foldedWorkspace({ entries: 4, fewest: 2 })
  await alice.write(Array.from({ length: 12 }, (_, i) => (text) => text.insert(0, `word ${i} `)))
  await alice.fold()
  const bob = await device()
  const [log, content] = (['log', 'content'] as const).map((one) =>
    alice.replica.heads().find(({ lane }) => lane === one),
  )
  if (!log || !content) throw new Error('nothing was written')
  await carry(alice, bob, { chain: log.chain })
  await bob.replica.receive(await alice.replica.read(content.chain, 1, 1))
  const segment = await alice.replica.nextSegment(content.chain, 1)
  const entries = await alice.replica.read(content.chain, (segment?.to ?? 0) + 1, 1_000_000)
  const told: string[] = []
  const intake = createRelayIntake({
    source: bob.replica,
    onHeld: () => {},
    onSegment: (chain, { to }) => void told.push(`${toHex(chain) === toHex(content.chain)} to ${to}`),
    onTaken: ({ lane }) => void told.push(lane),
    onWaiting: () => void told.push('waiting'),
    onCovered: () => void told.push('covered'),
    onFailed: () => void told.push('failed'),
  })
  const items = [segmentBlobOf(segment?.bytes ?? new Uint8Array()), blobOf(entries)].map(({ bytes }) => ({
    cursor: 1,
    bytes,
  }))
  for (let i = 0; i < 2; i++) {
    await intake.inOrder(() => intake.take(items, { isOver: false, ranges: createSegmentRanges() }))
  }
  expect(told).toEqual([`true to ${segment?.to}`, 'segment', 'content', `true to ${segment?.to}`])
})

it('S0 R5 keeps for later what had no room to wait in, and leaves its entries out until then', async () => {
  const { alice } = await foldedWorkspace({ entries: 4, fewest: 2 })
  await alice.write(Array.from({ length: 12 }, (_, i) => (text) => text.insert(0, `word ${i} `)))
  await alice.fold()
  const chain = alice.replica.heads().find(({ lane }) => lane === 'content')?.chain
  const segment = chain && (await alice.replica.nextSegment(chain, 1))
  if (!segment) throw new Error('nothing was folded')
  const blob = segmentBlobOf(segment.bytes)
  for (const isFull of [true, undefined]) {
    const waiting: number[] = []
    const ranges = createSegmentRanges()
    const intake = createRelayIntake({
      source: {
        ...alice.replica,
        receiveSegment: async () => ({ type: 'refused', chain, from: 2, ...(isFull ? { isFull } : {}) }),
      },
      onHeld() {},
      onSegment() {},
      onTaken() {},
      onWaiting: (_, cursor) => void waiting.push(cursor),
      onCovered() {},
      onFailed() {},
    })
    await intake.inOrder(() => intake.take([{ cursor: 7, bytes: blob.bytes }], { isOver: false, ranges }))
    expect([waiting, ranges.all.length]).toEqual(isFull ? [[7], 1] : [[], 0])
  }
})
