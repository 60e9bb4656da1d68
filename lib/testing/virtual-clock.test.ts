import { describe, expect, it } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'

describe('virtual clock', () => {
  it('runs tasks in the order of their due time, then of their making', async () => {
    const clock = createVirtualClock(0)
    const random = createSeededRandom(1)
    const ran: string[] = []
    const tasks = Array.from({ length: 200 }, (_, i) => ({ at: random.below(20), name: i }))
    for (const { at, name } of tasks) clock.after(at, () => ran.push(`${at}:${name}`))
    await clock.advance(20)
    expect(ran).toEqual(tasks.toSorted((a, b) => a.at - b.at).map(({ at, name }) => `${at}:${name}`))
  })

  it('does not run what was cancelled, and cancelling late harms nobody', async () => {
    const clock = createVirtualClock()
    const ran: number[] = []
    const cancels = [1, 2, 3].map((ms) => clock.after(ms, () => ran.push(ms)))
    cancels[1]?.()
    expect(clock.waiting).toBe(2)
    await clock.advance(5)
    for (const cancel of cancels) cancel()
    clock.after(1, () => ran.push(4))
    await clock.advance(5)
    expect(ran).toEqual([1, 3, 4])
  })

  it('counts what a promise starts to the instant it belongs to', async () => {
    const clock = createVirtualClock(0)
    const seen: number[] = []
    clock.after(10, async () => {
      await Promise.resolve()
      clock.after(5, () => seen.push(clock.now()))
    })
    await clock.advance(12)
    expect([clock.now(), seen]).toEqual([12, []])
    expect(await clock.runUntilIdle(100)).toBe(true)
    expect(seen).toEqual([15])
  })

  it('gives up on a clock that never rests', async () => {
    const clock = createVirtualClock()
    const again = () => void clock.after(10, again)
    again()
    expect(await clock.runUntilIdle(1000)).toBe(false)
  })
})
