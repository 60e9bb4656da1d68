import { expect, it } from 'vitest'
import { createViewTiming } from '#lib/host/view-timing'
import { createVirtualClock } from '#lib/testing/virtual-clock'

/** When what was told, in milliseconds after the first of these changes. */
async function toldAfter(changes: readonly number[], untilMs: number): Promise<readonly number[]> {
  const clock = createVirtualClock(0)
  const told: number[] = []
  const timing = createViewTiming(clock, () => told.push(clock.now()))
  for (const at of changes) clock.after(at, timing.changed)
  await clock.advance(untilMs)
  return told
}

const everyMs = (ms: number, untilMs: number) => Array.from({ length: untilMs / ms }, (_, i) => i * ms)

it('tells a change soon, and several as one', async () => {
  expect(await toldAfter([0], 5000)).toEqual([50])
  expect(await toldAfter([0, 20, 40], 5000)).toEqual([90])
})

it('tells in the pauses of somebody who types, twice a second', async () => {
  expect(await toldAfter(everyMs(130, 1200), 5000)).toEqual([50, 570, 1090])
})

it('tells every second where there is no pause', async () => {
  expect(await toldAfter(everyMs(20, 2500), 2500)).toEqual([1000, 2020])
})

it('tells nothing when it is closed', async () => {
  const clock = createVirtualClock(0)
  const told: number[] = []
  const timing = createViewTiming(clock, () => told.push(clock.now()))
  timing.changed()
  timing.close()
  timing.changed()
  await clock.advance(5000)
  expect(told).toEqual([])
})
