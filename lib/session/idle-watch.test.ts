import { describe, expect, it } from 'vitest'
import { createIdleWatch, TELL_EVERY_MS } from '#lib/session/idle-watch'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const LIMIT_MS = 60_000

function openWatch() {
  const clock = createVirtualClock()
  const counts = { locked: 0, told: 0 }
  const watch = createIdleWatch({ clock, onIdle: () => counts.locked++, tellActive: () => counts.told++ })
  watch.setLimit(LIMIT_MS)
  return { clock, counts, watch }
}

describe('the idle lock', () => {
  it('V4 locks once when nobody did anything for the whole time, and not a moment earlier', async () => {
    const { clock, counts } = openWatch()
    await clock.advance(LIMIT_MS - 1)
    expect(counts.locked).toBe(0)
    await clock.advance(10 * LIMIT_MS)
    expect([counts.locked, clock.waiting]).toEqual([1, 0])
  })

  it('V4 never cuts somebody who types, here or in another tab', async () => {
    const { clock, counts, watch } = openWatch()
    for (let i = 0; i < 100; i++) {
      await clock.advance(LIMIT_MS - 1)
      if (i % 2 === 0) watch.sign()
      else watch.signElsewhere(clock.now())
    }
    expect(counts.locked).toBe(0)
  })

  it('V4 tells the other tabs that somebody is here, now and then', async () => {
    const { clock, counts, watch } = openWatch()
    for (let i = 0; i < 100; i++) {
      watch.sign()
      await clock.advance(100)
    }
    expect(counts.told).toBe(Math.ceil((100 * 100) / TELL_EVERY_MS))
  })

  it('V4 takes no key for a sign of life after a sleep that stopped the timers', () => {
    let now = 0
    const counts = { locked: 0, told: 0 }
    const clock = { now: () => now, after: () => () => {} }
    const watch = createIdleWatch({ clock, onIdle: () => counts.locked++, tellActive: () => counts.told++ })
    watch.setLimit(LIMIT_MS)
    now = 8 * 60 * LIMIT_MS
    watch.sign()
    watch.look()
    expect(counts).toEqual({ locked: 1, told: 0 })
  })

  it('V4 counts from when somebody was elsewhere, not from when it hears of that', () => {
    let now = 0
    let locked = 0
    const clock = { now: () => now, after: () => () => {} }
    const watch = createIdleWatch({ clock, onIdle: () => locked++, tellActive: () => {} })
    watch.setLimit(LIMIT_MS)
    now = 8 * 60 * LIMIT_MS
    watch.signElsewhere(1000)
    watch.look()
    expect(locked).toBe(1)
  })

  it('V4 goes back in no time, and believes no sign from the future', async () => {
    const { clock, counts, watch } = openWatch()
    await clock.advance(LIMIT_MS / 2)
    watch.signElsewhere(clock.now() + 10 * LIMIT_MS)
    watch.signElsewhere(clock.now() - LIMIT_MS)
    await clock.advance(LIMIT_MS - 1)
    expect(counts.locked).toBe(0)
    await clock.advance(1)
    expect(counts.locked).toBe(1)
  })

  it('V4 follows a tab that found nobody there, unless it knows better', async () => {
    const { clock, counts, watch } = openWatch()
    await clock.advance(LIMIT_MS / 2)
    watch.idleElsewhere()
    expect(counts.locked).toBe(0)
    await clock.advance(LIMIT_MS / 2 - TELL_EVERY_MS)
    watch.idleElsewhere()
    expect(counts.locked).toBe(1)
  })

  it('V4 stops watching without a limit, and counts anew with another', async () => {
    const { clock, counts, watch } = openWatch()
    watch.setLimit(undefined)
    watch.sign()
    await clock.advance(10 * LIMIT_MS)
    expect(counts).toEqual({ locked: 0, told: 0 })
    watch.setLimit(LIMIT_MS)
    await clock.advance(LIMIT_MS)
    expect(counts.locked).toBe(1)
  })
})
