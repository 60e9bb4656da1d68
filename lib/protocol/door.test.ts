import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SigningKey } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import {
  type DoorLevel,
  type DoorStatement,
  decodeDoorStatement,
  encodeDoorStatement,
  type RelayKey,
  type RoomName,
  roomName,
  signDoorStatement,
  verifyDoorStatement,
} from '#lib/protocol/door'
import { createDoorList, MAX_VOUCHED } from '#lib/protocol/door-list'

const crypto = createNodeCrypto()
const seed = (byte: number) => new Uint8Array(32).fill(byte)
const key = (name: string) => new Uint8Array(32).fill(name.charCodeAt(0)) as RelayKey
const room = new Uint8Array(32) as RoomName

/** A statement whose signature nobody looks at. */
const say = (signer: string, subject: string, level: DoorLevel, n: number): DoorStatement => ({
  room,
  origin: 'https://relay.example',
  subject: key(subject),
  level,
  n,
  signer: key(signer),
  signature: new Uint8Array(64) as DoorStatement['signature'],
})

/** A door after these statements, all expected to apply; `owner` is the root key. */
function doorAfter(...statements: readonly DoorStatement[]) {
  const door = createDoorList(key('owner'))
  for (const statement of statements) expect(door.apply(statement)).toBe('applied')
  return door
}

describe('door statement', () => {
  let owner: SigningKey
  let statement: DoorStatement
  beforeAll(async () => {
    owner = await crypto.signingKey(seed(1))
    const unsigned = { room: roomName(owner.publicKey, seed(2)), origin: 'http://localhost:4444', n: 7 } as const
    statement = await signDoorStatement({ ...unsigned, subject: key('bob'), level: 'member' }, owner)
  })

  it('R3 reads back what was written and verifies', async () => {
    const decoded = decodeDoorStatement(encodeDoorStatement(statement))
    expect(decoded).toEqual({ ok: true, value: statement })
    expect(await verifyDoorStatement(statement, crypto)).toBe(true)
  })

  it('R3 refuses every flipped bit', async () => {
    const bytes = encodeDoorStatement(statement)
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const bent = bytes.slice()
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const decoded = decodeDoorStatement(bent)
      if (decoded.ok) expect(await verifyDoorStatement(decoded.value, crypto)).toBe(false)
    }
  })

  it('R3 survives any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => !decodeDoorStatement(bytes).ok))
  })
})

