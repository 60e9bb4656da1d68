/** Which variable sets which number of limits.ts. Bounds keep a relay usable by the clients of this release. */
import * as v from 'valibot'
import { defaultLimits, type RelayLimits } from '#relay/limits'
import { count, rate, size, sizeOrOff, sizeRate, time, timeOrOff } from '#relay/setting-forms'

/** The smallest things a client may send or need: one frame, and a ping every 20 s. */
const FRAME = '64KiB'
const PING_AND_MORE = '45s'

/** The variables, by name; all may be missing. */
export const limitVariables = {
  LIMIT_SOCKETS: v.optional(count(16, 1_000_000)),
  LIMIT_REQUEST_TIME: v.optional(time('1s', '5m')),
  LIMIT_ADDRESS_SOCKETS: v.optional(count(4, 1_000_000)),
  LIMIT_ADDRESS_CONNECTIONS: v.optional(rate),
  LIMIT_ADDRESS_ROOMS: v.optional(rate),
  LIMIT_SIGNAL_MESSAGE: v.optional(size('8KiB', '1MiB')),
  LIMIT_SIGNAL_TOPICS: v.optional(count(4, 100_000)),
  LIMIT_SIGNAL_TOPIC_LENGTH: v.optional(count(64, 4096)),
  LIMIT_SIGNAL_MESSAGES: v.optional(rate),
  LIMIT_SIGNAL_QUEUE: v.optional(size(FRAME, '64MiB')),
  LIMIT_SIGNAL_IDLE: v.optional(time(PING_AND_MORE, '1h')),
  LIMIT_HANDSHAKE: v.optional(time('5s', '5m')),
  LIMIT_IDLE: v.optional(time(PING_AND_MORE, '1h')),
  LIMIT_INBOX: v.optional(size('256KiB', '256MiB')),
  LIMIT_BYTES: v.optional(sizeRate),
  LIMIT_PRESENCE: v.optional(rate),
  LIMIT_PROOFS: v.optional(rate),
  LIMIT_PUSH: v.optional(size(FRAME, '256MiB')),
  LIMIT_STALLED: v.optional(time('5s', '10m')),
  LIMIT_PAGE: v.optional(size(FRAME, '16MiB')),
  LIMIT_STORE: v.optional(sizeOrOff('2MiB', '1024TiB')),
  LIMIT_STORE_RESERVE: v.optional(size('64KiB', '1TiB')),
  LIMIT_ROOM: v.optional(size('1MiB', '64TiB')),
  LIMIT_ROOM_RESERVE: v.optional(size('64KiB', '1TiB')),
  LIMIT_ROOM_DOOR: v.optional(count(64, 1_000_000)),
  LIMIT_KEY_CONTENT: v.optional(size('1MiB', '64TiB')),
  LIMIT_KEY_LOG: v.optional(size('64KiB', '1TiB')),
  LIMIT_KEY_RESERVE: v.optional(size('1KiB', '1GiB')),
  LIMIT_MAILBOXES: v.optional(count(1, 1_000_000)),
  LIMIT_MAILBOX_LIFE: v.optional(time('1h', '3650d')),
  LIMIT_MAILBOX_DEPOSITS: v.optional(count(1, 1024)),
  LIMIT_MAILBOX_ANSWERS: v.optional(size('64KiB', '64MiB')),
  ROOM_EXPIRY: v.optional(timeOrOff('2d', '36500d')),
  DROP_AFTER: v.optional(timeOrOff('0d', '36500d')),
}

type Found = v.InferOutput<v.ObjectSchema<typeof limitVariables, undefined>>

const inMs = (seconds: number | undefined, otherwiseMs: number) =>
  seconds === undefined ? otherwiseMs : seconds * 1000

/** The limits with what was found in place of their defaults. */
export function limitsFrom(found: Found): RelayLimits {
  const { sockets, requestMs, address, signaling, sync } = defaultLimits
  const storeBytes = found.LIMIT_STORE ?? sync.storeBytes
  return {
    sockets: found.LIMIT_SOCKETS ?? sockets,
    requestMs: inMs(found.LIMIT_REQUEST_TIME, requestMs),
    address: {
      sockets: found.LIMIT_ADDRESS_SOCKETS ?? address.sockets,
      connections: found.LIMIT_ADDRESS_CONNECTIONS ?? address.connections,
      rooms: found.LIMIT_ADDRESS_ROOMS ?? address.rooms,
    },
    signaling: {
      messageBytes: found.LIMIT_SIGNAL_MESSAGE ?? signaling.messageBytes,
      topicsPerSocket: found.LIMIT_SIGNAL_TOPICS ?? signaling.topicsPerSocket,
      topicLength: found.LIMIT_SIGNAL_TOPIC_LENGTH ?? signaling.topicLength,
      messages: found.LIMIT_SIGNAL_MESSAGES ?? signaling.messages,
      queuedBytes: found.LIMIT_SIGNAL_QUEUE ?? signaling.queuedBytes,
      idleMs: inMs(found.LIMIT_SIGNAL_IDLE, signaling.idleMs),
    },
    sync: {
      handshakeMs: inMs(found.LIMIT_HANDSHAKE, sync.handshakeMs),
      idleMs: inMs(found.LIMIT_IDLE, sync.idleMs),
      inboxBytes: found.LIMIT_INBOX ?? sync.inboxBytes,
      bytes: found.LIMIT_BYTES ?? sync.bytes,
      presence: found.LIMIT_PRESENCE ?? sync.presence,
      proofs: found.LIMIT_PROOFS ?? sync.proofs,
      pushBytes: found.LIMIT_PUSH ?? sync.pushBytes,
      stalledMs: inMs(found.LIMIT_STALLED, sync.stalledMs),
      pageBytes: found.LIMIT_PAGE ?? sync.pageBytes,
      storeBytes,
      storeReserveBytes: found.LIMIT_STORE_RESERVE ?? Math.min(sync.storeReserveBytes, storeBytes / 8),
      roomBytes: found.LIMIT_ROOM ?? sync.roomBytes,
      reserveBytes: found.LIMIT_ROOM_RESERVE ?? sync.reserveBytes,
      doorSubjects: found.LIMIT_ROOM_DOOR ?? sync.doorSubjects,
      keyContentBytes: found.LIMIT_KEY_CONTENT ?? sync.keyContentBytes,
      keyLogBytes: found.LIMIT_KEY_LOG ?? sync.keyLogBytes,
      keyReserveBytes: found.LIMIT_KEY_RESERVE ?? sync.keyReserveBytes,
      roomSeconds: found.ROOM_EXPIRY ?? sync.roomSeconds,
      dropSeconds: found.DROP_AFTER ?? sync.dropSeconds,
      mailboxesPerRoom: found.LIMIT_MAILBOXES ?? sync.mailboxesPerRoom,
      mailboxSeconds: found.LIMIT_MAILBOX_LIFE ?? sync.mailboxSeconds,
      mailboxDeposits: found.LIMIT_MAILBOX_DEPOSITS ?? sync.mailboxDeposits,
      mailboxAnswerBytes: found.LIMIT_MAILBOX_ANSWERS ?? sync.mailboxAnswerBytes,
    },
  }
}
