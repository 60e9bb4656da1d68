import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId, EpochTag, PersonId, Signature } from '#lib/base/ids'
import type { DoorStatement, RelayKey, RoomName } from '#lib/protocol/door'
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'
import { boxesThatFit, encodeFitting } from '#lib/workspace/fit-operation'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { Cut, MemberRemove, Rotation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'

/** `size` bytes that differ by `n`; none is a key of small order. */
const bytes = <T extends Uint8Array>(size: number, n: number): T => {
  const value = new Uint8Array(size).fill(9)
  new DataView(value.buffer).setUint32(0, n)
  return value as T
}
const many = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n))
const cuts = many(1024, (n): Cut => ({ chain: bytes<ChainTag>(16, n), seq: 2 ** 31, id: bytes<EntryId>(32, n) }))
const door = (n: number, originBytes: number): DoorStatement => ({
  room: bytes<RoomName>(32, 0),
  origin: `https://${'r'.repeat(originBytes - 'https://'.length)}`,
  subject: bytes<RelayKey>(32, n),
  level: 'none',
  n,
  signer: bytes<RelayKey>(32, 0),
  signature: bytes<Signature>(64, 0),
})
const readers = (count: number) => many(count, (n) => bytes<ExchangePublicKey>(32, n))
const rotation = (count: number): Rotation => ({
  commitment: bytes(32, 0),
  ephemeralKey: bytes(32, 0),
  boxes: readers(count).map((recipient) => ({ recipient, box: bytes(48, 0) })),
  wraps: many(64, (n) => ({ epoch: bytes<EpochTag>(16, n), box: bytes(48, 0) })),
})
const removal = (originBytes: number): MemberRemove => ({
  type: 'member.remove',
  member: bytes<PersonId>(32, 0),
  cuts,
  keptInvites: many(256, (n) => bytes<EntryId>(32, n)),
  doors: many(256, (n) => door(n, originBytes)),
  rotation: rotation(400),
})
function fitted(operation: MemberRemove) {
  const { kind, payload } = encodeFitting(operation)
  expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES)
  const decoded = decodeOperation(kind, payload)
  if (!decoded.ok || decoded.value.type !== 'member.remove') throw new Error('no removal')
  return decoded.value
}

describe('an operation is made to fit into a payload', () => {
  it('E10 leaves out boxes first, the last ones, as many as it must', () => {
    const whole = removal(20)
    expect(encodeOperation(whole).payload.length).toBeGreaterThan(MAX_PAYLOAD_BYTES)
    const { cuts, keptInvites, doors, rotation } = fitted(whole)
    expect([cuts.length, keptInvites.length, doors.length]).toEqual([1024, 256, 256])
    const kept = rotation?.boxes ?? []
    expect(kept).toEqual(whole.rotation?.boxes.slice(0, kept.length))
    const one = {
      ...whole,
      rotation: { ...rotation, boxes: whole.rotation?.boxes.slice(0, kept.length + 1) } as Rotation,
    }
    expect(encodeOperation(one).payload.length).toBeGreaterThan(MAX_PAYLOAD_BYTES)
  })

  it('E10 R3 leaves out doors where boxes do not suffice, and never a cut or its author’s box', () => {
    const whole = removal(255)
    const { cuts, doors, rotation } = fitted(whole)
    expect([cuts.length, rotation?.boxes.length]).toEqual([1024, 1])
    expect(rotation?.boxes[0]).toEqual(whole.rotation?.boxes[0])
    expect(doors.length).toBeGreaterThan(100)
    expect(doors.length).toBeLessThan(256)
  })

  it('E10 leaves what fits as it is', () => {
    const small = { ...removal(20), rotation: rotation(10) }
    expect(toHex(encodeFitting(small).payload)).toBe(toHex(encodeOperation(small).payload))
  })
})

describe('boxes that one key.share can hold', () => {
  const share = (epochs: number, count: number) => many(epochs, (n) => ({ epoch: n, recipients: readers(count) }))

  it('E10 K2 stop at the bytes of a payload, in the middle of an epoch', () => {
    const fitting = boxesThatFit(share(64, 400))
    const boxes = fitting.map(({ epoch, recipients }) => ({
      epoch: bytes<EpochTag>(16, epoch),
      ephemeralKey: bytes<Uint8Array>(32, 0),
      boxes: recipients.map((recipient) => ({ recipient, box: bytes<Uint8Array>(48, 0) })),
    }))
    const { payload } = encodeOperation({ type: 'key.share', boxes })
    expect(payload.length).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES)
    expect(payload.length).toBeGreaterThan(MAX_PAYLOAD_BYTES - 160)
    expect(fitting.map(({ recipients }) => recipients.length)).toEqual([400, 400, 400, 400, expect.any(Number)])
  })

  it('K2 are all of a few, and no more epochs and readers than the lists hold', () => {
    expect(boxesThatFit(share(3, 5))).toEqual(share(3, 5))
    expect(boxesThatFit(share(70, 1))).toHaveLength(64)
    expect(boxesThatFit(share(1, 1100))[0]?.recipients).toHaveLength(1024)
  })
})
