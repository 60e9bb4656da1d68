/** Every key, tag and pseudonym that follows from a workspace's secrets (docs/protocol.md §1, §3). */
import { toBase64Url } from '#lib/base/base64url'
import { concat, u32, utf8 } from '#lib/base/bytes'
import type {
  ChainTag,
  ChannelName,
  ChannelTag,
  DeviceId,
  EntryId,
  EpochSecret,
  EpochTag,
  TagKey,
  WorkspaceId,
} from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { kdf, mac } from '#lib/crypto/kdf'
import { createKeyCache } from '#lib/crypto/key-cache'
import { MAX_SLOTS } from '#lib/protocol/limits'

/** What seals and opens the entries of one channel in one epoch. */
export interface ChannelKeys {
  /** 32 bytes: each entry's own key follows from it. */
  readonly seal: Uint8Array
  /** 32 bytes: makes salts differ even where randomness fails. */
  readonly hedge: Uint8Array
}

const EMPTY = new Uint8Array(0)
const LIVES_KEPT = 512

/** T: the key of all pseudonyms, for the workspace's life; from the first epoch's secret. */
export const tagKey = (firstSecret: EpochSecret, workspaceId: WorkspaceId): TagKey =>
  kdf(firstSecret, workspaceId, utf8('tags')) as TagKey

/** A channel's pseudonym. */
export const channelTag = (tags: TagKey, name: ChannelName): ChannelTag =>
  mac(tags, utf8('channel'), name).slice(0, 16) as ChannelTag

/** The pseudonym of one life of a device in a channel; lives count from 0. */
export const chainTag = (tags: TagKey, device: DeviceId, life: number, channel: ChannelTag): ChainTag =>
  mac(tags, utf8('chain'), device, u32(life), channel).slice(0, 16) as ChainTag

/** 32 bytes that bind an epoch to its secret without telling it (K1). */
export const epochCommitment = (workspaceId: WorkspaceId, secret: EpochSecret): Uint8Array =>
  hash(tag('epoch'), workspaceId, secret)

/** How entries name their epoch. */
export const epochTag = (workspaceId: WorkspaceId, secret: EpochSecret): EpochTag =>
  epochTagOf(epochCommitment(workspaceId, secret))

/** The name of the epoch with this commitment of 32 bytes. */
export const epochTagOf = (commitment: Uint8Array): EpochTag => commitment.slice(0, 16) as EpochTag

/** What genesis says of the first epoch's secret: 32 bytes over its own 32 random ones, since its hash names the workspace (M1). */
export const firstEpochBinding = (genesisRandom: Uint8Array, firstSecret: EpochSecret): Uint8Array =>
  hash(tag('epoch-0'), genesisRandom, firstSecret)

/** Keys of a channel under the secret of an epoch. */
export function channelKeys(secret: EpochSecret, workspaceId: WorkspaceId, channel: ChannelTag): ChannelKeys {
  const seal = kdf(secret, workspaceId, channel)
  return { seal, hedge: kdf(seal, EMPTY, utf8('salt')) }
}

/**
 * The Yjs client ids of a life, in slot order: 16 of 53 bits that nobody else's slot gives (E7). `admission` is the
 * operation that let the device in, or the workspace for its founder.
 */
export const slotClients = (
  device: DeviceId,
  admission: EntryId | WorkspaceId,
  channel: ChannelTag,
  life: number,
): readonly number[] => clientsUnder(concat(tag('slot'), device, admission, channel, u32(life)))

/** Kept, since who may write in a channel is asked whenever it opens, and each answer takes sixteen hashes. */
const clientsUnder = createKeyCache(LIVES_KEPT, (begin): readonly number[] =>
  Array.from({ length: MAX_SLOTS }, (_, slot) => {
    const digest = hash(begin, Uint8Array.of(slot))
    return digest.subarray(1, 7).reduce((number, byte) => number * 256 + byte, (digest[0] ?? 0) & 31)
  }),
)

/** Where the devices of an epoch meet through signaling (K5); both parts are base64url of 32 bytes. */
export const meshRoom = (secret: EpochSecret, workspaceId: WorkspaceId): { name: string; password: string } => ({
  name: toBase64Url(kdf(secret, workspaceId, utf8('mesh room'))),
  password: toBase64Url(kdf(secret, workspaceId, utf8('mesh password'))),
})

/** 32 bytes that seal presence in an epoch (R7). */
export const presenceKey = (secret: EpochSecret, workspaceId: WorkspaceId): Uint8Array =>
  kdf(secret, workspaceId, utf8('presence'))

/** 32 bytes that seal receipts in an epoch (R10). */
export const receiptKey = (secret: EpochSecret, workspaceId: WorkspaceId): Uint8Array =>
  kdf(secret, workspaceId, utf8('receipt'))
