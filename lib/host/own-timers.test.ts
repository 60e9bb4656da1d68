import { describe, expect, it } from 'vitest'
import { createOwnTimers } from '#lib/host/own-timers'
import { createVirtualClock } from '#lib/testing/virtual-clock'

describe('the timers of a workspace that is open', () => {
  it('run like any others, and can be taken back', async () => {
    const clock = createVirtualClock()
    const timers = createOwnTimers(clock)
    const ran: string[] = []
    timers.clock.after(10, () => ran.push('first'))
    timers.clock.after(20, () => ran.push('second'))()
    await clock.advance(30)
    expect(ran).toEqual(['first'])
    expect(timers.clock.now()).toBe(clock.now())
  })

  it('V4 end with it, and nothing begins to wait afterwards', async () => {
    const clock = createVirtualClock()
    const timers = createOwnTimers(clock)
    const ran: string[] = []
    timers.clock.after(10, () => ran.push('waited'))
    timers.end()
    timers.clock.after(10, () => ran.push('late'))
    await clock.advance(30)
    expect(ran).toEqual([])
  })
})
