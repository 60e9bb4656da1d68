import { beforeEach, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createDeviceLinks, type DeviceLinks } from '#lib/host/device-links'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'

const [LOW, HIGH] = [new Uint8Array(32).fill(1) as DeviceId, new Uint8Array(32).fill(2) as DeviceId]

interface End {
  close(reason: string): void
}

let clock: VirtualClock
let low: DeviceLinks<End>
let high: DeviceLinks<End>
let closed: string[]
beforeEach(() => {
  clock = createVirtualClock()
  low = createDeviceLinks(LOW, clock)
  high = createDeviceLinks(HIGH, clock)
  closed = []
})

/** A link whose ends hear of its closing a little later. */
function link(name: string): { readonly atLow: End; readonly atHigh: End } {
  const close = () => {
    closed.push(name)
    clock.after(50, () => {
      low.remove(HIGH, ends.atLow)
      high.remove(LOW, ends.atHigh)
    })
  }
  const ends = { atLow: { close }, atHigh: { close } }
  return ends
}

it('K5 of two links that both ends saw in another order one stays', async () => {
  const [one, two] = [link('one'), link('two')]
  low.add(HIGH, one.atLow)
  low.add(HIGH, two.atLow)
  high.add(LOW, two.atHigh)
  high.add(LOW, one.atHigh)
  await clock.advance(5000)
  expect(closed).toEqual(['one'])
  expect(low.all()).toEqual([[toHex(HIGH), two.atLow]])
  expect(high.all()).toEqual([[toHex(LOW), two.atHigh]])
  expect([...high.devices()]).toEqual([toHex(LOW)])
})

it('K5 where the other end holds one of them alone, the device with the higher key closes the older', async () => {
  const [one, two] = [link('one'), link('two')]
  high.add(LOW, one.atHigh)
  high.add(LOW, two.atHigh)
  await clock.advance(900)
  expect(closed).toEqual([])
  await clock.advance(200)
  expect(closed).toEqual(['one'])
  expect(high.all()).toEqual([[toHex(LOW), two.atHigh]])
  expect(high.remove(LOW, two.atHigh)).toBe(true)
  expect(high.devices().size).toBe(0)
})
