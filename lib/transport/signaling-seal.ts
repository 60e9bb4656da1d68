import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { concat, textFromUtf8, utf8 } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { kdf } from '#lib/crypto/kdf'
import { boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'

/**
 * Offers and candidates as the signaling server sees them: sealed under a key of the room, one length for announces
 * and steps of 256 bytes for the rest, and none taken twice. y-webrtc's own encryption would leave its failures
 * unhandled, keep its key extractable and accept a replay.
 */
export interface SignalingSeal {
  seal(message: object): string
  /** The parsed JSON, or `undefined` for anything not sealed for this room or heard before; never throws. */
  open(sealed: unknown): unknown
}

const NONCE_BYTES = 24
/** A relay knows announces by being short, and hands each to a few only (R6). */
const ANNOUNCE_BYTES = 96
const STEP_BYTES = 256
const MAX_SEALED_LENGTH = 32_768
const MAX_REMEMBERED = 4096

export function createSignalingSeal(roomName: string, password: string, random: Random): SignalingSeal {
  const key = kdf(utf8(password), utf8(roomName), utf8('signaling'))
  const heard = new Set<string>()
  return {
    seal(message) {
      const text = utf8(JSON.stringify(message))
      const size = text.length <= ANNOUNCE_BYTES ? ANNOUNCE_BYTES : Math.ceil(text.length / STEP_BYTES) * STEP_BYTES
      const padded = concat(text, new Uint8Array(size - text.length).fill(0x20))
      const nonce = random.bytes(NONCE_BYTES)
      return toBase64Url(concat(nonce, boxSealWithNonce(padded, nonce, key)))
    },
    open(sealed) {
      const bytes = typeof sealed === 'string' && sealed.length <= MAX_SEALED_LENGTH ? fromBase64Url(sealed) : undefined
      if (!bytes || bytes.length < NONCE_BYTES) return undefined
      const plain = boxOpenWithNonce(bytes.subarray(NONCE_BYTES), bytes.subarray(0, NONCE_BYTES), key)
      const nonce = toBase64Url(bytes.subarray(0, NONCE_BYTES))
      if (!plain || heard.has(nonce)) return undefined
      heard.add(nonce)
      const oldest = heard.size > MAX_REMEMBERED ? heard.values().next().value : undefined
      if (oldest !== undefined) heard.delete(oldest)
      try {
        return JSON.parse(textFromUtf8(plain) ?? '')
      } catch {
        return undefined
      }
    },
  }
}
