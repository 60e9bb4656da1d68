import { expect, it } from 'vitest'
import { CLIENT_SLOTS, showTabLife, tabGone, takeClientSlot, takeSlot, takeSpareSlot } from '#lib/tabs/client-slots'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { createVirtualClock } from '#lib/testing/virtual-clock'

it('E7 sixteen tabs write, the seventeenth reads, and a free slot is taken again', async () => {
  const browser = createMemoryBrowser()
  const tabs = Array.from({ length: CLIENT_SLOTS }, () => browser.openTab())
  const slots = await Promise.all(tabs.map((tab) => takeClientSlot(tab.locks, 'ab')))
  expect(slots.map((slot) => slot?.slot)).toEqual(tabs.map((_, i) => i))
  const late = browser.openTab()
  expect(await takeClientSlot(late.locks, 'ab')).toBeUndefined()
  tabs[5]?.kill()
  expect((await takeClientSlot(late.locks, 'ab'))?.slot).toBe(5)
})

it('E7 a slot that a tab writes under is not to be had by its number either', async () => {
  const { locks } = createMemoryBrowser().openTab()
  await takeClientSlot(locks, 'ab')
  expect(await takeSlot(locks, 'ab', 0)).toBeUndefined()
  expect((await takeSlot(locks, 'ab', 1))?.slot).toBe(1)
  expect((await takeClientSlot(locks, 'ab'))?.slot).toBe(2)
})

it('E7 slots of another workspace are free', async () => {
  const { locks } = createMemoryBrowser().openTab()
  expect((await takeClientSlot(locks, 'ab'))?.slot).toBe(0)
  expect((await takeClientSlot(locks, 'cd'))?.slot).toBe(0)
})

it('E7 a released slot is free again', async () => {
  const { locks } = createMemoryBrowser().openTab()
  const slot = await takeClientSlot(locks, 'ab')
  slot?.release()
  await createVirtualClock().settle()
  expect((await takeClientSlot(locks, 'ab'))?.slot).toBe(0)
})

it('the leader learns that a tab is gone, however it ended', async () => {
  const clock = createVirtualClock()
  const browser = createMemoryBrowser()
  const [leader, tab] = [browser.openTab(), browser.openTab()]
  await showTabLife(tab.locks, 'ab', 'one')
  let gone = false
  void tabGone(leader.locks, 'ab', 'one', new AbortController().signal).then(() => {
    gone = true
  })
  await clock.settle()
  expect(gone).toBe(false)
  tab.kill()
  await clock.settle()
  expect(gone).toBe(true)
})

it('E7 spares the lowest slots for tabs: an edit beside them takes the highest free one, none where all are taken', async () => {
  const tab = createMemoryBrowser().openTab()
  const taken = [await takeSpareSlot(tab.locks, 'ab'), await takeSpareSlot(tab.locks, 'ab')]
  expect(taken.map((one) => one?.slot)).toEqual([15, 14])
  taken[0]?.release()
  await createVirtualClock().settle()
  expect((await takeSpareSlot(tab.locks, 'ab'))?.slot).toBe(15)
  for (let slot = 0; slot < 14; slot++) expect((await takeClientSlot(tab.locks, 'ab'))?.slot).toBe(slot)
  expect(await takeSpareSlot(tab.locks, 'ab')).toBeUndefined()
})
