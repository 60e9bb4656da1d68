import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { RelayKey, RoomName } from '#lib/protocol/door'
import { decodeRelayFrame, encodeRelayFrame, type RelayFrame } from '#lib/protocol/relay-frames'

const bytes = (size: number, value = 7) => new Uint8Array(size).fill(value)
const name = bytes(32)

const examples: readonly RelayFrame[] = [
  { type: 'challenge', nonce: bytes(32), store: bytes(16) },
  {
    type: 'open',
    origin: 'http://localhost:4444',
    room: name as RoomName,
    rootKey: bytes(32, 1) as RelayKey,
    random: bytes(32, 2),
    relayKey: bytes(32, 3) as RelayKey,
    signature: bytes(64),
  },
  { type: 'opened', level: 'member', end: 300, door: bytes(32) },
  { type: 'put-door', statements: [bytes(200), bytes(201)] },
  { type: 'read-door' },
  { type: 'door', isLast: true, statements: [] },
  { type: 'put', blobs: [bytes(100)] },
  { type: 'stored', items: [{ hash: bytes(32), cursor: 2 ** 40 }] },
  { type: 'declined', hash: bytes(32), reason: 'key-full' },
  {
    type: 'read',
    request: 1,
    after: 0,
    filter: { lane: 'any', channel: bytes(16) as ChannelTag },
    without: [{ chain: bytes(16) as ChainTag, from: 2, to: 1025 }],
  },
  { type: 'blobs', request: 0, items: [{ cursor: 1, bytes: bytes(5) }] },
  { type: 'page', request: 1, cursor: 9, hasMore: false },
  { type: 'subscribe' },
  { type: 'subscribed', end: 9 },
  { type: 'behind', end: 10 },
  { type: 'open-mailbox', publicKey: bytes(32), expiresAt: 2_000_000_000, card: bytes(300) },
  { type: 'mailbox-opened', name, outcome: 'not-allowed' },
  { type: 'listen-mailbox', name },
  { type: 'enter-mailbox', origin: 'https://a.example', publicKey: bytes(32), signature: bytes(64) },
  { type: 'mailbox', expiresAt: 5, card: bytes(0) },
  { type: 'deposit', bytes: bytes(8192) },
  { type: 'deposited', hash: bytes(32), outcome: 'full' },
  { type: 'deposit-found', name, number: 3, bytes: bytes(10) },
  { type: 'answer', name, number: 3, bytes: bytes(10) },
  { type: 'answered', name, number: 3, outcome: 'done' },
]

describe('relay frames', () => {
  it.each(examples.map((frame) => [frame.type, frame] as const))('R4 reads back %s', (_, frame) => {
    expect(decodeRelayFrame(encodeRelayFrame(frame))).toEqual({ ok: true, value: frame })
  })

  it('R4 gives every frame a number of its own that never changes', () => {
    expect(examples.map((frame) => encodeRelayFrame(frame)[0])).toEqual(examples.map((_, i) => 32 + i))
  })

  it('attack 13 refuses trailing, missing and bent bytes or reads what was written', () => {
    for (const frame of examples) {
      const encoded = encodeRelayFrame(frame)
      expect(decodeRelayFrame(Uint8Array.of(...encoded, 0)).ok).toBe(false)
      if (encoded.length > 1) expect(decodeRelayFrame(encoded.slice(0, -1)).ok).toBe(false)
    }
  })

  it('attack 24 survives any bytes, and what it reads it would write the same', () => {
    const hostile = fc.tuple(fc.integer({ min: 32, max: 63 }), fc.uint8Array({ maxLength: 300 }))
    fc.assert(
      fc.property(hostile, ([number, rest]) => {
        const input = Uint8Array.of(number, ...rest)
        const decoded = decodeRelayFrame(input)
        if (!decoded.ok || decoded.value.type === 'unknown') return
        expect(encodeRelayFrame(decoded.value)).toEqual(input)
      }),
      { numRuns: 2000 },
    )
  })

  it('attack 24 refuses a list that promises more than it holds without allocating it', () => {
    expect(decodeRelayFrame(Uint8Array.of(38, 0xff, 0xff, 0xff, 0x7f))).toMatchObject({ ok: false })
  })

  it('R2 skips numbers of the future', () => {
    expect(decodeRelayFrame(Uint8Array.of(63, 1, 2))).toEqual({ ok: true, value: { type: 'unknown', number: 63 } })
  })
})
