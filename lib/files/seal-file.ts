import { concat } from '#lib/base/bytes'
import type { FileKey, PieceName } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { type FileReference, MAX_REFERABLE_BYTES, pieceCount } from '#lib/files/file-reference'
import { type PiecePlace, padPiece, sealPiece } from '#lib/files/piece'
import { PIECE_BYTES } from '#lib/protocol/limits'

/** A file that is read part by part, so that no more than a piece of it is in memory. */
export interface FileSource {
  /** In bytes. */
  readonly size: number
  read(from: number, to: number): Promise<Uint8Array>
}

export interface SealedPiece {
  readonly name: PieceName
  readonly bytes: Uint8Array
}

export interface SealFileOptions<E> {
  readonly crypto: Pick<Crypto, 'pieceKey' | 'digest'>
  readonly random: Random
  /** Puts a piece where it stays; an error ends the sealing. */
  keep(piece: SealedPiece): Promise<Result<void, E>>
  /** How many bytes are sealed and kept. */
  onProgress?(done: number): void
}

/**
 * Seals a file under a fresh key, piece by piece, and tells how to find it again once every piece is kept (F1). Throws for
 * a file over `MAX_REFERABLE_BYTES`.
 */
export async function sealFile<E>(source: FileSource, options: SealFileOptions<E>): Promise<Result<FileReference, E>> {
  if (source.size > MAX_REFERABLE_BYTES) throw new Error('A file is too large to be referred to')
  const { crypto, random, onProgress } = options
  const secret = random.bytes(32) as FileKey
  const key = await crypto.pieceKey(secret)
  const count = pieceCount(source.size)

  const keep = async (place: PiecePlace, plain: Uint8Array): Promise<Result<PieceName, E>> => {
    const bytes = await sealPiece(key, place, plain)
    const name = (await crypto.digest(bytes)) as PieceName
    const kept = await options.keep({ name, bytes })
    return kept.ok ? ok(name) : kept
  }

  const names: PieceName[] = []
  for (let number = 0; number < count; number++) {
    const isLast = number === count - 1
    const end = Math.min(source.size, (number + 1) * PIECE_BYTES)
    const plain = await source.read(number * PIECE_BYTES, end)
    const kept = await keep({ level: 'content', number, isLast }, isLast ? padPiece(plain) : plain)
    if (!kept.ok) return kept
    names.push(kept.value)
    onProgress?.(end)
  }
  const [only] = names
  if (count === 1 && only) return ok({ size: source.size, key: secret, root: only })
  const list = await keep({ level: 'list', number: 0, isLast: true }, concat(...names))
  return list.ok ? ok({ size: source.size, key: secret, root: list.value }) : list
}
