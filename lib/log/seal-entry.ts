/** Sealing, opening, signing and verifying one entry (docs/protocol.md §3). Nothing here decides whether it counts. */
import { concat } from '#lib/base/bytes'
import type { DeviceId, Signature } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { kdf, mac } from '#lib/crypto/kdf'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'
import type { ChannelKeys } from '#lib/protocol/derive'
import { decodeBody, type EntryBody, encodeBody } from '#lib/protocol/entry-body'
import { isKnownKind } from '#lib/protocol/entry-kind'
import { isUnknownTailType } from '#lib/protocol/entry-tail'
import { encodeHeader, type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import { entryId, SALT_BYTES, type SealedEntry } from '#lib/protocol/sealed-entry'

export type OpenError =
  /** Sealed under another key, or altered: bad. */
  | { readonly type: 'wrong-key' }
  /** Authentic, but not a canonical body: bad. */
  | { readonly type: 'malformed-body'; readonly reason: string }
  /** From a newer version: kept, chained and forwarded (E1). `body` is there where its form could still be read. */
  | { readonly type: 'opaque'; readonly reason: 'version' | 'suite' | 'kind' | 'tail'; readonly body?: EntryBody }

const SALT_RANDOM_BYTES = 16

/** A new entry, unsigned. The key follows from header and salt, so no change to either goes unseen. */
export function sealEntry(header: OuterHeader, body: EntryBody, keys: ChannelKeys, random: Random): SealedEntry {
  const headerBytes = encodeHeader(header)
  const bodyBytes = encodeBody(body)
  const salt = mac(keys.hedge, random.bytes(SALT_RANDOM_BYTES), headerBytes, bodyBytes).slice(0, SALT_BYTES)
  const box = boxSeal(bodyBytes, entryKey(keys, salt, headerBytes))
  return { header, headerBytes, salt, box, id: entryId(headerBytes, salt, box) }
}

/**
 * What an entry holds. Safe on hostile entries. `keys` are those of the epoch and channel that the header names: its
 * epoch commits to one secret, which a box by itself does not. On the log lane unknown kinds come out as ordinary bodies, since M5
 * judges them; anywhere else they are opaque.
 */
export function openEntry(entry: SealedEntry, keys: ChannelKeys): Result<EntryBody, OpenError> {
  const { version, suite, lane } = entry.header
  if (version !== VERSION) return err({ type: 'opaque', reason: 'version' })
  if (suite !== SUITE) return err({ type: 'opaque', reason: 'suite' })
  const bytes = boxOpen(entry.box, entryKey(keys, entry.salt, entry.headerBytes))
  if (!bytes) return err({ type: 'wrong-key' })
  const decoded = decodeBody(bytes)
  if (!decoded.ok) return err({ type: 'malformed-body', reason: decoded.error.reason })
  const body = decoded.value
  if (body.tail.some(({ type }) => isUnknownTailType(type))) return err({ type: 'opaque', reason: 'tail', body })
  if (lane === 'content' && !isKnownKind(body.kind)) return err({ type: 'opaque', reason: 'kind', body })
  return ok(body)
}

/** The same entry with its author's signature. */
export async function signEntry(entry: SealedEntry, key: SigningKey): Promise<SignedEntry> {
  return { ...entry, signature: (await key.sign(signedBytes(entry))) as Signature }
}

/** An entry that covers itself and, by `prev`, all before it. */
export type SignedEntry = SealedEntry & { readonly signature: Signature }

/** Whether the entry carries a strict signature (C1) of `device`. */
export async function verifyEntry(crypto: Crypto, device: DeviceId, entry: SealedEntry): Promise<boolean> {
  return entry.signature !== undefined && crypto.verify(device, signedBytes(entry), entry.signature)
}

const signedBytes = (entry: SealedEntry): Uint8Array => concat(tag('sign'), entry.id)

const entryKey = (keys: ChannelKeys, salt: Uint8Array, headerBytes: Uint8Array): Uint8Array =>
  kdf(keys.seal, salt, hash(headerBytes))
