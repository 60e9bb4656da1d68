import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWER_MS, createTabBus, type TabHandlers } from '#lib/tabs/tab-bus'
import { readTabMessage } from '#lib/tabs/tab-message'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { createVirtualClock } from '#lib/testing/virtual-clock'

type Calls = {
  double: { payload: number; answer: number }
  append: { payload: Uint8Array; answer: { length: number } }
}
type Events = { changed: { page: string } }

const handlers: TabHandlers<Calls> = {
  double: async (value) => 2 * value,
  append: async (bytes) => ({ length: bytes.length }),
}

function openBuses() {
  const browser = createMemoryBrowser()
  const clock = createVirtualClock()
  const open = (name: string) => {
    const tab = browser.openTab()
    const channel = tab.openChannel('ab')
    const bus = createTabBus<Calls, Events>({ tab: name, channel, clock })
    const heard: unknown[] = []
    bus.onEvent = (event) => heard.push(event.payload)
    bus.onLeader = () => heard.push('new leader')
    return { ...tab, bus, channel, heard }
  }
  return { clock, open }
}

describe('a leader and its tabs', () => {
  it('answers the requests of every tab, its own included', async () => {
    const { open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    leader.bus.lead(handlers)
    for (const { bus } of [leader, tab]) {
      expect(await bus.request('double', 21)).toEqual({ ok: true, value: 42 })
      expect(await bus.request('append', Uint8Array.of(1, 2))).toEqual({ ok: true, value: { length: 2 } })
    }
  })

  it('tells events to all tabs, or to one', async () => {
    const { clock, open } = openBuses()
    const [leader, tab, other] = [open('leader'), open('tab'), open('other')]
    const lead = leader.bus.lead(handlers)
    lead.emit('changed', { page: 'all' })
    lead.emit('changed', { page: 'one' }, 'tab')
    lead.emit('changed', { page: 'own' }, 'leader')
    await clock.settle()
    expect(leader.heard).toEqual(['new leader', { page: 'all' }, { page: 'own' }])
    expect([tab.heard, other.heard]).toEqual([[{ page: 'all' }, { page: 'one' }], [{ page: 'all' }]])
  })

  it('tells other tabs nothing any more once its lead is lost', async () => {
    const { clock, open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    const lead = leader.bus.lead(handlers)
    lead.emit('changed', { page: 'old' })
    lead.stop()
    leader.bus.lead(handlers).emit('changed', { page: 'new' })
    await clock.settle()
    expect(tab.heard).toEqual([{ page: 'new' }])
  })

  it('D5 a request that nobody answers fails after two seconds, so that the tab can take over', async () => {
    const { clock, open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    leader.bus.lead(handlers)
    leader.suspend()
    const answer = tab.bus.request('double', 1)
    await clock.advance(ANSWER_MS)
    expect(await answer).toEqual({ ok: false, error: { type: 'nobody-leads' } })
  })

  it('waits as long as the leader is at work, and no longer than it lives', async () => {
    const { clock, open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    leader.bus.lead({ ...handlers, double: () => new Promise((resolve) => clock.after(60_000, () => resolve(7))) })
    const slow = tab.bus.request('double', 1)
    await clock.advance(60_000)
    expect(await slow).toEqual({ ok: true, value: 7 })
    const lost = tab.bus.request('double', 1)
    await clock.advance(10_000)
    leader.kill()
    await clock.advance(2 * ANSWER_MS)
    expect(await lost).toEqual({ ok: false, error: { type: 'nobody-leads' } })
  })

  it('E12 a new leader ends what the old one was asked, and answers from then on', async () => {
    const { clock, open } = openBuses()
    const [old, tab, next] = [open('old'), open('tab'), open('next')]
    const never = new Promise<number>(() => {})
    old.bus.lead({ ...handlers, double: () => never })
    const asked = [tab.bus.request('double', 1), next.bus.request('double', 1), old.bus.request('double', 1)]
    await clock.settle()
    const message = { waxwing: 1, message: { type: 'leads', from: 'next' } }
    next.bus.lead(handlers)
    next.channel.postMessage(message)
    await clock.settle()
    for (const answer of asked) expect(await answer).toEqual({ ok: false, error: { type: 'leader-changed' } })
    expect(await tab.bus.request('double', 4)).toEqual({ ok: true, value: 8 })
    expect(tab.heard).toEqual(['new leader'])
  })

  it('a leader that stopped says nothing more, not even what it is working on', async () => {
    const { clock, open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    const lead = leader.bus.lead({
      ...handlers,
      double: () => new Promise((resolve) => clock.after(100, () => resolve(7))),
    })
    const asked = tab.bus.request('double', 1)
    await clock.settle()
    lead.stop()
    lead.emit('changed', { page: 'late' })
    await clock.advance(2 * ANSWER_MS)
    expect(await asked).toEqual({ ok: false, error: { type: 'nobody-leads' } })
    expect([tab.heard, leader.heard]).toEqual([[], ['new leader']])
  })

  it('a handler that throws, or does not exist, fails that one request', async () => {
    const { open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    const broken = { ...handlers, double: () => Promise.reject(new Error('broken')) }
    leader.bus.lead(broken)
    for (const { bus } of [leader, tab])
      expect(await bus.request('double', 1)).toEqual({ ok: false, error: { type: 'request-failed', reason: 'broken' } })
    const unknown = await tab.bus.request('toString' as 'double', 1)
    expect(unknown).toMatchObject({ ok: false, error: { type: 'request-failed' } })
  })

  it('a tab of another release is noticed and not listened to', async () => {
    const { clock, open } = openBuses()
    const tab = open('tab')
    let noticed = 0
    tab.bus.onForeignVersion = () => noticed++
    const stranger = tab.openChannel('ab')
    stranger.postMessage({ waxwing: 9, message: { type: 'event', from: 'x', name: 'changed', payload: 1 } })
    stranger.postMessage({ waxwing: 1, message: { type: 'event', from: 'x' } })
    await clock.settle()
    expect([noticed, tab.heard]).toEqual([1, []])
  })

  it('a closed bus ends its requests and hears nothing', async () => {
    const { clock, open } = openBuses()
    const [leader, tab] = [open('leader'), open('tab')]
    const asked = tab.bus.request('double', 1)
    tab.bus.close()
    expect(await asked).toEqual({ ok: false, error: { type: 'nobody-leads' } })
    leader.bus.lead(handlers).emit('changed', { page: 'p' })
    await clock.settle()
    expect(tab.heard).toEqual([])
    expect(clock.waiting).toBe(0)
  })
})

it('reading a message never throws', () => {
  const message = fc.record({
    waxwing: fc.constantFrom(1, 1, 2),
    message: fc.oneof(
      fc.anything(),
      fc.record({ type: fc.constantFrom('request', 'answer', 'toString'), from: fc.anything() }),
    ),
  })
  fc.assert(fc.property(fc.oneof(fc.anything(), message), (data) => readTabMessage(data) !== null))
})
