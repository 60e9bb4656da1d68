import { describe, expect, it } from 'vitest'
import type { ChannelName } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import type { WorkspaceHost } from '#lib/host/workspace-host'
import { openWorkspaceRoad } from '#lib/host/workspace-road'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const NAME = new Uint8Array(20) as ChannelName

/** A leader's part that takes everything, started after `failures` attempts that fail. */
function openRoad(
  failures: number,
  { browser = createMemoryBrowser(), clock = createVirtualClock(), tab = 'bb' } = {},
) {
  let starts = 0
  let closed = 0
  const host = {
    append: async () => ok(undefined),
    run: async () => ok({ type: 'done' }),
    close: async () => void closed++,
  } as unknown as WorkspaceHost
  const platform = browser.openTab()
  const road = openWorkspaceRoad({
    workspace: 'aa',
    tab,
    platform,
    clock,
    startHost: async () => {
      if (++starts <= failures) throw new Error('disk', { cause: { type: 'storage-full' } })
      return host
    },
  })
  return { road, platform, clock, starts: () => starts, closed: () => closed }
}

describe('the road to the leader', () => {
  it('starts the leader’s part again after it failed, and tells the tab', async () => {
    const { road, clock } = openRoad(1)
    let told = 0
    await clock.advance(0)
    road.onLeader = () => void told++
    expect(await road.append(NAME, new Uint8Array())).toMatchObject({ ok: false })
    await clock.advance(10_000)
    expect(told).toBe(1)
    expect(await road.append(NAME, new Uint8Array())).toEqual(ok(undefined))
  })

  it('E2 starts the leader’s part anew with new keys, after the answer, and tells every tab', async () => {
    const browser = createMemoryBrowser()
    const leading = openRoad(0, { browser })
    await leading.clock.advance(0)
    const other = openRoad(0, { browser, clock: leading.clock, tab: 'cc' })
    let told = 0
    other.road.onLeader = () => void told++
    const asked = other.road.run({ type: 'renew-keys' })
    await leading.clock.advance(0)
    expect(await asked).toEqual(ok({ type: 'done' }))
    await leading.clock.advance(10)
    expect([leading.starts(), leading.closed(), told, other.starts()]).toEqual([2, 1, 1, 0])
    expect(await other.road.run({ type: 'rotate-keys' })).toEqual(ok({ type: 'done' }))
    expect(leading.starts()).toBe(2)
  })

  it('says why nothing was opened: the disk, a tab that does not answer, or neither', async () => {
    const full = openRoad(1)
    await full.clock.advance(0)
    expect([await full.road.open(NAME), full.road.failure()]).toEqual([undefined, { type: 'storage-full' }])

    const browser = createMemoryBrowser()
    const asleep = openRoad(0, { browser })
    await asleep.clock.advance(0)
    const waiting = openRoad(0, { browser, clock: asleep.clock, tab: 'cc' })
    asleep.platform.suspend()
    const unanswered = waiting.road.open(NAME)
    await asleep.clock.advance(2000)
    expect([await unanswered, waiting.road.failure()]).toEqual([undefined, { type: 'nobody-leads' }])

    const faulty = openRoad(0)
    await faulty.clock.advance(0)
    expect([await faulty.road.open(NAME), faulty.road.failure()]).toEqual([undefined, { type: 'host-failed' }])
  })

  it('D5 tells a tab that the lead was taken from it, even if it heard nothing of the new leader', async () => {
    const browser = createMemoryBrowser()
    const slept = openRoad(0, { browser })
    await slept.clock.advance(0)
    const awake = openRoad(0, { browser, clock: slept.clock, tab: 'cc' })
    let told = 0
    slept.road.onLeader = () => void told++
    slept.platform.suspend()
    const lost = awake.road.append(NAME, new Uint8Array())
    await slept.clock.advance(5000)
    expect(await lost).toMatchObject({ ok: false })
    expect([awake.starts(), slept.closed(), told]).toEqual([1, 1, 1])
  })

  it('notices a tab of another release', async () => {
    const browser = createMemoryBrowser()
    const { road, clock } = openRoad(0, { browser })
    let noticed = 0
    road.onForeignVersion = () => noticed++
    browser.openTab().openChannel('waxwing/aa').postMessage({ waxwing: 9, message: {} })
    await clock.advance(0)
    expect(noticed).toBe(1)
  })

  it('closes what it started, and starts nothing afterwards', async () => {
    const { road, clock, starts, closed } = openRoad(0)
    await clock.advance(0)
    await road.close()
    expect(closed()).toBe(1)
    const failing = openRoad(99)
    await failing.clock.advance(0)
    await failing.road.close()
    await failing.clock.advance(60_000)
    expect([starts(), failing.starts()]).toEqual([1, 1])
  })
})
