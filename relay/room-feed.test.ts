import { describe, expect, it } from 'vitest'
import type { RelayKey } from '#lib/protocol/door'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { ReadPage } from '#relay/log-store'
import type { Visitor } from '#relay/room'
import { createRoomFeed, type RoomFeedOptions } from '#relay/room-feed'
import type { SharedFrame } from '#relay/shared-frame'

/** A feed that `count` listen to, besides the one who writes. */
async function heardBy(
  count: number,
  read: RoomFeedOptions['read'] = () => Promise.reject(new Error('Nothing is to be read')),
) {
  const clock = createVirtualClock()
  const pushes: { readonly at: number; readonly frames: readonly SharedFrame[]; readonly end: number }[] = []
  const acknowledged: number[] = []
  const listener = (): Visitor => ({
    relayKey: new Uint8Array(32) as RelayKey,
    send: (frame) => void (frame.type === 'stored' && acknowledged.push(...frame.items.map(({ cursor }) => cursor))),
    push: (frames, end) => void pushes.push({ at: clock.now(), frames, end }),
    whisper: (shared) => void pushes.push({ at: clock.now(), frames: [shared], end: 0 }),
    sendAway: () => {},
  })
  const feed = createRoomFeed({
    end: 0,
    read,
    clock,
    defer: (task) => void clock.after(0, task),
    flush: () => {},
    failed: () => {},
  })
  for (let i = 0; i < count; i++) feed.subscribe(listener())
  const writer = listener()
  const store = (cursor: number) => {
    feed.stored({ cursor, hash: Uint8Array.of(cursor), bytes: Uint8Array.of(cursor) }, true, writer)
  }
  return { clock, pushes, acknowledged, feed, store, startedAt: clock.now() }
}

describe('what a room is told', () => {
  it('R4 goes out at once after a quiet moment, then gathered, a millisecond for every five who listen', async () => {
    const { clock, pushes, store, startedAt } = await heardBy(100)
    store(1)
    await clock.advance(1)
    for (let cursor = 2; cursor <= 11; cursor++) {
      store(cursor)
      await clock.advance(1)
    }
    await clock.advance(100)
    expect(pushes.map(({ at, end }) => [at - startedAt, end])).toEqual([
      ...Array.from({ length: 100 }, () => [0, 1]),
      ...Array.from({ length: 100 }, () => [20, 11]),
    ])
  })

  it('R4 goes out with the commit of its turn, and without one that lasts longer', async () => {
    const { clock, pushes, feed, store, startedAt } = await heardBy(50)
    expect(feed.beginTurn()).toBe(true)
    store(1)
    await clock.advance(5)
    expect(feed.beginTurn()).toBe(false)
    feed.whisper({ type: 'presence', sealed: Uint8Array.of(9) })
    await clock.advance(8)
    store(2)
    await clock.advance(2)
    expect(feed.beginTurn()).toBe(false)
    feed.whisper({ type: 'presence', sealed: Uint8Array.of(9) })
    await clock.advance(100)
    const times = [...new Set(pushes.map(({ at }) => at - startedAt))]
    expect(times).toEqual([0, 13, 30])
  })

  it('R4 says that it stored what came while it read what another node stored', async () => {
    let finishReading = (_: ReadPage) => {}
    const reading = new Promise<ReadPage>((resolve) => {
      finishReading = resolve
    })
    const { clock, pushes, acknowledged, feed, store } = await heardBy(1, () => reading)
    feed.hear(1)
    await clock.advance(1)
    store(2)
    await clock.advance(1)
    expect(acknowledged).toEqual([2])
    finishReading({ blobs: [{ cursor: 1, bytes: Uint8Array.of(1) }], cursor: 1, hasMore: false })
    await clock.advance(60_000)
    expect(pushes.map(({ end }) => end)).toEqual([1, 2])
    expect(acknowledged).toEqual([2])
  })

  it('R4 is encoded once for all', async () => {
    const { clock, pushes, feed, store } = await heardBy(3)
    store(1)
    feed.whisper({ type: 'presence', sealed: Uint8Array.of(9) })
    await clock.advance(100)
    expect(new Set(pushes.flatMap(({ frames }) => frames)).size).toBe(2)
    expect(pushes).toHaveLength(6)
  })
})
