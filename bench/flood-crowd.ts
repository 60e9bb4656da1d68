import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readSyncMessage, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import { crowdDelayMs } from '#lib/testing/crowd'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'

/** Peers that spread edits as y-webrtc does. */
export interface FloodCrowd {
  /** So many edits, each when all have the one before. */
  type(edits: number): Promise<void>
  /** Messages that were sent. */
  messages(): number
}

/** By then every way was gone. */
const SETTLE_MS = 3000
const WRITERS = 6

/**
 * Documents over links in memory, each sending what is new to it along all of its links, whoever it came from: y-webrtc's
 * `_docUpdateHandler` and `readMessage`, with the same encoding and the same reader. No awareness, nobody syncs anew.
 */
export function createFloodCrowd(
  seed: number,
  size: number,
  links: readonly (readonly [number, number])[],
): FloodCrowd {
  const clock = createVirtualClock()
  const random = createSeededRandom(seed)
  const docs = Array.from({ length: size }, () => new Y.Doc({ gc: false }))
  const linksOf = docs.map((): Link[] => [])
  let messages = 0

  const read = (at: number, data: Uint8Array) => {
    const decoder = decoding.createDecoder(data)
    decoding.readVarUint(decoder)
    const doc = docs[at]
    if (doc) readSyncMessage(decoder, encoding.createEncoder(), doc, 'room')
  }

  for (const [one, other] of links) {
    const road = { delayMs: () => crowdDelayMs(random), onSend: () => messages++ }
    const { a, b } = createMemoryLinkPair(clock, road)
    a.onFrame = (data) => read(one, data)
    b.onFrame = (data) => read(other, data)
    linksOf[one]?.push(a)
    linksOf[other]?.push(b)
  }
  for (const [at, doc] of docs.entries()) {
    doc.on('update', (update: Uint8Array) => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, 0)
      writeUpdate(encoder, update)
      const message = encoding.toUint8Array(encoder)
      for (const link of linksOf[at] ?? []) link.send(message)
    })
  }

  return {
    async type(edits) {
      for (let i = 0; i < edits; i++) {
        const text = docs[random.below(WRITERS)]?.getText('body')
        text?.insert(text.length, 'a')
        await clock.advance(SETTLE_MS)
      }
    },
    messages: () => messages,
  }
}
