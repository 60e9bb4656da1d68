/**
 * What a page holds of a file (protocol.md F1): enough to find, check and open it, and always as short. It stands in an
 * attribute of a node as text, so it is hostile until it was decoded.
 */
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { FileKey, PieceName } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { PIECE_BYTES } from '#lib/protocol/limits'

export interface FileReference {
  /** Of the plain file, in bytes. */
  readonly size: number
  readonly key: FileKey
  /** The name of its only piece, or of the piece that lists the others. */
  readonly root: PieceName
}

const VERSION = 1
const NAME_BYTES = 32
/** As many as one list can name. */
const MAX_PIECES = PIECE_BYTES / NAME_BYTES
/** The largest file that the format can say: 2 GiB. */
export const MAX_REFERABLE_BYTES = MAX_PIECES * PIECE_BYTES

/** Content pieces of a file of so many bytes; an empty file has one, too. */
export const pieceCount = (size: number): number => Math.max(1, Math.ceil(size / PIECE_BYTES))

/** base64url of version ‖ size int ‖ key[32] ‖ root[32]. */
export function encodeFileReference({ size, key, root }: FileReference): string {
  const bytes = writeAll((writer) => {
    writer.byte(VERSION)
    writer.varUint(size)
    writer.raw(key)
    writer.raw(root)
  })
  return toBase64Url(bytes)
}

/** `undefined` for anything but a canonical reference; safe on any value. */
export function decodeFileReference(text: unknown): FileReference | undefined {
  if (typeof text !== 'string' || text.length > 128) return undefined
  const bytes = fromBase64Url(text)
  if (!bytes) return undefined
  const read = readAll(bytes, (reader): FileReference => {
    if (reader.byte() !== VERSION) reader.fail('another version')
    const size = reader.varUint(MAX_REFERABLE_BYTES)
    return { size, key: reader.take(32) as FileKey, root: reader.take(32) as PieceName }
  })
  return read.ok ? read.value : undefined
}
