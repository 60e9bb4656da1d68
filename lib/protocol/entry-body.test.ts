import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { type Dependency, decodeBody, type EntryBody, encodeBody } from '#lib/protocol/entry-body'
import { entryKind, tailType } from '#lib/protocol/entry-kind'
import { channelNameIn, channelNameTail, isUnknownTailType, partOf, partTail } from '#lib/protocol/entry-tail'
import { deflate } from '#lib/protocol/inflate'
import { MAX_BOX_BYTES, MAX_PAYLOAD_BYTES, MAX_SEQ, MAX_SNAPSHOT_PART_BYTES } from '#lib/protocol/limits'
import { pad, paddedLength } from '#lib/protocol/padding'
import { mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { emptyBody } from '#lib/testing/test-chain'

const exactly = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const anyDependency = fc.record({
  chain: exactly(16) as fc.Arbitrary<ChainTag>,
  seq: fc.integer({ min: 1, max: MAX_SEQ }),
  idPrefix: exactly(16),
})
const anyTailValue = fc.record({ type: fc.integer({ min: 4, max: 65_535 }), value: fc.uint8Array({ maxLength: 40 }) })
const anyBody: fc.Arbitrary<EntryBody> = fc.record(
  {
    kind: fc.integer({ min: 0, max: 65_535 }),
    membershipHeads: fc
      .uniqueArray(exactly(32) as fc.Arbitrary<EntryId>, { selector: toHex, minLength: 1, maxLength: 8 })
      .map((heads) => heads.toSorted(compareBytes)),
    dependencies: fc
      .uniqueArray(anyDependency, { selector: ({ chain }) => toHex(chain), maxLength: 64 })
      .map((list) => list.toSorted((a, b) => compareBytes(a.chain, b.chain))),
    seconds: fc.maxSafeInteger(),
    payload: fc.uint8Array({ maxLength: 2000 }),
    tail: fc
      .uniqueArray(anyTailValue, { selector: ({ type }) => type, maxLength: 32 })
      .map((values) => values.toSorted((a, b) => a.type - b.type)),
  },
  { requiredKeys: ['kind', 'dependencies', 'seconds', 'payload', 'tail'] },
)

const dependency = (byte: number): Dependency => ({
  chain: new Uint8Array(16).fill(byte) as ChainTag,
  seq: byte,
  idPrefix: new Uint8Array(16),
})
const head = (byte: number) => new Uint8Array(32).fill(byte) as EntryId

/** A body by hand: what no honest encoder would write. */
const byHand = (write: (writer: ByteWriter) => void) => decodeBody(pad(writeAll(write)))
const numbers = (...bytes: number[]) => byHand((writer) => writer.raw(Uint8Array.from(bytes)))
const refused = (reason: string) => ({ ok: false, error: { type: 'malformed', reason } })

describe('encodeBody and decodeBody', () => {
  it('E1 read back every body', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(decodeBody(encodeBody(body))).toEqual({ ok: true, value: body })
      }),
    )
  })

  it('E10 write admissible lengths only', () => {
    const lengthOf = (payload: number) => encodeBody({ ...emptyBody, payload: new Uint8Array(payload).fill(1) }).length
    expect([0, 40, 42, 43, 60].map(lengthOf)).toEqual([48, 48, 48, 64, 96])
    fc.assert(fc.property(anyBody, (body) => paddedLength(encodeBody(body).length) === encodeBody(body).length))
  })

  it('E10 deflate a payload over 512 bytes where that helps', () => {
    const random = createSeededRandom(512)
    const lengthOf = (payload: Uint8Array) => encodeBody({ ...emptyBody, payload }).length
    expect(lengthOf(new Uint8Array(512))).toBeGreaterThan(512)
    expect(lengthOf(new Uint8Array(513))).toBeLessThan(100)
    expect(lengthOf(random.bytes(600))).toBe(paddedLength(607))
  })

  it('sort what the caller gives in any order', () => {
    const sorted = { ...emptyBody, dependencies: [1, 2].map(dependency), membershipHeads: [1, 2].map(head) }
    const shuffled = { ...emptyBody, dependencies: [2, 1].map(dependency), membershipHeads: [2, 1].map(head) }
    expect(encodeBody(shuffled)).toEqual(encodeBody(sorted))
  })
})

