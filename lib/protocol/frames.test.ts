import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { decodeFrame, encodeFrame, type Frame } from '#lib/protocol/frames'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
const some = fc.uint8Array({ maxLength: 300 })
const count = fc.oneof(fc.nat(300), fc.maxSafeNat())
const seq = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }))
const chain = bytes(16) as fc.Arbitrary<ChainTag>
const head = fc.record({ chain, seq, idPrefix: bytes(8) })
const want = fc.record({ chain, from: seq })
const listOf = <T>(item: fc.Arbitrary<T>, tagOf: (item: T) => Uint8Array) =>
  fc
    .uniqueArray(item, { selector: (each) => toHex(tagOf(each)), maxLength: 12 })
    .map((items) => items.toSorted((a, b) => (toHex(tagOf(a)) < toHex(tagOf(b)) ? -1 : 1)))
const heads = listOf(head, (item) => item.chain)
const wants = listOf(want, (item) => item.chain)
const range = fc.record({ after: bytes(16), until: bytes(16) }, { requiredKeys: [] })
const type = <T extends string>(name: T) => fc.constant(name)

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: type('hello'),
    lowestVersion: fc.constant(1),
    highestVersion: count.map((n) => Math.max(1, n)),
    features: count,
    maxFrameBytes: count,
    maxObjectBytes: count,
    tail: fc
      .uniqueArray(fc.record({ type: fc.nat(200), value: some }), { selector: (each) => each.type, maxLength: 4 })
      .map((tail) => tail.toSorted((a, b) => a.type - b.type)),
  }),
  fc.record({ type: type('have-root'), scope: fc.constantFrom('log', 'all'), digest: bytes(16) }),
  fc.record({
    type: type('have-buckets'),
    log: bytes(16),
    buckets: fc.array(bytes(16), { minLength: 16, maxLength: 16 }),
  }),
  fc.record({
    type: type('have-channels'),
    bucket: fc.nat(15),
    range,
    channels: listOf(
      fc.record({ channel: bytes(16) as fc.Arbitrary<ChannelTag>, digest: bytes(16) }),
      (c) => c.channel,
    ),
  }),
  fc.record(
    {
      type: type('have-heads'),
      channel: bytes(16) as fc.Arbitrary<ChannelTag>,
      range,
      reply: fc.boolean(),
      heads,
    },
    { requiredKeys: ['type', 'range', 'reply', 'heads'] },
  ),
  fc.record({ type: type('ihave'), lane: fc.constantFrom('log', 'content'), heads }),
  fc.record({ type: type('want'), wants }),
  fc.record({ type: type('graft'), wants }),
  fc.record({ type: type('originals'), wants }),
  fc.record({ type: type('segment'), sealed: fc.uint8Array({ maxLength: 64 }) }),
  fc.record({ type: type('data'), answer: fc.boolean(), runs: fc.array(some, { minLength: 1, maxLength: 5 }) }),
  fc.record({
    type: type('slice'),
    object: count,
    index: fc.nat(9),
    count: fc.integer({ min: 10, max: 20 }),
    bytes: some,
  }),
  fc.record({ type: type('ack'), bytes: count }),
  fc.record({ type: type('prune') }),
  fc.record({ type: type('presence'), sealed: some }),
  fc.record({ type: type('receipt'), sealed: some }),
  fc.record({ type: type('ping'), nonce: count }),
  fc.record({ type: type('pong'), nonce: count }),
  fc.record({ type: type('bye'), reason: fc.string({ maxLength: 12 }) }),
)

describe('frames', () => {
  it('R2 decodes what it encoded', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame })
      }),
    )
  })

  it('R2 gives every accepted byte string one meaning: it encodes to the same bytes', () => {
    const changed = fc.tuple(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(changed, ([frame, at, flip]) => {
        const damaged = encodeFrame(frame)
        const place = at % damaged.length
        damaged[place] = (damaged[place] ?? 0) ^ flip
        const decoded = decodeFrame(damaged)
        if (decoded.ok && decoded.value.type !== 'unknown') expect(encodeFrame(decoded.value)).toEqual(damaged)
      }),
      { numRuns: 500 },
    )
  })

  it('R2 survives any bytes and any cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void decodeFrame(any)),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        const whole = encodeFrame(frame)
        decodeFrame(whole.subarray(0, cut % whole.length))
      }),
    )
  })

  it('R2 skips numbers it does not know', () => {
    expect(decodeFrame(Uint8Array.of(31, 1, 2, 3))).toEqual({ ok: true, value: { type: 'unknown', number: 31 } })
    expect(decodeFrame(Uint8Array.of(40))).toEqual({ ok: true, value: { type: 'unknown', number: 40 } })
  })

  it('E10 refuses more than 64 KiB before it reads a byte', () => {
    const frame = new Uint8Array(MAX_FRAME_BYTES + 1)
    expect(decodeFrame(frame)).toEqual({ ok: false, error: { type: 'frame-too-large', bytes: 65_537 } })
  })

  it('attack 13 refuses lists out of order or with doubles, long integers and trailing bytes', () => {
    const one = encodeFrame({ type: 'want', wants: [{ chain: new Uint8Array(16).fill(1) as ChainTag, from: 5 }] })
    const item = one.subarray(2)
    const malformed = { ok: false, error: { type: 'malformed' } }
    expect(decodeFrame(Uint8Array.of(4, 2, ...item, ...item))).toMatchObject(malformed)
    expect(decodeFrame(Uint8Array.of(4, 0x81, 0, ...item))).toMatchObject(malformed)
    expect(decodeFrame(Uint8Array.of(...one, 0))).toMatchObject(malformed)
  })

  it('P5 adds two bytes to a pushed run', () => {
    expect(encodeFrame({ type: 'data', answer: false, runs: [new Uint8Array(100)] }).length).toBe(102)
  })

  it('R2 keeps the bytes of version 1', () => {
    const tag = new Uint8Array(16).fill(0xab) as ChainTag
    const idPrefix = new Uint8Array(8).fill(7)
    const hex = (frame: Frame) => toHex(encodeFrame(frame))
    expect(hex({ type: 'want', wants: [{ chain: tag, from: 300 }] })).toBe(`0401${'ab'.repeat(16)}ac02`)
    expect(hex({ type: 'ihave', lane: 'content', heads: [{ chain: tag, seq: 2, idPrefix }] })).toBe(
      `030101${'ab'.repeat(16)}02${'07'.repeat(8)}`,
    )
    expect(hex({ type: 'have-root', scope: 'all', digest: tag })).toBe(`0201${'ab'.repeat(16)}`)
    expect(hex({ type: 'ping', nonce: 1 })).toBe('0c01')
    expect(hex({ type: 'bye', reason: 'going' })).toBe('0e05676f696e67')
  })
})
