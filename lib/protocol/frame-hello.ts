/** HELLO: what each side speaks, before anything else is said on a link (R2). */

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { TailValue } from '#lib/protocol/entry-body'
import { malformed, takeBytes, takeCount } from '#lib/protocol/frame-fields'

/** The protocol that this code speaks. */
export const PROTOCOL_VERSION = 1

const MAX_TAIL = 32
const MAX_TAIL_VALUE_BYTES = 1024

export interface HelloFrame {
  readonly type: 'hello'
  /** Versions that the sender understands, both inclusive. */
  readonly lowestVersion: number
  readonly highestVersion: number
  /** One bit a feature; unknown ones are ignored. */
  readonly features: number
  /** Largest frame and largest sliced object that the sender takes. */
  readonly maxFrameBytes: number
  readonly maxObjectBytes: number
  /** Sorted by type. Unknown even types are ignored; an unknown odd type means: do not talk to me without knowing it. */
  readonly tail: readonly TailValue[]
}

export function putHello(encoder: encoding.Encoder, frame: HelloFrame): void {
  encoding.writeVarUint(encoder, frame.lowestVersion)
  encoding.writeVarUint(encoder, frame.highestVersion)
  encoding.writeVarUint(encoder, frame.features)
  encoding.writeVarUint(encoder, frame.maxFrameBytes)
  encoding.writeVarUint(encoder, frame.maxObjectBytes)
  encoding.writeVarUint(encoder, frame.tail.length)
  for (const { type, value } of frame.tail.toSorted((a, b) => a.type - b.type)) {
    encoding.writeVarUint(encoder, type)
    encoding.writeVarUint8Array(encoder, value)
  }
}

export function takeHello(decoder: decoding.Decoder): HelloFrame {
  const lowestVersion = decoding.readVarUint(decoder)
  const highestVersion = decoding.readVarUint(decoder)
  if (highestVersion < lowestVersion) malformed('version range')
  const features = decoding.readVarUint(decoder)
  const maxFrameBytes = decoding.readVarUint(decoder)
  const maxObjectBytes = decoding.readVarUint(decoder)
  const tail: TailValue[] = []
  for (let left = takeCount(decoder, MAX_TAIL); left > 0; left--) {
    const type = decoding.readVarUint(decoder)
    if (type <= (tail.at(-1)?.type ?? -1)) malformed('order')
    tail.push({ type, value: takeBytes(decoder, MAX_TAIL_VALUE_BYTES) })
  }
  return { type: 'hello', lowestVersion, highestVersion, features, maxFrameBytes, maxObjectBytes, tail }
}