describe('decodeBody', () => {
  it('E1 attack 13: refuses over-long integers, trailing bytes and unknown flags', () => {
    expect(numbers(1, 0, 0, 0, 0, 0).ok).toBe(true)
    expect(numbers(0x81, 0, 0, 0, 0, 0, 0)).toEqual(refused('integer not minimal'))
    expect(numbers(1, 4, 0, 0, 0, 0)).toEqual(refused('unknown flags'))
    expect(numbers(1, 0, 0, 0, 0, 0, 9)).toEqual(refused('pad is not zero'))
  })

  it('E10 attack 13: refuses every other length and any pad that is not zero', () => {
    const good = encodeBody(emptyBody)
    for (const length of [47, 49, 64, 96]) {
      const resized = new Uint8Array(length)
      resized.set(good.subarray(0, length))
      expect(decodeBody(resized)).toEqual(refused('not a padded length'))
    }
    for (let at = 6; at < good.length; at++) {
      expect(decodeBody(Uint8Array.from(good, (byte, i) => (i === at ? 1 : byte)))).toEqual(refused('pad is not zero'))
    }
  })

  it('E1 attack 13: refuses lists that are unsorted or name something twice', () => {
    const withHeads = (...heads: number[]) =>
      byHand((writer) => {
        writer.raw(Uint8Array.of(1, 1))
        writer.list(heads.map(head), writer.raw)
        writer.raw(Uint8Array.of(0, 0, 0, 0))
      })
    expect(withHeads(1, 2).ok).toBe(true)
    expect([withHeads(2, 1), withHeads(1, 1)]).toEqual(Array(2).fill(refused('heads not sorted')))
    expect([withHeads(), withHeads(1, 2, 3, 4, 5, 6, 7, 8, 9)].map(({ ok }) => ok)).toEqual([false, false])
  })

  it('E1 attack 13: refuses dependencies that are unsorted, doubled or at place 0', () => {
    const withChains = (...places: [chain: number, seq: number][]) =>
      byHand((writer) => {
        writer.raw(Uint8Array.of(1, 0))
        writer.list(places, ([chain, seq]) => {
          writer.raw(dependency(chain).chain)
          writer.varUint(seq)
          writer.raw(new Uint8Array(16))
        })
        writer.raw(Uint8Array.of(0, 0, 0))
      })
    expect(withChains([1, 1], [2, 1]).ok).toBe(true)
    expect(withChains([2, 1], [1, 1])).toEqual(refused('dependencies not sorted'))
    expect(withChains([1, 1], [1, 2])).toEqual(refused('dependencies not sorted'))
    expect(withChains([1, 0])).toEqual(refused('dependency out of range'))
  })

  it('E1 attack 13: refuses a tail that is unsorted or names a type twice', () => {
    expect(numbers(1, 0, 0, 0, 0, 2, 4, 0, 6, 0).ok).toBe(true)
    expect(numbers(1, 0, 0, 0, 0, 2, 6, 0, 4, 0)).toEqual(refused('tail not sorted'))
    expect(numbers(1, 0, 0, 0, 0, 2, 4, 0, 4, 0)).toEqual(refused('tail not sorted'))
  })

  it('E10 attack 14: refuses a bomb, and what was deflated without reason', () => {
    const withPacked = (packed: Uint8Array, kind: number = entryKind.update) =>
      byHand((writer) => {
        writer.raw(Uint8Array.of(kind, 2, 0, 0))
        writer.sized(packed)
        writer.varUint(0)
      })
    expect(withPacked(deflate(new Uint8Array(MAX_PAYLOAD_BYTES))).ok).toBe(true)
    expect(withPacked(deflate(new Uint8Array(MAX_PAYLOAD_BYTES + 1)))).toEqual(refused('does not inflate'))
    expect(withPacked(deflate(new Uint8Array(MAX_SNAPSHOT_PART_BYTES)), entryKind.snapshot).ok).toBe(true)
    expect(withPacked(deflate(new Uint8Array(512)))).toEqual(refused('deflated without reason'))
    expect(withPacked(new Uint8Array(0))).toEqual(refused('deflated without reason'))
  })

  it('E1 survives any bytes, and reads canonical ones only', () => {
    const random = createSeededRandom(1)
    const body = { ...emptyBody, membershipHeads: [head(1)], dependencies: [dependency(1)], payload: random.bytes(20) }
    const good = encodeBody({ ...body, tail: [partTail({ index: 1, count: 2 }), channelNameTail(logChannelName)] })
    let read = 0
    for (let round = 0; round < 5000; round++) {
      const bytes = mutate(good, random)
      const decoded = decodeBody(bytes)
      if (decoded.ok) expect(encodeBody(decoded.value), `${++read}`).toEqual(bytes)
    }
    expect(read).toBeGreaterThan(0)
  })
})

