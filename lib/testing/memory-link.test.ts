import { describe, expect, it } from 'vitest'
import { createMemoryLinkPair, type MemoryRoad } from '#lib/testing/memory-link'
import { createVirtualClock } from '#lib/testing/virtual-clock'

function connected(road: MemoryRoad = {}) {
  const clock = createVirtualClock()
  const { a, b, cut } = createMemoryLinkPair(clock, road)
  const got: number[] = []
  const ends: string[] = []
  b.onFrame = (frame) => got.push(frame[0] ?? -1)
  a.onClose = (reason) => ends.push(`a ${reason}`)
  b.onClose = (reason) => ends.push(`b ${reason}`)
  return { clock, a, b, cut, got, ends }
}

describe('memory links', () => {
  it('E10 delivers in order, however long each frame takes', async () => {
    const delays = [50, 10, 30]
    const { clock, a, got } = connected({ delayMs: () => delays.shift() ?? 0 })
    for (const n of [1, 2, 3]) a.send(Uint8Array.of(n))
    await clock.advance(49)
    expect(got).toEqual([])
    await clock.advance(1)
    expect(got).toEqual([1, 2, 3])
  })

  it('closes both ends when a frame is lost', async () => {
    const { clock, a, got, ends } = connected({ breaksNext: () => true })
    a.send(Uint8Array.of(1))
    await clock.advance(1)
    expect(got).toEqual([])
    expect(ends.toSorted()).toEqual(['a broken', 'b broken'])
  })

  it('tells both ends of a cut, and nobody of a silent one', async () => {
    const road: MemoryRoad = {}
    const { clock, a, cut, got, ends } = connected(road)
    road.silent = true
    a.send(Uint8Array.of(1))
    await clock.advance(1000)
    expect([got, ends]).toEqual([[], []])
    cut('unplugged')
    await clock.advance(1)
    expect(ends).toEqual(['a unplugged', 'b unplugged'])
  })

  it('queues what a slow road has not carried yet', async () => {
    const { clock, a, got } = connected({ bytesPerSecond: 1_000_000 })
    let drained = false
    for (const n of [1, 2]) a.send(new Uint8Array(500_000).fill(n))
    void a.drained().then(() => {
      drained = true
    })
    expect(a.queuedBytes()).toBe(1_000_000)
    await clock.advance(500)
    expect([got, drained]).toEqual([[1], false])
    await clock.advance(500)
    expect([got, drained, a.queuedBytes()]).toEqual([[1, 2], true, 0])
  })
})
