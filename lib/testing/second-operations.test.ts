import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as second from '#lib/testing/second-reader'

const { H, concat, hex, int, list, optional, sized, sorted, text, u8, utf8 } = second
type Bytes = second.Bytes

/** Every field is named: its bytes are the hash of the name, as often as its size asks for. */
const named = (name: string, size = 32): Bytes => {
  const block = H(utf8(name))
  return concat(block, block).slice(0, size)
}
const signature = (name: string): Bytes => named(name, 64)
const keysOf = (device: string): Bytes =>
  concat(...[device, `${device} exchange`, `${device} relay`].map((name) => named(name)))
const NO = u8(0)
const YES = u8(1)

const origin = text('https://relay.example')
const place = concat(origin, named('root relay'), named('room'))
const room = H(named('root relay'), named('room'))
const [MEMBER, FIRST] = [u8(1), int(1)]
const statement = concat(room, origin, named('carol laptop relay'), MEMBER, FIRST, named('alice laptop relay'))
const doors = list([concat(statement, signature('door'))])
const cuts = list([concat(named('chain', 16), int(300), named('cut'))])
const boxes = sorted(['bob', 'carol'].map((name) => concat(named(name), box(`box for ${name}`))))
const epochBoxes = list([concat(named('epoch', 16), named('ephemeral'), boxes)])
const wraps = list([concat(named('old epoch', 16), box('wrap'))])
const rotation = concat(named('commitment'), named('ephemeral'), boxes, wraps)
const paper = concat(named('paper'), named('paper relay'))
const join = concat(
  ...[named('invite'), named('proof key'), named('carol root'), keysOf('carol laptop')],
  ...[optional(paper), text('Carol Ø'), signature('proof'), signature('device'), signature('root')],
)

function box(name: string): Bytes {
  return named(name, 48)
}

/** §4, one of every kind, in the order of its table. */
const operations: readonly (readonly [type: string, kind: number, ...fields: Bytes[]])[] = [
  [
    ...(['genesis', 16, named('alice root'), keysOf('alice laptop'), optional(undefined)] as const),
    ...[named('random'), named('first epoch'), int(1_800_000_000), signature('root')],
  ],
  ['role.set', 17, named('bob root'), u8(1), cuts, doors],
  ['member.remove', 18, named('bob root'), cuts, list([named('kept')]), doors, optional(rotation)],
  ['member.leave', 19],
  [
    ...(['invite.create', 20, u8(2), int(1), int(1_800_604_800), NO] as const),
    ...['proof key', 'mailbox key', 'mailbox secret'].map((name) => named(name)),
  ],
  ['invite.revoke', 21, named('invite')],
  ['admit', 22, join, doors, epochBoxes],
  ['device.add', 23, named('bob root'), keysOf('bob phone'), signature('phone'), doors, epochBoxes],
  ['device.revoke', 24, named('bob phone'), cuts, doors, optional(undefined)],
  ['profile.set', 25, optional(text('Bob')), optional(concat(paper, doors))],
  ['epoch.rotate', 26, rotation],
  ['key.share', 27, epochBoxes],
  ['workspace.rename', 28, text('Newsroom')],
  ['relay.set', 29, list([place])],
  ['policy.set', 30, YES, int(30), int(2)],
  ['owner.transfer', 31, named('bob root'), doors],
  ['forget', 32, sized(concat(named('document', 16), utf8('body'))), named('snapshot')],
  ['root.rotate', 33, named('bob root'), named('new root'), signature('old'), signature('new')],
  ['device.name', 34, named('bob phone'), text('Firefox on Linux')],
  ['merge', 6],
]

it('M1 E1 makes the golden bytes of every operation from the text of the protocol, with a second reader', () => {
  const golden: unknown = JSON.parse(readFileSync('lib/workspace/fixtures/operations.json', 'utf8'))
  expect(operations.map(([type, kind, ...fields]) => ({ type, kind, payload: hex(concat(...fields)) }))).toEqual(golden)
})
