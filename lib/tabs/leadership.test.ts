import { expect, it } from 'vitest'
import { createLeadership, HAND_OVER_MS, type Leadership } from '#lib/tabs/leadership'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { createVirtualClock } from '#lib/testing/virtual-clock'

function openTabs() {
  const browser = createMemoryBrowser()
  const clock = createVirtualClock()
  const open = (name: string, { visible = true, beforeHandOver = async () => {} } = {}) => {
    const tab = browser.openTab({ visible })
    const changes: string[] = []
    const leadership: Leadership = createLeadership({
      ...tab,
      workspace: 'ab',
      tab: name,
      channel: tab.openChannel('ab'),
      clock,
      onLead: () => changes.push('leads'),
      onFollow: () => changes.push('follows'),
      beforeHandOver,
    })
    return { ...tab, leadership, changes, leads: () => leadership.leads() }
  }
  return { clock, open }
}

it('D5 the first tab leads and the second follows', async () => {
  const { clock, open } = openTabs()
  const [one, two] = [open('one'), open('two')]
  await clock.advance(60_000)
  expect([one.leads(), two.leads()]).toEqual([true, false])
})

it('D5 a killed leader is followed at once', async () => {
  const { clock, open } = openTabs()
  const [one, two] = [open('one'), open('two', { visible: false })]
  await clock.settle()
  one.kill()
  await clock.settle()
  expect([two.leads(), two.changes]).toEqual([true, ['leads']])
})

it('D5 the tab that becomes visible gets the lead from a hidden one, which finishes first', async () => {
  const { clock, open } = openTabs()
  const order: string[] = []
  const one = open('one', { beforeHandOver: async () => void order.push(two.leads() ? 'too late' : 'finished') })
  const two = open('two', { visible: false })
  await clock.settle()
  one.hide()
  await clock.settle()
  two.show()
  await clock.settle()
  expect([one.leads(), two.leads(), order]).toEqual([false, true, ['finished']])
  expect(one.changes).toEqual(['leads', 'follows'])
})

it('D5 of two visible tabs the one that leads goes on', async () => {
  const { clock, open } = openTabs()
  const [one, two] = [open('one'), open('two', { visible: false })]
  await clock.settle()
  two.show()
  await clock.advance(10 * HAND_OVER_MS)
  expect([one.leads(), two.leads()]).toEqual([true, false])
})

it('D5 a visible tab beside a leader that is being hidden gets the lead', async () => {
  const { clock, open } = openTabs()
  const [one, two] = [open('one'), open('two')]
  await clock.settle()
  one.hide()
  await clock.settle()
  expect([one.leads(), two.leads()]).toEqual([false, true])
})

it('attack 8 D5 a suspended leader loses the lead two seconds after it was asked, and learns it when it wakes', async () => {
  const { clock, open } = openTabs()
  const one = open('one')
  await clock.settle()
  one.hide()
  one.suspend()
  const two = open('two')
  await clock.advance(HAND_OVER_MS - 1)
  expect(two.leads()).toBe(false)
  await clock.advance(1)
  expect(two.leads()).toBe(true)
  one.resume()
  await clock.settle()
  expect([one.leads(), two.leads()]).toEqual([false, true])
})

it('D5 a tab that is hidden again while it waits does not take over', async () => {
  const { clock, open } = openTabs()
  const one = open('one')
  await clock.settle()
  one.suspend()
  const two = open('two')
  two.hide()
  await clock.advance(10 * HAND_OVER_MS)
  expect([one.leads(), two.leads()]).toEqual([true, false])
})

it('D5 the lead goes from hand to hand as a person walks through many tabs, and one leads at any time', async () => {
  const { clock, open } = openTabs()
  const tabs = Array.from({ length: 5 }, (_, i) => open(`tab ${i}`, { visible: i === 0 }))
  let [shown] = tabs
  for (const next of [...tabs, ...tabs].reverse()) {
    shown?.hide()
    next.show()
    shown = next
    await clock.settle()
    expect(tabs.filter((tab) => tab.leads())).toEqual([next])
  }
})

it('takes the lead over when asked to, and leaves it when closed', async () => {
  const { clock, open } = openTabs()
  const [one, two] = [open('one'), open('two')]
  await clock.settle()
  two.leadership.takeOver()
  await clock.settle()
  expect([one.leads(), two.leads()]).toEqual([false, true])
  two.leadership.close()
  await clock.settle()
  expect([one.leads(), two.leads()]).toEqual([true, false])
})

it('ignores what no tab of this release has said', async () => {
  const { clock, open } = openTabs()
  const one = open('one')
  await clock.settle()
  one.hide()
  const stranger = one.openChannel('ab')
  const wrong = [null, 7, 'text', {}, { waxwing: 2 }, { waxwing: 1 }, { waxwing: 1, message: { type: 'ask-to-lead' } }]
  for (const message of wrong) stranger.postMessage(message)
  await clock.settle()
  expect(one.leads()).toBe(true)
})
