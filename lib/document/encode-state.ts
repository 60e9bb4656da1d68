import * as Y from 'yjs'
import { createQuietDoc } from '#lib/document/quiet-doc'

/** Everything a document holds as one V2 update. Canonical only on a fresh document without an undo manager (S1). */
export const encodeState = (doc: Y.Doc): Uint8Array => Y.encodeStateAsUpdateV2(doc)

/**
 * The one encoding of what `doc` shows, whatever order its entries came in and whatever an undo manager keeps alive: what
 * copies of one accepted set compare (S1).
 */
export function canonicalState(doc: Y.Doc): Uint8Array {
  const fresh = createQuietDoc()
  Y.applyUpdateV2(fresh, encodeState(doc))
  return encodeState(fresh)
}
