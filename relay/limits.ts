/** Every number that bounds what one visitor can cost the relay (R4), in one place. Tests pass smaller ones. */
import type { AddressLimits } from '#relay/address-gate'
import type { SignalingLimits } from '#relay/signaling'
import type { SyncLimits } from '#relay/sync-limits'

export interface RelayLimits {
  /** Sockets open at once, of everybody. */
  readonly sockets: number
  /** Time for the head of a request to be complete. */
  readonly requestMs: number
  readonly address: AddressLimits
  readonly signaling: SignalingLimits & { readonly messageBytes: number }
  readonly sync: SyncLimits
}

const KIB = 1024
const MIB = 1024 * KIB

export const defaultLimits: RelayLimits = {
  sockets: 8192,
  requestMs: 10_000,
  address: {
    sockets: 1024,
    connections: { burst: 600, perSecond: 20 },
    rooms: { burst: 120, perSecond: 0.2 },
  },
  signaling: {
    messageBytes: 64 * KIB,
    topicsPerSocket: 64,
    topicLength: 256,
    messages: { burst: 2000, perSecond: 200 },
    queuedBytes: 128 * KIB,
    idleMs: 60_000,
  },
  sync: {
    handshakeMs: 20_000,
    idleMs: 90_000,
    inboxBytes: 4 * MIB,
    bytes: { burst: 64 * MIB, perSecond: 8 * MIB },
    presence: { burst: 20, perSecond: 8 },
    proofs: { burst: 2000, perSecond: 50 },
    pushBytes: MIB,
    stalledMs: 30_000,
    pageBytes: 512 * KIB,
    storeBytes: Number.POSITIVE_INFINITY,
    storeReserveBytes: 256 * MIB,
    roomBytes: 4096 * MIB,
    reserveBytes: 64 * MIB,
    doorSubjects: 16_384,
    keyContentBytes: 2048 * MIB,
    keyLogBytes: 16 * MIB,
    keyReserveBytes: 64 * KIB,
    roomSeconds: 180 * 86_400,
    dropSeconds: 7 * 86_400,
    mailboxesPerRoom: 512,
    mailboxSeconds: 400 * 86_400,
    mailboxDeposits: 8,
    mailboxAnswerBytes: 256 * KIB,
  },
}
