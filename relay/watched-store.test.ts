import { describe, expect, it } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createWallClock } from '#lib/testing/wall-clock'
import type { LogStore } from '#relay/log-store'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createMeter } from '#relay/meter'
import { watchStore } from '#relay/watched-store'

const watched = (bent: Partial<LogStore> = {}) => {
  const clock = createVirtualClock()
  const wall = createWallClock(clock)
  const store = { ...createMemoryLogStore(createSeededRandom(1)), ...bent }
  const meter = createMeter()
  const lines: string[] = []
  const log = { debug: () => {}, warn: (facts: object, text: string) => void lines.push(JSON.stringify(facts) + text) }
  return { clock, wall, meter, lines, ...watchStore(store, meter, wall, log) }
}

describe('watched store', () => {
  it('R4 is not well for a while after a commit failed', async () => {
    const { clock, meter, store, isWell } = watched({ commit: () => Promise.reject(new Error('disk full')) })
    expect(await isWell()).toBe(true)
    await expect(store.commit([])).rejects.toThrow('disk full')
    expect(await isWell()).toBe(false)
    expect(meter.text([])).toContain('waxwing_commits_failed_total 1\n')
    await clock.advance(10_000)
    expect(await isWell()).toBe(true)
  })

  it('R4 is well again though the clock was set back after a commit failed', async () => {
    let isFull = true
    const { clock, wall, lines, store, isWell } = watched({
      commit: () => (isFull ? Promise.reject(new Error('disk full')) : Promise.resolve([])),
    })
    await store.commit([]).catch(() => {})
    wall.set(-3_600_000)
    await clock.advance(10_000)
    isFull = false
    await store.commit([])
    expect([await isWell(), lines.length]).toEqual([true, 2])
  })

  it('R4 says once that it refuses commits, by a code and no more, and once that it takes them again', async () => {
    const full = Object.assign(new Error('no room for 0123abcd'), { code: 'SQLITE_FULL' })
    let isFull = true
    const { clock, lines, store } = watched({ commit: () => (isFull ? Promise.reject(full) : Promise.resolve([])) })
    for (isFull of [true, false, true, false]) await store.commit([]).catch(() => {})
    await clock.advance(10_000)
    for (isFull of [false, false]) await store.commit([]).catch(() => {})
    expect(lines).toEqual([
      '{"code":"SQLITE_FULL"}the store refuses commits: devices keep what they write',
      '{}the store takes commits again',
    ])
  })

  it('R4 is not well while it gives no answer', async () => {
    const { clock, isWell } = watched({ receipts: () => new Promise(() => {}) })
    const well = isWell()
    await clock.advance(3000)
    expect(await well).toBe(false)
  })
})
