import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { Signature } from '#lib/base/ids'
import type { DoorLevel, DoorStatement, RoomName } from '#lib/protocol/door'
import { createHistory, type History, keysOf, personOf } from '#lib/testing/membership-history'

const statement = (subject: string, level: DoorLevel, n: number): DoorStatement => ({
  room: new Uint8Array(32) as RoomName,
  origin: 'https://relay.example',
  subject: keysOf(subject).relayKey,
  level,
  n,
  signer: keysOf('alice').relayKey,
  signature: new Uint8Array(64) as Signature,
})

it('R3 brings what gives more before what takes away, whatever the order of the list', () => {
  const history = createHistory()
  history.settle({ ann: 'admin' })
  const [down, up] = [statement('alice', 'admin', 2), statement('ann', 'root', 2)]
  for (const doors of [
    [down, up],
    [up, down],
  ]) {
    const fork = history.fork()
    fork.write({ by: 'alice' }, { type: 'role.set', member: personOf('ann'), role: 'admin', cuts: [], doors })
    expect(fork.state().doors.map(({ level }) => level)).toEqual(['root', 'admin'])
  }
})

it('R3 counts on from what any operation said of a key, also one that does not count', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  const doors = [statement('eve', 'admin', 8)]
  history.write({ by: 'ann' }, { type: 'role.set', member: personOf('alice'), role: 'viewer', cuts: [], doors })
  expect(history.state().doors).toEqual([])
  expect(numberOf(history, 'eve')).toBe(8)
})

const numberOf = (history: History, name: string) => history.state().doorNumbers.get(toHex(keysOf(name).relayKey))

it('R3 takes from somebody below admin only what they say of keys that they bring', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  const phone = keysOf('eve', 'phone')
  const own = { ...statement('eve', 'member', 2), subject: phone.relayKey }
  const doors = [statement('ann', 'member', 1_000_000), own]
  const [person, deviceSignature] = [personOf('eve'), new Uint8Array(64) as Signature]
  history.write({ by: 'eve' }, { type: 'device.add', person, keys: phone, deviceSignature, doors, boxes: [] })
  expect(history.state().doors).toEqual([own])
  expect(numberOf(history, 'ann')).toBeUndefined()
})

it('R3 counts no number that leaps, so that there is always a next one', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  for (const n of [4, Number.MAX_SAFE_INTEGER]) {
    const doors = [statement('eve', 'admin', n)]
    history.write({ by: 'ann' }, { type: 'role.set', member: personOf('eve'), role: 'viewer', cuts: [], doors })
  }
  expect(numberOf(history, 'eve')).toBe(4)
})
