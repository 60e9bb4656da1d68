import { describe, expect, it } from 'vitest'
import type { DeliveryPerson, DeliveryView } from '#lib/session/session-view'
import { fakeDelivery, fakePerson } from '#lib/testing/fake-session'
import { keysWords, memberWords, newestKeysWords, removalWords } from '#lib/words/people-words'

const kim = fakePerson('Kim', 2)
const asleep = { id: 'x', thisOne: false, behind: 0, link: 'none', silent: false } as const
const here = { ...asleep, link: 'direct' } as const
const own = { ...asleep, thisOne: true } as const

const delivery = (...people: readonly DeliveryPerson[]): DeliveryView => ({
  pill: { type: 'saved-here', copied: true },
  people,
  verified: { edits: 0, people: 0, unchecked: 0 },
  relay: 'connected',
  relayed: true,
  directPeers: 0,
})
const person = (name: string, devices: DeliveryPerson['devices'], facts: Partial<DeliveryPerson> = {}) =>
  fakeDelivery(fakePerson(name, 3), { devices, ...facts })

describe('people words', () => {
  it('says what a removed person loses, what they keep, and whom new keys reach now and later', () => {
    const view = delivery(
      person('Ana', [here, { ...here, link: 'relay' }]),
      person('Bo', [asleep]),
      fakeDelivery(kim),
      person('Mara', [own], { me: true }),
    )
    expect(removalWords(kim, view)).toBe(
      'Kim loses access to everything written from now on. Kim keeps what is already on their device. New keys reach 3 of 4 devices now; Bo’s device gets them when it wakes.',
    )
  })

  it('counts neither the devices of whoever goes nor claims more than is reached', () => {
    expect(keysWords(delivery(fakeDelivery(kim), person('Mara', [own], { me: true })), kim.id)).toBe(
      'New keys are made at once.',
    )
    expect(keysWords(delivery(person('Ana', [here]), person('Mara', [own], { me: true })), undefined)).toBe(
      'New keys reach all 2 devices now.',
    )
    expect(
      keysWords(delivery(person('Ana', [asleep]), person('Bo', [asleep]), person('M', [own], { me: true })), kim.id),
    ).toBe('New keys reach 1 of 3 devices now; Ana’s and Bo’s devices get them when they wake.')
    expect(keysWords(delivery(person('Mara', [own, asleep], { me: true })), kim.id)).toBe(
      'New keys reach 1 of 2 devices now; your own device gets them when it wakes.',
    )
  })

  it('tells how far the newest keys are known to have come, until all have them', () => {
    const view = delivery(
      person('Ana', [{ ...here, id: 'a' }]),
      person('Bo', [asleep]),
      person('M', [own], { me: true }),
    )
    const keys = { lacking: false, due: false, heldBy: ['a'] }
    expect(newestKeysWords(view, keys, false)).toBe(
      'The newest keys are known to be on 2 of 3 devices and still travel to Bo’s. A device that sleeps gets them when it wakes.',
    )
    expect(newestKeysWords(view, { ...keys, heldBy: [] }, false)).toContain(
      'on 1 of 3 devices and still travel to Ana’s and Bo’s.',
    )
    expect(newestKeysWords(view, { ...keys, heldBy: ['a', 'x'] }, false)).toBeUndefined()
    expect(newestKeysWords(view, { ...keys, due: true }, false)).toContain('An admin’s device makes them')
    expect(newestKeysWords(view, { ...keys, due: true }, true)).toContain('This device makes them in a moment')
  })

  it('names a few of many to whom keys still travel, and counts the others', () => {
    const many = ['Ana', 'Bo', 'Cy', 'Di', 'Eli', 'Flo'].map((name) => person(name, [asleep]))
    const mine = person('M', [own, { ...asleep, id: 'y' }], { me: true })
    expect(keysWords(delivery(mine, ...many), undefined)).toContain(
      '1 of 8 devices now; your own, Ana’s, Bo’s, Cy’s and 3 others’ devices get them when they wake.',
    )
    const five = delivery(...many.slice(0, 5), mine)
    expect(newestKeysWords(five, { lacking: false, due: false, heldBy: ['y'] }, false)).toContain(
      'still travel to Ana’s, Bo’s, Cy’s, Di’s and Eli’s.',
    )
  })

  it('tells role, devices and presence in one line', () => {
    expect(memberWords(fakePerson('Bo', 1, { role: 'viewer', online: false }), 2)).toBe('reader, 2 devices')
    expect(memberWords(fakePerson('Bo', 1, { role: 'admin' }), 1)).toBe('admin, 1 device, here now')
  })
})
