/**
 * A secret sealed for one X25519 key: ephemeral public key (32) ‖ secretbox under a key that both halves determine.
 * The ephemeral key follows from the caller's seed and the content, so whoever learnt both can build the box again and
 * expose a bad one (K1), and one seed never seals two contents under one key.
 */
import nacl from 'tweetnacl'
import { concat, utf8 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'
import { isAdmissibleExchangeKey } from '#lib/crypto/key-profile'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'

/** Bytes that a lockbox is longer than what it holds. */
export const LOCKBOX_OVERHEAD = 48
/** Some milliseconds of work. */
const BOXES_AT_ONCE = 16

/**
 * Seals `plain` for the X25519 key `recipient` (32 bytes, admissible by C3, else it throws). `seed` is 32 secret bytes,
 * fresh or derived from a secret; the same three arguments give the same box.
 */
export function sealTo(recipient: Uint8Array, plain: Uint8Array, seed: Uint8Array): Uint8Array {
  const { ephemeral, boxes } = sealToEach([recipient], plain, seed)
  return concat(ephemeral, ...boxes)
}

/** Lockboxes of one content: the ephemeral key that they share, and the rest of each, in the order of the recipients. */
export interface Lockboxes {
  readonly ephemeral: Uint8Array
  readonly boxes: readonly Uint8Array[]
}

/** The lockboxes of `plain` for some. An agreement here takes milliseconds of the thread that asks: for a few. */
export function sealToEach(recipients: readonly Uint8Array[], plain: Uint8Array, seed: Uint8Array): Lockboxes {
  const secret = ephemeralSecret(plain, seed)
  const ephemeral = nacl.scalarMult.base(secret)
  const boxes = recipients.map((recipient) => {
    mustAdmit(recipient)
    return boxSeal(plain, lockboxKey(nacl.scalarMult(secret, recipient), ephemeral, recipient))
  })
  return { ephemeral, boxes }
}

/** The same boxes for many: the platform agrees beside this thread, which is free again after every few of them. */
export async function sealToMany(
  crypto: Pick<Crypto, 'exchangeKey'>,
  recipients: readonly Uint8Array[],
  plain: Uint8Array,
  seed: Uint8Array,
): Promise<Lockboxes> {
  recipients.forEach(mustAdmit)
  const key = await crypto.exchangeKey(ephemeralSecret(plain, seed))
  const ephemeral = key.publicKey
  const boxes: Uint8Array[] = []
  const agreeFrom = (at: number) =>
    Promise.all(recipients.slice(at, at + BOXES_AT_ONCE).map((recipient) => key.agree(recipient)))
  let agreeing = agreeFrom(0)
  for (let i = 0; i < recipients.length; i += BOXES_AT_ONCE) {
    const agreed = await agreeing
    // Beside this thread, while it seals.
    agreeing = agreeFrom(i + BOXES_AT_ONCE)
    for (const [at, shared] of agreed.entries()) {
      const recipient = recipients[i + at]
      if (!recipient || !shared.ok) throw new Error('A key that was admitted agrees on nothing')
      boxes.push(boxSeal(plain, lockboxKey(shared.value, ephemeral, recipient)))
    }
  }
  return { ephemeral, boxes }
}

const ephemeralSecret = (plain: Uint8Array, seed: Uint8Array): Uint8Array =>
  kdf(seed, hash(plain), utf8('lockbox ephemeral'))

function mustAdmit(recipient: Uint8Array): void {
  if (!isAdmissibleExchangeKey(recipient)) throw new Error('Sealing to a key that admission refuses')
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
