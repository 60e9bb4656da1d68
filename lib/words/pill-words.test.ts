import { describe, expect, it } from 'vitest'
import type { DeliveryPerson, DeliveryView, PillState } from '#lib/session/session-view'
import { deviceWords, isWaiting, pillDetail, pillWords, reachWords } from '#lib/words/pill-words'

const now = new Date(2025, 2, 14, 15, 0).getTime()
const at1402 = new Date(2025, 2, 14, 14, 2).getTime()

const person = (name: string, change: Partial<DeliveryPerson> = {}): DeliveryPerson => ({
  id: name,
  name,
  colour: 1,
  me: false,
  behind: 0,
  devices: [{ id: `${name} 1`, thisOne: false, behind: 0, link: 'none', seenAt: at1402, silent: false }],
  ...change,
})

const delivery = (
  pill: PillState,
  people: DeliveryPerson[] = [],
  road: Partial<Pick<DeliveryView, 'relay' | 'relayed'>> = {},
): DeliveryView => ({
  pill,
  people,
  verified: { edits: 0, people: 0, unchecked: 0 },
  relay: 'connected',
  relayed: true,
  directPeers: 0,
  ...road,
})

describe('pill', () => {
  it.each<[PillState, string, boolean]>([
    [{ type: 'not-saved-yet' }, 'Nothing written yet', false],
    [{ type: 'saving' }, 'Saving…', true],
    [{ type: 'saved-here', copied: false }, 'Saved on this device', false],
    [{ type: 'everyone', viaRelay: false }, 'Everyone has this', false],
    [{ type: 'everyone', viaRelay: true }, 'Everyone has this (via relay)', false],
    [{ type: 'files-waiting' }, 'Files on their way', true],
    [{ type: 'some', have: 2, of: 3 }, 'Sent to 2 of 3', true],
    [{ type: 'offline', waiting: 12 }, 'Offline, 12 edits waiting', true],
    [{ type: 'offline', waiting: 1 }, 'Offline, 1 edit waiting', true],
    [{ type: 'offline', waiting: 0 }, 'Offline', false],
    [{ type: 'connecting' }, 'Connecting…', false],
    [{ type: 'caught-up', sent: 12, received: 30 }, 'Caught up', false],
    [{ type: 'blocked', count: 1 }, 'Blocked 1 change', false],
    [{ type: 'storage-unsafe' }, 'Not safe yet', true],
    [{ type: 'storage-full' }, 'Storage is full', true],
    [{ type: 'ended' }, 'Not in this workspace', false],
  ])('R10 says %o as “%s”', (state, words, waits) => {
    expect(pillWords(state)).toBe(words)
    expect(isWaiting(state)).toBe(waits)
    expect(pillDetail(delivery(state), now)).toMatch(/^[A-Z0-9].*\.$/)
  })

  it('R10 names who is behind, since when, and where the edits wait', () => {
    const some: PillState = { type: 'some', have: 2, of: 3 }
    const bo = [person('Bo', { behind: 12 })]
    const both = [person('Bo', { behind: 1 }), person('Kim', { behind: 2 })]
    const details = [
      delivery(some, bo),
      delivery(some, bo, { relayed: false }),
      delivery(some, both, { relay: 'away', relayed: false }),
      delivery(some, both, { relay: 'away' }),
    ]
    expect(details.map((one) => pillDetail(one, now))).toEqual([
      'Bo is 12 edits behind, last seen 14:02. They wait, encrypted, at the relay.',
      'Bo is 12 edits behind, last seen 14:02. They are on their way to the relay.',
      'Bo and Kim do not have everything yet. They wait on this device for a connection.',
      'Bo and Kim do not have everything yet. They wait, encrypted, at the relay.',
    ])
  })

  it.each<[Partial<DeliveryView>, 'direct' | 'none', string, string]>([
    [{}, 'direct', 'They are on their way.', '3 edits on their way'],
    [{ relayed: true }, 'none', 'They wait, encrypted, at the relay.', '3 edits wait at the relay'],
    [{}, 'none', 'They are on their way to the relay.', '3 edits on their way to the relay'],
    [{ relay: 'away' }, 'none', 'They wait on this device for a connection.', '3 edits wait here'],
    [{ relay: 'full' }, 'none', 'They wait on this device: the relay has no room for them.', '3 edits wait here'],
    [{ relay: 'refused' }, 'none', 'They wait on this device: the relay does not let it in.', '3 edits wait here'],
  ])(
    'R10 says the same of the edits above and beside the device that lacks them: %o, %s',
    (facts, link, above, beside) => {
      const device = { id: 'b', thisOne: false, behind: 3, link, silent: false } as const
      const view = { ...delivery({ type: 'some', have: 0, of: 1 }, [person('Bo', { behind: 3, devices: [device] })]) }
      const shown = { ...view, relayed: false, ...facts }
      expect(pillDetail(shown, now)).toBe(`Bo is 3 edits behind. ${above}`)
      expect(deviceWords(device, shown)).toBe(beside)
    },
  )

  it('R10 says of one edit and of none what a device lacks', () => {
    const device = { id: 'b', thisOne: false, behind: 1, link: 'none', silent: false } as const
    const view = delivery({ type: 'some', have: 0, of: 1 }, [], { relayed: false })
    expect(deviceWords(device, view)).toBe('1 edit on its way to the relay')
    expect(deviceWords(device, { ...view, relay: 'full' })).toBe('1 edit waits here')
    expect(deviceWords({ ...device, behind: 0 }, view)).toBe('Has everything')
    expect(deviceWords({ ...device, thisOne: true }, view)).toBe('Saved')
  })

  it('R10 says of whoever is connected that the rest is on its way, and names own devices that are behind', () => {
    const some: PillState = { type: 'some', have: 0, of: 1 }
    const device = { id: 'b', thisOne: false, behind: 3, link: 'direct', seenAt: at1402, silent: false } as const
    expect(pillDetail(delivery(some, [person('Bo', { behind: 3, devices: [device] })]), now)).toBe(
      'Bo is 3 edits behind. They are on their way.',
    )
    const thisOne = { id: 'a', thisOne: true, behind: 0, link: 'none', silent: false } as const
    const mine = (...devices: DeliveryPerson['devices']) => person('Mara', { me: true, devices: [thisOne, ...devices] })
    expect(pillDetail(delivery(some, [mine({ ...device, behind: 1, link: 'none' })]), now)).toBe(
      'Your other device is 1 edit behind, last seen 14:02. It waits, encrypted, at the relay.',
    )
    expect(pillDetail(delivery(some, [mine(device, { ...device, id: 'c', behind: 2 })]), now)).toBe(
      'Your other devices are 2 edits behind. They are on their way.',
    )
    const late = [person('Bo', { behind: 2 }), mine(device)]
    expect(pillDetail(delivery(some, late), now)).toMatch(
      /^Bo and your other device do not have everything yet\. They wait/,
    )
    expect(pillDetail(delivery(some, [mine({ ...device, behind: 0 })]), now)).toBe(
      'Not every device has been heard of yet.',
    )
  })

  it('R10 claims a copy at the relay only where the relay acknowledged everything', () => {
    const alone = 'Only you have this. Invite someone or download a backup.'
    expect(pillDetail(delivery({ type: 'saved-here', copied: false }), now)).toBe(alone)
    expect(pillDetail(delivery({ type: 'saved-here', copied: true }), now)).toBe(
      `${alone} An encrypted copy is at the relay.`,
    )
  })

  it('R10 names silent people and counts them for nothing', () => {
    const silent = person('Kim', {
      behind: 400,
      devices: [{ id: 'k', thisOne: false, behind: 400, link: 'none', seenAt: at1402 - 40 * 86_400_000, silent: true }],
    })
    expect(pillDetail(delivery({ type: 'everyone', viaRelay: false }, [person('Ana'), silent]), now)).toBe(
      'Ana is up to date. Kim was not heard of for 30 days and is not counted.',
    )
    expect(reachWords(silent, now)).toBe('silent since 2 February')
  })

  it('counts my other devices among those that are up to date', () => {
    const me = person('Mara', {
      me: true,
      devices: [
        { id: 'a', thisOne: true, behind: 0, link: 'none', silent: false },
        { id: 'b', thisOne: false, behind: 0, link: 'direct', silent: false },
      ],
    })
    expect(pillDetail(delivery({ type: 'everyone', viaRelay: false }, [person('Ana'), me]), now)).toBe(
      'Ana and your other device are up to date.',
    )
    expect(pillDetail(delivery({ type: 'everyone', viaRelay: false }, [me]), now)).toBe(
      'Your other device is up to date.',
    )
  })

  it('R10 counts no device of mine that was not heard of for 30 days', () => {
    const silent = {
      id: 'b',
      thisOne: false,
      behind: 9,
      link: 'none',
      seenAt: at1402 - 40 * 86_400_000,
      silent: true,
    } as const
    const me = person('Mara', { me: true, devices: [silent] })
    expect(pillDetail(delivery({ type: 'everyone', viaRelay: false }, [person('Ana'), me]), now)).toBe(
      'Ana is up to date. One of your devices was not heard of for 30 days and is not counted.',
    )
    const both = person('Mara', { me: true, devices: [silent, { ...silent, id: 'c' }] })
    expect(pillDetail(delivery({ type: 'saved-here', copied: false }, [both]), now)).toMatch(
      / 2 of your devices were not heard of for 30 days and are not counted\.$/,
    )
  })

  it('says how somebody is reached', () => {
    expect(reachWords(person('Bo'), now)).toBe('last seen 14:02')
    expect(reachWords(person('Bo', { devices: [] }), now)).toBe('not seen yet')
    const linked = (link: 'direct' | 'relay') => [{ id: 'b', thisOne: false, behind: 0, link, silent: false } as const]
    expect(reachWords(person('Bo', { devices: linked('direct') }), now)).toBe('direct')
    expect(reachWords(person('Bo', { devices: linked('relay') }), now)).toBe('via relay')
  })
})
