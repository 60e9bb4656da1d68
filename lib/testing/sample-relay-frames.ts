import type { ChainTag, ChannelTag, PieceName } from '#lib/base/ids'
import type { RelayKey, RoomName } from '#lib/protocol/door'
import type { RelayFrame } from '#lib/protocol/relay-frames'

const bytes = (size: number, value = 7) => new Uint8Array(size).fill(value)
const name = bytes(32)

/** One of each frame between a device and a relay, in the order of their numbers. */
export const sampleRelayFrames: readonly RelayFrame[] = [
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
  { type: 'put-piece', bytes: bytes(100) },
  { type: 'piece-stored', name: name as PieceName },
  { type: 'read-piece', name: name as PieceName },
  { type: 'piece', name: name as PieceName, bytes: bytes(100) },
  {
    type: 'drop',
    request: 1,
    after: 300,
    channel: bytes(16) as ChannelTag,
    ranges: [{ chain: bytes(16) as ChainTag, from: 2, to: 4097 }],
  },
  { type: 'dropped', request: 1, outcome: 'off', cursor: 400, hasMore: true, blobs: 3, bytes: 2 ** 40, young: 5 },
]
