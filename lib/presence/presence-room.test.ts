import { describe, expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { createPresenceRoom } from '#lib/presence/presence-room'
import { createPresenceSender } from '#lib/presence/presence-sender'
import type { Presence } from '#lib/protocol/presence'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const device = (n: number) => new Uint8Array(32).fill(n) as DeviceId
const channel = (n: number) => new Uint8Array(16).fill(n) as ChannelTag
const [alice, bob, mallory, stranger] = [device(1), device(2), device(3), device(9)]

function room() {
  const clock = createVirtualClock()
  const members = new Set([alice, bob, mallory])
  const linked = new Set<DeviceId>()
  const seen = { changes: 0 }
  const made = createPresenceRoom({
    clock,
    isMember: (of) => [...members].some((member) => sameBytes(member, of)),
    isLinked: (of) => linked.has(of),
    onChange: () => seen.changes++,
  })
  const say = (from: DeviceId | undefined, word: Partial<Presence>, isSigned = false) =>
    made.hear({ presence: { device: alice, counter: 1, tab: 1, channel: channel(1), ...word }, isSigned }, from)
  const who = (of?: ChannelTag) => made.here(of).map((person) => person.device[0])
  return { clock, members, linked, room: made, say, who, seen }
}

describe('presence room', () => {
  it('R7 shows who is in which channel, with the newest cursor', () => {
    const { room: made, say, who } = room()
    say(alice, { cursor: Uint8Array.of(1) })
    say(bob, { device: bob, channel: channel(2) })
    say(alice, { counter: 2, cursor: Uint8Array.of(2) })
    expect([who(), who(channel(1)), who(channel(2))]).toEqual([[1, 2], [1], [2]])
    expect(made.here(channel(1))[0]?.cursor).toEqual(Uint8Array.of(2))
  })

  it('attack 27 takes no word about a device but from its own link, or under its signature', () => {
    const { say, who } = room()
    expect(say(mallory, {})).toBe(false)
    expect(say(mallory, {}, true)).toBe(false)
    expect(say(undefined, {})).toBe(false)
    expect(who()).toEqual([])
    expect(say(undefined, {}, true)).toBe(true)
  })

  it('attack 27 gives nobody the number of another', () => {
    const { room: made, say } = room()
    say(alice, { tab: 77 })
    say(mallory, { device: mallory, tab: 77 })
    expect(new Set(made.here().map(({ number }) => number)).size).toBe(2)
  })

  it('attack 3 takes each word once, and none that is older', () => {
    const { say, who } = room()
    expect([say(alice, { counter: 5 }), say(alice, { counter: 5 }), say(alice, { counter: 4 })]).toEqual([
      true,
      false,
      false,
    ])
    say(alice, { counter: 6, channel: channel(2) })
    expect(say(undefined, { counter: 5 }, true)).toBe(false)
    expect(who(channel(1))).toEqual([])
  })

  it('R7 shows members only, and drops those who are none any more', () => {
    const { room: made, members, say, who } = room()
    expect(say(stranger, { device: stranger })).toBe(false)
    say(bob, { device: bob })
    members.delete(bob)
    made.recheck()
    expect(who()).toEqual([])
  })

  it('R7 forgets a device whose link ended, until it speaks again', () => {
    const { room: made, say, who } = room()
    say(alice, {})
    say(bob, { device: bob })
    made.lost(bob)
    made.lost(bob)
    expect(who()).toEqual([1])
    say(bob, { device: bob, counter: 2 })
    expect(who()).toEqual([1, 2])
  })

  it('R7 forgets a silent tab after 30 s, one that left at once, and no more than 16 a device', async () => {
    const { clock, say, who } = room()
    say(alice, {})
    await clock.advance(29_000)
    say(bob, { device: bob })
    await clock.advance(2000)
    expect(who()).toEqual([2])
    const { device: of, counter, tab } = { device: bob, counter: 2, tab: 1 }
    say(bob, { device: of, counter, tab, channel: undefined as never })
    expect(who()).toEqual([])
    for (let n = 1; n < 40; n++) say(alice, { counter: 10 + n, tab: n })
    expect(who().length).toBe(16)
  })

  it('R7 P11 forgets nobody, however silent, while a direct link stands', async () => {
    const { clock, linked, say, who } = room()
    linked.add(alice)
    say(alice, {})
    await clock.advance(300_000)
    expect(who()).toEqual([1])
    linked.delete(alice)
    await clock.advance(30_000)
    expect(who()).toEqual([])
  })

  it('R7 tells of every change, and of nothing else', async () => {
    const { clock, say, seen } = room()
    say(alice, {})
    say(mallory, {})
    say(alice, {})
    await clock.advance(31_000)
    expect(seen.changes).toBe(2)
  })
})

describe('presence sender', () => {
  function sender() {
    const clock = createVirtualClock()
    const said: { at: number; word: Presence; isKnown: boolean }[] = []
    const start = clock.now()
    const made = createPresenceSender({
      clock,
      device: alice,
      say: (word, isKnown) => said.push({ at: clock.now() - start, word, isKnown }),
    })
    return { clock, sender: made, said, times: () => said.map(({ at }) => at) }
  }

  it('R7 speaks at once, then at most four times a second, and ends on the last word', async () => {
    const { clock, sender: made, said, times } = sender()
    for (let n = 0; n < 10; n++) {
      made.show(1, channel(1), Uint8Array.of(n))
      await clock.advance(100)
    }
    await clock.advance(1000)
    expect(times()).toEqual([0, 250, 500, 750, 1000])
    expect(said.at(-1)?.word.cursor).toEqual(Uint8Array.of(9))
  })

  it('R7 repeats itself before it is forgotten, until it leaves', async () => {
    const { clock, sender: made, said, times } = sender()
    made.show(1, channel(1), undefined)
    await clock.advance(25_000)
    made.show(1, undefined, undefined)
    await clock.advance(60_000)
    expect(times()).toEqual([0, 10_000, 20_000, 25_000])
    expect(said.at(-1)?.word.channel).toBeUndefined()
  })

  it('R7 P11 says to direct links once a minute what they know, and at once what they do not', async () => {
    const { clock, sender: made, said } = sender()
    made.show(1, channel(1), undefined)
    await clock.advance(125_000)
    const toLinks = () => said.filter(({ isKnown }) => !isKnown).map(({ at }) => at)
    expect([said.length, toLinks()]).toEqual([13, [0, 60_000, 120_000]])
    made.greet()
    await clock.advance(59_000)
    expect(toLinks()).toEqual([0, 60_000, 120_000, 125_000])
  })

  it('R7 counts up over all tabs', async () => {
    const { clock, sender: made, said } = sender()
    for (let n = 0; n < 5; n++) made.show(n, channel(1), undefined)
    await clock.advance(20_000)
    const counters = said.map(({ word }) => word.counter)
    expect(counters).toEqual([...new Set(counters)].toSorted((a, b) => a - b))
    expect(counters.length).toBeGreaterThan(9)
  })
})