describe('limits', () => {
  it('E10 hold for payloads on both sides', () => {
    const random = createSeededRandom(10)
    const body = (size: number, kind: number) => ({ ...emptyBody, kind, payload: random.bytes(size) })
    const largest = encodeBody(body(MAX_SNAPSHOT_PART_BYTES, entryKind.snapshot))
    expect(decodeBody(largest).ok).toBe(true)
    expect(largest.length).toBeLessThan(MAX_BOX_BYTES)
    expect(() => encodeBody(body(MAX_PAYLOAD_BYTES + 1, entryKind.update))).toThrow('payload too long')
    expect(() => encodeBody(body(MAX_SNAPSHOT_PART_BYTES + 1, entryKind.snapshot))).toThrow('payload too long')
  })

  it('E4 hold for heads and dependencies', () => {
    const many = Array.from({ length: 65 }, (_, i) => dependency(i + 1))
    expect(() => encodeBody({ ...emptyBody, dependencies: many })).toThrow('number of dependencies')
    expect(() => encodeBody({ ...emptyBody, membershipHeads: [] })).toThrow('number of heads')
  })
})

describe('tail', () => {
  it('E10 names the part of a payload', () => {
    expect(partOf([partTail({ index: 3, count: 256 })])).toEqual({ index: 3, count: 256 })
    expect(partOf([])).toBeUndefined()
  })

  it('E10 refuses parts that cannot be', () => {
    for (const [index, count] of [
      [0, 2],
      [3, 2],
      [1, 1],
      [1, 257],
    ] as const) {
      expect(() => encodeBody({ ...emptyBody, tail: [partTail({ index, count })] })).toThrow('tail value malformed')
    }
    expect(numbers(1, 0, 0, 0, 0, 1, tailType.part, 2, 3, 2)).toEqual(refused('tail value malformed'))
  })

  it('E2 names the channel of a life', () => {
    const name = bodyChannelName(new Uint8Array(16) as Parameters<typeof bodyChannelName>[0])
    const decoded = decodeBody(encodeBody({ ...emptyBody, tail: [channelNameTail(name)] }))
    expect(decoded.ok && channelNameIn(decoded.value.tail)).toEqual(name)
    expect(numbers(1, 0, 0, 0, 0, 1, tailType.channelName, 1, 65)).toEqual(refused('tail value malformed'))
  })

  it('E1 knows which types it must not skip', () => {
    expect([1, 2, 3, 4, 5, 7].filter(isUnknownTailType)).toEqual([5, 7])
  })
})
