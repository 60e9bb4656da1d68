import type { PieceName } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { type FileReference, pieceCount } from '#lib/files/file-reference'
import { openPiece, unpadPiece } from '#lib/files/piece'
import { PIECE_BYTES } from '#lib/protocol/limits'
import { paddedLength } from '#lib/protocol/padding'

/** `damaged`: the pieces are what they are called, and not what the page says of them. */
export type OpenFileError<E> = E | { readonly type: 'damaged' }

export interface OpenFileOptions<E> {
  readonly crypto: Pick<Crypto, 'pieceKey'>
  /** The piece of this name, whose hash was compared with it. */
  piece(name: PieceName): Promise<Result<Uint8Array, E>>
  /** How many bytes are there. */
  onProgress?(done: number): void
}

const damaged = err({ type: 'damaged' } as const)

/** The parts of a file in order, checked; safe whatever reference and pieces say (F1). */
export async function openFile<E>(
  reference: FileReference,
  options: OpenFileOptions<E>,
): Promise<Result<readonly Uint8Array[], OpenFileError<E>>> {
  const { size, root } = reference
  const key = await options.crypto.pieceKey(reference.key)
  const count = pieceCount(size)
  const names = count === 1 ? ok([root]) : await listedNames(count)
  if (!names.ok) return names

  async function listedNames(expected: number): Promise<Result<readonly PieceName[], OpenFileError<E>>> {
    const sealed = await options.piece(root)
    if (!sealed.ok) return sealed
    const list = await openPiece(key, { level: 'list', number: 0, isLast: true }, sealed.value, 32 * expected)
    if (!list.ok) return list
    return ok(Array.from({ length: expected }, (_, i) => list.value.slice(32 * i, 32 * i + 32) as PieceName))
  }

  const parts: Uint8Array[] = []
  for (const [number, name] of names.value.entries()) {
    const sealed = await options.piece(name)
    if (!sealed.ok) return sealed
    const isLast = number === count - 1
    const length = isLast ? size - number * PIECE_BYTES : PIECE_BYTES
    const place = { level: 'content', number, isLast } as const
    const padded = await openPiece(key, place, sealed.value, isLast ? paddedLength(length) : length)
    const plain = padded.ok ? unpadPiece(padded.value, length) : padded
    if (!plain.ok) return damaged
    parts.push(plain.value)
    options.onProgress?.(number * PIECE_BYTES + length)
  }
  return ok(parts)
}
