/**
 * Frames on the road between a device and a relay: relay-frames.ts and frames.ts told apart by their number, long ones
 * in slices. Both ends use it.
 */
import { err, ok, type Result } from '#lib/base/result'
import { decodeFrame, encodeFrame, type Frame } from '#lib/protocol/frames'
import { MAX_OBJECT_BYTES } from '#lib/protocol/limits'
import {
  decodeRelayFrame,
  encodeRelayFrame,
  isRelayFrame,
  RELAY_FRAMES,
  type RelayFrame,
} from '#lib/protocol/relay-frames'
import { createSliceReader, sliceFrame } from '#lib/protocol/slice'

export type RoadFrame = RelayFrame | Frame

/** Why a relay ends a connection; the reason of its BYE. */
export type RelayFarewell =
  | 'malformed'
  | 'unexpected-frame'
  | 'wrong-version'
  | 'wrong-origin'
  | 'wrong-room'
  | 'bad-proof'
  | 'not-admitted'
  | 'no-mailbox'
  | 'too-many-rooms'
  | 'too-slow'
  | 'idle'
  | 'store-full'
  | 'store-failed'
  | 'stopping'

export interface RoadReader {
  /** A whole frame, or `undefined` after a slice and for unknown numbers; after an error the road is to be closed. */
  read(bytes: Uint8Array): Result<RoadFrame | undefined, { type: 'malformed' }>
}

type Decoded = Result<RoadFrame | { readonly type: 'unknown' }, unknown>

const isRelayNumber = (number: number) => number >= RELAY_FRAMES.first && number <= RELAY_FRAMES.last
const decode = (bytes: Uint8Array, maxBytes?: number): Decoded =>
  isRelayNumber(bytes[0] ?? 0) ? decodeRelayFrame(bytes) : decodeFrame(bytes, maxBytes)

/** Reads one direction of a road; hostile bytes are safe and kept to one unfinished object. */
export function createRoadReader(): RoadReader {
  const slices = createSliceReader()
  const malformed = err({ type: 'malformed' } as const)

  const whole = (decoded: Decoded): ReturnType<RoadReader['read']> => {
    if (!decoded.ok) return malformed
    if (decoded.value.type === 'unknown') return ok(undefined)
    return decoded.value.type === 'slice' ? malformed : ok(decoded.value)
  }
  return {
    read(bytes) {
      const decoded = decode(bytes)
      if (!decoded.ok || decoded.value.type !== 'slice') return whole(decoded)
      const object = slices.add(decoded.value)
      if (!object.ok) return malformed
      return object.value === undefined ? ok(undefined) : whole(decode(object.value, MAX_OBJECT_BYTES))
    },
  }
}

/** The frames of 64 KiB at most that carry `frame`; `object` tells its slices from those of other objects. */
export const roadFrames = (frame: RoadFrame, object: number): readonly Uint8Array[] =>
  sliceFrame(isRelayFrame(frame) ? encodeRelayFrame(frame) : encodeFrame(frame), object)

/** Sends whole frames, numbering the objects of one direction. */
export function createRoadWriter(send: (bytes: Uint8Array) => void): (frame: RoadFrame) => void {
  let object = 0
  return (frame) => {
    for (const bytes of roadFrames(frame, object++)) send(bytes)
  }
}
