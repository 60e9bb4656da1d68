/**
 * Larger objects in numbered slices (E10). A link keeps order, so slices of one object come one after another, though
 * other frames may come between them; a reader keeps one unfinished object and drops the link at the first slice out
 * of place.
 */

import { concat } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import { encodeFrame, type SliceFrame } from '#lib/protocol/frames'
import { MAX_FRAME_BYTES, MAX_OBJECT_BYTES } from '#lib/protocol/limits'

/** Bytes of a slice frame besides its piece: type, object, index, count, each at its longest. */
const SLICE_OVERHEAD_BYTES = 1 + 8 + 3 + 3
const PIECE_BYTES = MAX_FRAME_BYTES - SLICE_OVERHEAD_BYTES

export type SliceError = { readonly type: 'slice-out-of-order' } | { readonly type: 'object-too-large' }

/** Frames that carry `bytes`, an encoded frame of at most `MAX_OBJECT_BYTES`: itself when it fits, else slices. */
export function sliceFrame(bytes: Uint8Array, object: number): readonly Uint8Array[] {
  if (bytes.length <= MAX_FRAME_BYTES) return [bytes]
  if (bytes.length > MAX_OBJECT_BYTES) throw new Error(`an object of ${bytes.length} bytes cannot be sent`)
  const count = Math.ceil(bytes.length / PIECE_BYTES)
  return Array.from({ length: count }, (_, index) =>
    encodeFrame({
      type: 'slice',
      object,
      index,
      count,
      bytes: bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
    }),
  )
}

export interface SliceReader {
  /** The whole object with its last slice, `undefined` before; safe on hostile input. */
  add(slice: SliceFrame): Result<Uint8Array | undefined, SliceError>
  /** Bytes kept for the unfinished object. */
  readonly bytes: number
}

/** Puts the objects of one direction of a link together, at most `maxObjectBytes` at a time. */
export function createSliceReader(maxObjectBytes = MAX_OBJECT_BYTES): SliceReader {
  let pieces: Uint8Array[] = []
  let bytes = 0
  let open: { object: number; count: number } | undefined

  return {
    get bytes() {
      return bytes
    },
    add(slice) {
      const continues = open && slice.object === open.object && slice.count === open.count
      if (slice.index !== pieces.length || (slice.index > 0 && !continues)) return err({ type: 'slice-out-of-order' })
      bytes += slice.bytes.length
      if (bytes > maxObjectBytes || slice.count > Math.ceil(maxObjectBytes / PIECE_BYTES)) {
        return err({ type: 'object-too-large' })
      }
      pieces.push(slice.bytes)
      open = { object: slice.object, count: slice.count }
      if (pieces.length < slice.count) return ok(undefined)
      const whole = concat(...pieces)
      pieces = []
      bytes = 0
      open = undefined
      return ok(whole)
    },
  }
}
