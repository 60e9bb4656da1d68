/**
 * One piece of a file, sealed (protocol.md F1). Where a piece stands (its level, its number and whether it is the last) is
 * nonce and additional data at once, so no piece opens in another one's place, and a file that was cut short is noticed.
 */
import { concat, u32 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { PieceKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import { paddedLength } from '#lib/protocol/padding'

/** `content` pieces hold the file, the one `list` piece of a longer file holds the names of those. */
export interface PiecePlace {
  readonly level: 'content' | 'list'
  /** From 0. */
  readonly number: number
  readonly isLast: boolean
}

const placeBytes = ({ level, number, isLast }: PiecePlace): Uint8Array =>
  concat(Uint8Array.of(level === 'content' ? 0 : 1), u32(number), Uint8Array.of(isLast ? 1 : 0))
const nonceOf = (place: Uint8Array): Uint8Array => concat(new Uint8Array(6), place)
const dataOf = (place: Uint8Array): Uint8Array => concat(tag('piece'), place)

/** ciphertext ‖ tag. A file key seals one content at one place, once. */
export function sealPiece(key: PieceKey, place: PiecePlace, plain: Uint8Array): Promise<Uint8Array> {
  const bytes = placeBytes(place)
  return key.seal(plain, nonceOf(bytes), dataOf(bytes))
}

/** What `sealPiece` sealed at this place, exactly `size` bytes; safe on hostile bytes. */
export async function openPiece(
  key: PieceKey,
  place: PiecePlace,
  sealed: Uint8Array,
  size: number,
): Promise<Result<Uint8Array, { type: 'damaged' }>> {
  const bytes = placeBytes(place)
  const opened = await key.open(sealed, nonceOf(bytes), dataOf(bytes))
  return opened.ok && opened.value.length !== size ? err({ type: 'damaged' }) : opened
}

/** The last content piece with zeros up to a padded length, so that its size tells little about the file. */
export function padPiece(plain: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedLength(plain.length))
  padded.set(plain)
  return padded
}

/** Its first `size` bytes; damaged where anything but zeros follows. */
export function unpadPiece(padded: Uint8Array, size: number): Result<Uint8Array, { type: 'damaged' }> {
  const isPadded = padded.subarray(size).every((byte) => byte === 0)
  return isPadded ? ok(padded.subarray(0, size)) : err({ type: 'damaged' })
}
