/**
 * Frames between peers, numbers 1–31 of protocol.md R2: one byte of type, then the fields below; at most 64 KiB (E10).
 * The relay's own frames (32–63) share the road and have their own codec, so unknown numbers are skipped, not refused.
 */

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { sameBytes, textFromUtf8, utf8 } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import {
  malformed,
  put,
  putSorted,
  takeByte,
  takeBytes,
  takeChain,
  takeCount,
  takeRest,
  takeSorted,
} from '#lib/protocol/frame-fields'
import { type HaveFrame, type HeadClaim, putHave, putHead, takeHave, takeHead } from '#lib/protocol/frame-have'
import { type HelloFrame, putHello, takeHello } from '#lib/protocol/frame-hello'

/** E10: no frame on any link is longer. */
export const MAX_FRAME_BYTES = 65_536
const MAX_RUNS_PER_FRAME = 256
const MAX_REASON_BYTES = 64

/** Everything of a chain from `from` up to the newest that the other side holds. */
export interface WantItem {
  readonly chain: ChainTag
  readonly from: number
}

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

/** A frame of a kind that this version does not know; to be skipped (R2). */
export interface UnknownFrame {
  readonly type: 'unknown'
  readonly number: number
}

export type FrameError =
  | { readonly type: 'frame-too-large'; readonly bytes: number }
  | { readonly type: 'frame-malformed' }

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
} as const

/** Bytes of a frame; sorts lists by itself. May exceed 64 KiB: such a frame travels in slices (slice.ts). */
export function encodeFrame(frame: Frame): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, numberOf(frame))
  putFields(encoder, frame)
  return encoding.toUint8Array(encoder)
}

/**
 * The one frame with these bytes; safe on hostile input. Byte fields are views into `bytes`. A slice's object is
 * decoded with `maxBytes` of its own.
 */
export function decodeFrame(bytes: Uint8Array, maxBytes = MAX_FRAME_BYTES): Result<Frame | UnknownFrame, FrameError> {
  if (bytes.length > maxBytes) return err({ type: 'frame-too-large', bytes: bytes.length })
  try {
    const decoder = decoding.createDecoder(bytes)
    const number = takeByte(decoder)
    const frame = takeFields(decoder, number)
    if (!frame) return ok({ type: 'unknown', number })
    return sameBytes(encodeFrame(frame), bytes) ? ok(frame) : err({ type: 'frame-malformed' })
  } catch {
    return err({ type: 'frame-malformed' })
  }
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

function putFields(encoder: encoding.Encoder, frame: Frame): void {
  switch (frame.type) {
    case 'hello':
      putHello(encoder, frame)
      break
    case 'have-root':
    case 'have-buckets':
    case 'have-channels':
    case 'have-heads':
      putHave(encoder, frame)
      break
    case 'ihave':
      encoding.writeUint8(encoder, frame.lane === 'log' ? 0 : 1)
      putSorted(encoder, frame.heads, chainOf, (head) => putHead(encoder, head))
      break
    case 'want':
    case 'graft':
      putSorted(encoder, frame.wants, chainOf, ({ chain, from }) => {
        put(encoder, chain, 16)
        encoding.writeVarUint(encoder, from)
      })
      break
    case 'data':
      putRuns(encoder, frame)
      break
    case 'slice':
      for (const value of [frame.object, frame.index, frame.count]) encoding.writeVarUint(encoder, value)
      encoding.writeUint8Array(encoder, frame.bytes)
      break
    case 'ack':
      encoding.writeVarUint(encoder, frame.bytes)
      break
    case 'prune':
      break
    case 'presence':
    case 'receipt':
      encoding.writeUint8Array(encoder, frame.sealed)
      break
    case 'ping':
    case 'pong':
      encoding.writeVarUint(encoder, frame.nonce)
      break
    case 'bye':
      encoding.writeVarUint8Array(encoder, utf8(frame.reason))
      break
  }
}

function takeFields(decoder: decoding.Decoder, number: number): Frame | undefined {
  switch (number) {
    case frameNumber.hello:
      return takeHello(decoder)
    case frameNumber.have:
      return takeHave(decoder)
    case frameNumber.ihave:
      return {
        type: 'ihave',
        lane: takeByte(decoder, 1) === 0 ? 'log' : 'content',
        heads: takeSorted(decoder, chainOf, () => takeHead(decoder)),
      }
    case frameNumber.want:
      return { type: 'want', wants: takeWants(decoder) }
    case frameNumber.data:
      return takeRuns(decoder)
    case frameNumber.slice:
      return takeSlice(decoder)
    case frameNumber.ack:
      return { type: 'ack', bytes: decoding.readVarUint(decoder) }
    case frameNumber.graft:
      return { type: 'graft', wants: takeWants(decoder) }
    case frameNumber.prune:
      return { type: 'prune' }
    case frameNumber.presence:
      return { type: 'presence', sealed: takeRest(decoder) }
    case frameNumber.receipt:
      return { type: 'receipt', sealed: takeRest(decoder) }
    case frameNumber.ping:
      return { type: 'ping', nonce: decoding.readVarUint(decoder) }
    case frameNumber.pong:
      return { type: 'pong', nonce: decoding.readVarUint(decoder) }
    case frameNumber.bye:
      return { type: 'bye', reason: textFromUtf8(takeBytes(decoder, MAX_REASON_BYTES)) ?? malformed('text') }
    default:
      return undefined
  }
}

const chainOf = (item: { readonly chain: ChainTag }): Uint8Array => item.chain

const takeWants = (decoder: decoding.Decoder): readonly WantItem[] =>
  takeSorted(decoder, chainOf, () => {
    const chain = takeChain(decoder)
    const from = decoding.readVarUint(decoder)
    return from < 1 ? malformed('from') : { chain, from }
  })

/** The last run has no length, so that a single pushed keystroke pays two bytes for its frame. */
function putRuns(encoder: encoding.Encoder, frame: DataFrame): void {
  if (frame.runs.length < 1 || frame.runs.length > MAX_RUNS_PER_FRAME) throw new Error('expected 1–256 runs')
  encoding.writeVarUint(encoder, (frame.runs.length - 1) * 2 + (frame.answer ? 1 : 0))
  for (const run of frame.runs.slice(0, -1)) encoding.writeVarUint8Array(encoder, run)
  encoding.writeUint8Array(encoder, frame.runs.at(-1) ?? new Uint8Array())
}

function takeRuns(decoder: decoding.Decoder): DataFrame {
  const head = takeCount(decoder, MAX_RUNS_PER_FRAME * 2 - 1)
  const runs: Uint8Array[] = []
  for (let left = head >> 1; left > 0; left--) runs.push(takeBytes(decoder, decoder.arr.length))
  return { type: 'data', answer: (head & 1) === 1, runs: [...runs, takeRest(decoder)] }
}

function takeSlice(decoder: decoding.Decoder): SliceFrame {
  const object = decoding.readVarUint(decoder)
  const index = decoding.readVarUint(decoder)
  const count = decoding.readVarUint(decoder)
  if (index >= count) malformed('slice')
  return { type: 'slice', object, index, count, bytes: takeRest(decoder) }
}
