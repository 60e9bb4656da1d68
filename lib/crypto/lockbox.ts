/**
 * A secret sealed for one X25519 key: ephemeral public key (32) ‖ secretbox under a key that both halves determine.
 * The ephemeral key follows from the caller's seed and the content, so whoever learnt both can build the box again and
 * expose a bad one (K1), and one seed never seals two contents under one key.
 */
import nacl from 'tweetnacl'
import { concat, utf8 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { ExchangeKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'
import { isAdmissibleExchangeKey } from '#lib/crypto/key-profile'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'

/** Bytes that a lockbox is longer than what it holds. */
export const LOCKBOX_OVERHEAD = 48

/**
 * Seals `plain` for the X25519 key `recipient` (32 bytes, admissible by C3, else it throws). `seed` is 32 secret bytes,
 * fresh or derived from a secret; the same three arguments give the same box.
 */
export function sealTo(recipient: Uint8Array, plain: Uint8Array, seed: Uint8Array): Uint8Array {
  const { ephemeral, boxes } = sealToEach([recipient], plain, seed)
  return concat(ephemeral, ...boxes)
}

/** The lockboxes of `plain` for many, in their order: the ephemeral key that they share, and the rest of each. */
export function sealToEach(
  recipients: readonly Uint8Array[],
  plain: Uint8Array,
  seed: Uint8Array,
): { readonly ephemeral: Uint8Array; readonly boxes: readonly Uint8Array[] } {
  const ephemeralSecret = kdf(seed, hash(plain), utf8('lockbox ephemeral'))
  const ephemeral = nacl.scalarMult.base(ephemeralSecret)
  const boxes = recipients.map((recipient) => {
    if (!isAdmissibleExchangeKey(recipient)) throw new Error('Sealing to a key that admission refuses')
    return boxSeal(plain, lockboxKey(nacl.scalarMult(ephemeralSecret, recipient), ephemeral, recipient))
  })
  return { ephemeral, boxes }
}

/** What a lockbox for `key` holds; `damaged-box` when it is for another key or was altered. Safe on hostile bytes. */
export async function openLockbox(
  key: ExchangeKey,
  box: Uint8Array,
): Promise<Result<Uint8Array, { type: 'damaged-box' } | { type: 'low-order-key' }>> {
  if (box.length < LOCKBOX_OVERHEAD) return err({ type: 'damaged-box' })
  const ephemeral = box.slice(0, 32)
  // reason: Firefox refuses two more encodings than others do; looked at first, a box has one verdict everywhere (C3)
  if (!isAdmissibleExchangeKey(ephemeral)) return err({ type: 'low-order-key' })
  const shared = await key.agree(ephemeral)
  if (!shared.ok) return shared
  const plain = boxOpen(box.subarray(32), lockboxKey(shared.value, ephemeral, key.publicKey))
  return plain ? ok(plain) : err({ type: 'damaged-box' })
}

const lockboxKey = (shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array): Uint8Array =>
  kdf(shared, concat(ephemeral, recipient), utf8('lockbox'))