describe('door list', () => {
  it('R3 begins with the root key alone', () => {
    const door = doorAfter()
    expect(door.levelOf(key('owner'))).toBe('root')
    expect(door.levelOf(key('bob'))).toBe('none')
  })

  it('R3 lets root grant anything, admins members, members members', () => {
    const door = doorAfter(
      say('owner', 'alice', 'admin', 1),
      say('alice', 'bob', 'member', 1),
      say('bob', 'carol', 'member', 1),
      say('owner', 'zoe', 'root', 1),
    )
    expect(['alice', 'bob', 'carol', 'zoe'].map((name) => door.levelOf(key(name)))).toEqual([
      'admin',
      'member',
      'member',
      'root',
    ])
  })

  it('attack 55 refuses what a signer may not say', () => {
    const door = doorAfter(say('owner', 'alice', 'admin', 1), say('alice', 'bob', 'member', 1))
    const attempts = [
      say('mallory', 'mallory', 'root', 9),
      say('mallory', 'bob', 'none', 9),
      say('bob', 'mallory', 'admin', 9),
      say('bob', 'bob', 'admin', 9),
      say('bob', 'alice', 'none', 9),
      say('alice', 'mallory', 'admin', 9),
      say('alice', 'alice', 'root', 9),
      say('alice', 'owner', 'none', 9),
    ]
    expect(attempts.map((attempt) => door.apply(attempt))).toEqual(attempts.map(() => 'not-allowed'))
  })

  it('R3 turns a removed key away, whoever let it in, and it stays away', () => {
    const door = doorAfter(
      say('owner', 'alice', 'admin', 1),
      say('owner', 'bob', 'member', 2),
      say('owner', 'carol', 'member', 1),
      say('alice', 'bob', 'none', 3),
    )
    expect(door.apply(say('owner', 'bob', 'member', 2))).toBe('superseded')
    expect(door.apply(say('carol', 'bob', 'member', 4))).toBe('not-allowed')
    expect(door.apply(say('bob', 'bob', 'member', 4))).toBe('not-allowed')
    expect(door.levelOf(key('bob'))).toBe('none')
  })

  it('R3 keeps a key out that root took, against an admin, until root gives it back', () => {
    const door = doorAfter(say('owner', 'alice', 'admin', 1), say('owner', 'bob', 'none', 2))
    expect(door.apply(say('alice', 'bob', 'member', 9))).toBe('not-allowed')
    expect(door.apply(say('alice', 'bob', 'none', 9))).toBe('applied')
    expect(door.apply(say('alice', 'bob', 'member', 10))).toBe('not-allowed')
    expect(door.apply(say('owner', 'bob', 'member', 10))).toBe('applied')
  })

  it('R3 lets the lower level win at one number', () => {
    const door = doorAfter(
      say('owner', 'alice', 'admin', 1),
      say('alice', 'bob', 'member', 5),
      say('alice', 'bob', 'none', 5),
    )
    expect(door.apply(say('alice', 'bob', 'member', 5))).toBe('superseded')
  })

  it('R3 lets anybody leave and root hand on', () => {
    const door = doorAfter(
      say('owner', 'bob', 'member', 1),
      say('bob', 'bob', 'none', 2),
      say('owner', 'alice', 'root', 1),
      say('alice', 'owner', 'none', 1),
    )
    expect([door.levelOf(key('owner')), door.levelOf(key('alice'))]).toEqual(['none', 'root'])
    expect(door.apply(say('owner', 'mallory', 'root', 2))).toBe('not-allowed')
  })

  it(`R3 stops a member at ${MAX_VOUCHED} keys`, () => {
    const door = doorAfter(say('owner', 'bob', 'member', 1))
    const verdicts = Array.from({ length: MAX_VOUCHED + 1 }, (_, i) =>
      door.apply({ ...say('bob', 'x', 'member', 1), subject: new Uint8Array(32).fill(i) as RelayKey }),
    )
    expect(verdicts.filter((verdict) => verdict === 'applied')).toHaveLength(MAX_VOUCHED)
    expect(verdicts.at(-1)).toBe('not-allowed')
  })

  it('R3 is the same door after its records were kept and loaded', () => {
    const door = doorAfter(say('owner', 'alice', 'admin', 1), say('alice', 'bob', 'member', 3))
    const again = createDoorList(key('owner'), door.records())
    expect(again.apply(say('alice', 'bob', 'member', 3))).toBe('superseded')
    expect(again.apply(say('alice', 'bob', 'none', 4))).toBe('applied')
  })

  it('attack 55 R3 shuts out whom other members lifted above every number of the log', () => {
    const begun = [
      say('owner', 'alice', 'admin', 1),
      ...['bob', 'carol'].map((name) => say('owner', name, 'member', 1)),
    ]
    for (const remover of ['owner', 'alice']) {
      const door = doorAfter(...begun, say('bob', 'bob', 'none', 2 ** 32), say('carol', 'bob', 'member', 2 ** 32 + 1))
      expect(door.levelOf(key('bob'))).toBe('member')
      expect(door.apply(say(remover, 'bob', 'none', 3))).toBe('applied')
      expect(door.apply(say('carol', 'bob', 'member', 2 ** 32 + 2))).toBe('not-allowed')
    }
  })

  it('attack 55 R3 gives a key the level that the owner says, whichever number a member said first', () => {
    const door = doorAfter(say('owner', 'bob', 'member', 1), say('bob', 'tablet', 'member', 2 ** 32))
    expect(door.apply(say('owner', 'tablet', 'root', 2))).toBe('applied')
    expect(door.levelOf(key('tablet'))).toBe('root')
  })

  it('R3 brings nobody back who left by what was said before', () => {
    const door = doorAfter(say('owner', 'bob', 'member', 1), say('bob', 'bob', 'none', 2))
    expect(door.apply(say('owner', 'bob', 'member', 1))).toBe('superseded')
    expect(door.apply(say('owner', 'bob', 'member', 3))).toBe('applied')
  })

  it('R3 takes no number that leaps: there is always a next one', () => {
    const door = createDoorList(key('owner'))
    expect(door.apply(say('owner', 'bob', 'member', Number.MAX_SAFE_INTEGER))).toBe('not-allowed')
    expect(door.apply(say('owner', 'bob', 'member', 2 ** 32))).toBe('applied')
    expect(door.apply(say('owner', 'bob', 'none', 2 ** 33))).toBe('applied')
  })
})
