import { describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { openVerifiedPeople } from '#lib/host/verified-people'
import { openMemoryStorage } from '#lib/storage/memory-storage'
import type { MembershipState } from '#lib/workspace/membership-state'

const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
const idOf = (person: string) => toBase64Url(named(person))

/** As much of a membership as matters here: who is called what, and their devices. */
const team = (people: Readonly<Record<string, { name: string; devices: readonly string[] }>>): MembershipState =>
  ({
    members: new Map(
      Object.entries(people).map(([person, { name, devices }]) => [
        toHex(named(person)),
        { person: named<PersonId>(person), name, devices: devices.map((one) => ({ device: named<DeviceId>(one) })) },
      ]),
    ),
    devices: new Map(
      Object.entries(people).flatMap(([person, { devices }]) =>
        devices.map((one) => [toHex(named(one)), { person: named<PersonId>(person) }] as const),
      ),
    ),
  }) as unknown as MembershipState

const before = team({ ana: { name: 'Ana', devices: ['laptop'] }, bo: { name: 'Bo', devices: ['phone'] } })
const clock = { now: () => 5000 }

async function openMarks() {
  const store = await openMemoryStorage().workspace('w')
  if (!store.ok) throw new Error('no store')
  const open = () => openVerifiedPeople(store.value, clock, () => {})
  return { store: store.value, open, marks: await open() }
}

describe('verified people', () => {
  it('V5 shows nobody as verified before somebody compared words, and then until the mark is taken away', async () => {
    const { store, marks, open } = await openMarks()
    expect(marks.list(before)).toEqual([])
    expect(await marks.note(idOf('ana'), before)).toEqual({ ok: true, value: undefined })
    const shown = [{ id: idOf('ana'), sinceMs: 5000, newDevices: 0 }]
    expect([marks.list(before), (await open()).list(before)]).toEqual([shown, shown])
    await marks.forget(idOf('ana'))
    expect([marks.list(before), (await open()).list(before)]).toEqual([[], []])
    expect(await store.record('verified-people')).toEqual({ ok: true, value: undefined })
  })

  it('V5 marks nobody who is no member', async () => {
    const { marks } = await openMarks()
    for (const id of [idOf('mallory'), '', 'no id'])
      expect(await marks.note(id, before)).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(marks.list(before)).toEqual([])
  })

  it('V5 tells of a new device of somebody verified, until that was seen', async () => {
    const { marks, open } = await openMarks()
    await marks.note(idOf('ana'), before)
    expect(marks.facts(before)).toEqual([])
    const after = team({
      ana: { name: 'Ana B', devices: ['laptop', 'tablet'] },
      bo: { name: 'Bo', devices: ['phone', 'pc'] },
    })
    const key = toHex(named('ana'))
    expect(marks.facts(after)).toEqual([{ type: 'verified-new-device', key, who: 'Ana B' }])
    expect(marks.list(after)[0]?.newDevices).toBe(1)
    expect(['laptop', 'tablet', 'pc', 'x'].map((one) => marks.has(toHex(named(one)), after))).toEqual([
      true,
      true,
      false,
      false,
    ])
    await marks.dismissed('verified-new-device/00', after)
    expect(marks.facts(after)).toHaveLength(1)
    await marks.dismissed(`verified-new-device/${key}`, after)
    expect([marks.facts(after), (await open()).facts(after)]).toEqual([[], []])
    expect(marks.list(after)).toEqual([{ id: idOf('ana'), sinceMs: 5000, newDevices: 0 }])
  })

  it('V5 attack 50: tells of somebody else under the name of a verified person, also when that one is gone', async () => {
    const { marks, open } = await openMarks()
    await marks.note(idOf('ana'), before)
    const both = team({ ana: { name: 'Ana', devices: ['laptop'] }, mallory: { name: ' ANA ', devices: ['x'] } })
    const alone = team({ mallory: { name: 'Ana', devices: ['x'] } })
    const fact = { type: 'verified-other-key', key: toHex(named('mallory')), who: 'Ana' }
    expect([marks.facts(both), marks.facts(alone)]).toEqual([[fact], [fact]])
    expect([marks.list(both).map(({ id }) => id), marks.list(alone)]).toEqual([[idOf('ana')], []])
    await marks.dismissed('verified-other-key/00', both)
    expect(marks.facts(both)).toHaveLength(1)
    await marks.note(idOf('mallory'), both)
    expect(marks.facts(both)).toEqual([])
    await marks.forget(idOf('mallory'))
    await marks.dismissed(`verified-other-key/${fact.key}`, both)
    expect([marks.facts(both), (await open()).facts(both)]).toEqual([[], []])
  })

  it('V5 takes damaged marks for none', async () => {
    const { store, open } = await openMarks()
    await store.commit({ entries: [], records: [{ key: 'verified-people', value: utf8('no marks') }] })
    expect((await open()).list(before)).toEqual([])
  })

  it('V5 keeps what it had when the disk is full', async () => {
    const { store, marks } = await openMarks()
    const full = { ...store, commit: async () => ({ ok: false, error: { type: 'storage-full' } }) as const }
    const narrow = await openVerifiedPeople(full, clock, () => {})
    expect(await narrow.note(idOf('ana'), before)).toEqual({ ok: false, error: { type: 'storage-full' } })
    expect([narrow.list(before), marks.list(before)]).toEqual([[], []])
  })
})
