import * as Y from 'yjs'
import { createSeededRandom } from '#bench/seeded-random'

export const LONG_DOCUMENT_BYTES = 100_000

/** A text of that many bytes, written in a thousand places. */
export function writeLongDocument(): Uint8Array {
  const random = createSeededRandom(1)
  const doc = new Y.Doc()
  const text = doc.getText('body')
  const words = 'lorem ipsum dolor sit amet '.repeat(4).slice(0, 100)
  for (let i = 0; i < LONG_DOCUMENT_BYTES / words.length; i++) text.insert(random(text.length + 1), words)
  return Y.encodeStateAsUpdate(doc)
}
