/** Frames about pieces of files (protocol.md F1), numbers 57–60 of those between a device and a relay (relay-frames.ts). */
import type { PieceName } from '#lib/base/ids'
import { bytesOf, type Codings, optional, record, sizedBytes } from '#lib/protocol/format'
import { MAX_SEALED_PIECE_BYTES } from '#lib/protocol/limits'

/** Answered by PIECE-STORED or DECLINED; its name is the hash of its bytes. */
export interface PutPieceFrame {
  readonly type: 'put-piece'
  readonly bytes: Uint8Array
}
/** It is on the relay's disk. */
export interface PieceStoredFrame {
  readonly type: 'piece-stored'
  readonly name: PieceName
}
export interface ReadPieceFrame {
  readonly type: 'read-piece'
  readonly name: PieceName
}
/** Answers READ-PIECE; without bytes where the relay has no such piece. */
export interface PieceFrame {
  readonly type: 'piece'
  readonly name: PieceName
  readonly bytes: Uint8Array | undefined
}

export type AboutPieceFrame = PutPieceFrame | PieceStoredFrame | ReadPieceFrame | PieceFrame

const name = bytesOf<PieceName>(32)
const bytes = sizedBytes(MAX_SEALED_PIECE_BYTES)

/** Their part of the codec in relay-frames.ts. */
export const pieceCodings: Codings<AboutPieceFrame> = {
  'put-piece': { number: 57, format: record({ bytes }) },
  'piece-stored': { number: 58, format: record({ name }) },
  'read-piece': { number: 59, format: record({ name }) },
  piece: { number: 60, format: record({ name, bytes: optional(bytes) }) },
}
