/**
 * Frames between peers, numbers 1–31 of protocol.md R2: one byte of type, then the fields below; at most 64 KiB (E10).
 * The relay's own frames (32–63) share the road and have their own codec, so unknown numbers are skipped, not refused.
 */

import { err, type Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import {
  type HeadClaim,
  readByte,
  readHeads,
  readWants,
  type WantItem,
  writeHeads,
  writeWants,
} from '#lib/protocol/frame-fields'
import { type HaveFrame, readHave, writeHave } from '#lib/protocol/frame-have'
import { type HelloFrame, readHello, writeHello } from '#lib/protocol/frame-hello'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'

const MAX_RUNS_PER_FRAME = 256
const MAX_REASON_BYTES = 64

export interface IhaveFrame {
  readonly type: 'ihave'
  readonly lane: 'log' | 'content'
  readonly heads: readonly HeadClaim[]
}
export interface WantFrame {
  readonly type: 'want'
  readonly wants: readonly WantItem[]
}
/** Please push eagerly along this link again, beginning with these. */
export interface GraftFrame {
  readonly type: 'graft'
  readonly wants: readonly WantItem[]
}
/** As WANT, but without segments: the entries themselves (S0). */
export interface OriginalsFrame {
  readonly type: 'originals'
  readonly wants: readonly WantItem[]
}
/** A segment in answer to WANT or GRAFT (S0): stands for the entries that come next of its chain. */
export interface SegmentFrame {
  readonly type: 'segment'
  readonly sealed: Uint8Array
}
export interface DataFrame {
  readonly type: 'data'
  /** Whether it answers a WANT or GRAFT; anything else is a push, and a push that brings nothing new is answered by PRUNE. */
  readonly answer: boolean
  /** Runs as entry-run.ts codes them in the context of this link's direction. */
  readonly runs: readonly Uint8Array[]
}
/** Piece `index` of `count` of a frame that is longer than a frame may be; pieces of one object come in order. */
export interface SliceFrame {
  readonly type: 'slice'
  readonly object: number
  readonly index: number
  readonly count: number
  readonly bytes: Uint8Array
}
/** Bytes of run data taken in since the link began: lets the other side stream on. Says nothing about storage. */
export interface AckFrame {
  readonly type: 'ack'
  readonly bytes: number
}
export interface ByeFrame {
  readonly type: 'bye'
  /** Kebab-case, at most 64 bytes; for diagnosis, decides nothing. */
  readonly reason: string
}

export type Frame =
  | HelloFrame
  | HaveFrame
  | IhaveFrame
  | WantFrame
  | DataFrame
  | SliceFrame
  | AckFrame
  | GraftFrame
  | { readonly type: 'prune' }
  | { readonly type: 'presence'; readonly sealed: Uint8Array }
  | { readonly type: 'receipt'; readonly sealed: Uint8Array }
  | { readonly type: 'ping'; readonly nonce: number }
  | { readonly type: 'pong'; readonly nonce: number }
  | ByeFrame
  | SegmentFrame
  | OriginalsFrame

/** A frame of a kind that this version does not know; to be skipped (R2). */
export interface UnknownFrame {
  readonly type: 'unknown'
  readonly number: number
}

export type FrameError = Malformed | { readonly type: 'frame-too-large'; readonly bytes: number }

/** Numbers on the wire. */
export const frameNumber = {
  hello: 1,
  have: 2,
  ihave: 3,
  want: 4,
  data: 5,
  slice: 6,
  ack: 7,
  graft: 8,
  prune: 9,
  presence: 10,
  receipt: 11,
  ping: 12,
  pong: 13,
  bye: 14,
  segment: 15,
  originals: 16,
} as const

/** Bytes of a frame; sorts lists by itself. May exceed 64 KiB: such a frame travels in slices (slice.ts). */
export const encodeFrame = (frame: Frame): Uint8Array =>
  writeAll((writer) => {
    writer.byte(numberOf(frame))
    writeFields(writer, frame)
  })

/**
 * The one frame with these bytes; safe on hostile input. An object that came in slices is decoded with its own
 * `maxBytes`.
 */
export function decodeFrame(bytes: Uint8Array, maxBytes = MAX_FRAME_BYTES): Result<Frame | UnknownFrame, FrameError> {
  if (bytes.length > maxBytes) return err({ type: 'frame-too-large', bytes: bytes.length })
  return readAll(bytes, (reader) => readFields(reader, reader.byte()))
}

function numberOf(frame: Frame): number {
  switch (frame.type) {
    case 'have-root':
    case 'have-buckets':
    case 'have-channels':
    case 'have-heads':
      return frameNumber.have
    default:
      return frameNumber[frame.type]
  }
}

function writeFields(writer: ByteWriter, frame: Frame): void {
  switch (frame.type) {
    case 'hello':
      writeHello(writer, frame)
      break
    case 'have-root':
    case 'have-buckets':
    case 'have-channels':
    case 'have-heads':
      writeHave(writer, frame)
      break
    case 'ihave':
      writer.byte(frame.lane === 'log' ? 0 : 1)
      writeHeads(writer, frame.heads)
      break
    case 'want':
    case 'graft':
    case 'originals':
      writeWants(writer, frame.wants)
      break
    case 'data':
      writeRuns(writer, frame)
      break
    case 'slice':
      for (const value of [frame.object, frame.index, frame.count]) writer.varUint(value)
      writer.raw(frame.bytes)
      break
    case 'ack':
      writer.varUint(frame.bytes)
      break
    case 'prune':
      break
    case 'presence':
    case 'receipt':
    case 'segment':
      writer.raw(frame.sealed)
      break
    case 'ping':
    case 'pong':
      writer.varUint(frame.nonce)
      break
    case 'bye':
      writer.text(frame.reason)
      break
  }
}

function readFields(reader: ByteReader, number: number): Frame | UnknownFrame {
  switch (number) {
    case frameNumber.hello:
      return readHello(reader)
    case frameNumber.have:
      return readHave(reader)
    case frameNumber.ihave:
      return { type: 'ihave', lane: readByte(reader, 1) === 0 ? 'log' : 'content', heads: readHeads(reader) }
    case frameNumber.want:
      return { type: 'want', wants: readWants(reader) }
    case frameNumber.data:
      return readRuns(reader)
    case frameNumber.slice:
      return readSlice(reader)
    case frameNumber.ack:
      return { type: 'ack', bytes: reader.varUint() }
    case frameNumber.graft:
      return { type: 'graft', wants: readWants(reader) }
    case frameNumber.prune:
      return { type: 'prune' }
    case frameNumber.presence:
      return { type: 'presence', sealed: reader.rest() }
    case frameNumber.receipt:
      return { type: 'receipt', sealed: reader.rest() }
    case frameNumber.ping:
      return { type: 'ping', nonce: reader.varUint() }
    case frameNumber.pong:
      return { type: 'pong', nonce: reader.varUint() }
    case frameNumber.segment:
      return { type: 'segment', sealed: reader.rest() }
    case frameNumber.originals:
      return { type: 'originals', wants: readWants(reader) }
    case frameNumber.bye:
      return { type: 'bye', reason: reader.text(MAX_REASON_BYTES) }
    default:
      reader.rest()
      return { type: 'unknown', number }
  }
}

/** The last run has no length, so that a single pushed keystroke pays two bytes for its frame. */
function writeRuns(writer: ByteWriter, { runs, answer }: DataFrame): void {
  const last = runs.at(-1)
  if (!last || runs.length > MAX_RUNS_PER_FRAME) throw new Error('Not 1–256 runs')
  writer.varUint((runs.length - 1) * 2 + (answer ? 1 : 0))
  for (const run of runs.slice(0, -1)) writer.sized(run)
  writer.raw(last)
}

function readRuns(reader: ByteReader): DataFrame {
  const head = reader.varUint(MAX_RUNS_PER_FRAME * 2 - 1)
  const runs: Uint8Array[] = []
  for (let left = head >> 1; left > 0; left--) runs.push(reader.sized(reader.remaining()))
  return { type: 'data', answer: (head & 1) === 1, runs: [...runs, reader.rest()] }
}

function readSlice(reader: ByteReader): SliceFrame {
  const object = reader.varUint()
  const index = reader.varUint()
  const count = reader.varUint()
  if (index >= count) reader.fail('slice beyond the last')
  return { type: 'slice', object, index, count, bytes: reader.rest() }
}
