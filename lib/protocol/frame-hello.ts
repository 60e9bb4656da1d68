/** HELLO: what each side speaks, before anything else is said on a link (R2). */

import type { ByteReader } from '#lib/protocol/byte-reader'
import type { ByteWriter } from '#lib/protocol/byte-writer'
import type { TailValue } from '#lib/protocol/entry-body'
import { MAX_FRAME_BYTES, MAX_OBJECT_BYTES, MAX_TAIL_VALUE_BYTES, MAX_TAIL_VALUES } from '#lib/protocol/limits'

/** The protocol that this code speaks. */
export const PROTOCOL_VERSION = 1

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

/** What this code says of itself, to peers and relays alike, and relays to it. */
export const HELLO: HelloFrame = {
  type: 'hello',
  lowestVersion: PROTOCOL_VERSION,
  highestVersion: PROTOCOL_VERSION,
  features: 0,
  maxFrameBytes: MAX_FRAME_BYTES,
  maxObjectBytes: MAX_OBJECT_BYTES,
  tail: [],
}

export function writeHello(writer: ByteWriter, frame: HelloFrame): void {
  writer.varUint(frame.lowestVersion)
  writer.varUint(frame.highestVersion)
  writer.varUint(frame.features)
  writer.varUint(frame.maxFrameBytes)
  writer.varUint(frame.maxObjectBytes)
  writer.list(
    frame.tail.toSorted((a, b) => a.type - b.type),
    ({ type, value }) => {
      writer.varUint(type)
      writer.sized(value)
    },
  )
}

export function readHello(reader: ByteReader): HelloFrame {
  const lowestVersion = reader.varUint()
  const highestVersion = reader.varUint()
  if (highestVersion < lowestVersion) reader.fail('empty range of versions')
  const features = reader.varUint()
  const maxFrameBytes = reader.varUint()
  const maxObjectBytes = reader.varUint()
  let last = -1
  const tail = reader.list(MAX_TAIL_VALUES, () => {
    const type = reader.varUint()
    if (type <= last) reader.fail('tail out of order')
    last = type
    return { type, value: reader.sized(MAX_TAIL_VALUE_BYTES) }
  })
  return { type: 'hello', lowestVersion, highestVersion, features, maxFrameBytes, maxObjectBytes, tail }
}
