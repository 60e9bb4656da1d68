import type { Node } from 'prosemirror-model'
import * as Y from 'yjs'
import type { Stretch } from '#lib/editor/carry-passage'
import { positionFromJson, type SharedPlace, toSharedPosition } from '#lib/editor/shared-position'

/** Where a comment's words stand: places in the body as JSON of Yjs' relative positions. */
export interface MarkedPlace {
  readonly from: unknown
  readonly to: unknown
}

/** Whether a stretch is one whole block. */
export const isBlockAt = (doc: Node, from: number, to: number): boolean =>
  doc.resolve(from).nodeAfter?.isBlock === true && doc.nodeAt(from)?.nodeSize === to - from

/** Nothing for what has no place in the shared body. */
export function toMarkedPlace(place: SharedPlace, doc: Node, { from, to }: Stretch): MarkedPlace | undefined {
  const start = toSharedPosition(place, doc, from)
  const last = isBlockAt(doc, from, to) ? start : toSharedPosition(place, doc, to - 1)
  if (!start?.item || !last?.item) return undefined
  // Right after the last letter: what is written behind it is not part of the passage.
  return { from: Y.relativePositionToJSON(start), to: { ...Y.relativePositionToJSON(last), assoc: -1 } }
}

/** A place whose words are there. */
export interface Standing extends Stretch {
  readonly said: MarkedPlace
}

/** The first of these places that has any words in `doc`, which must show `place` as it is now. What was said may be anything. */
export function findStanding(places: readonly MarkedPlace[], doc: Node, place: SharedPlace): Standing | undefined {
  for (const said of places) {
    const [from, to] = [positionFromJson(place, doc, said.from), positionFromJson(place, doc, said.to)]
    if (from !== undefined && to !== undefined && from < to && to <= doc.content.size) return { said, from, to }
  }
  return undefined
}

/** Whether a letter or block that a place was told by went with a transaction. */
export const wentWith = ({ deleteSet }: Y.Transaction, said: MarkedPlace): boolean =>
  namesIn(said).some((id) => Y.isDeleted(deleteSet, id))

/** Whether an undo on this screen made anew what a place was told by: others do not know that it is the same. */
export const isRedone = ({ store }: Y.Doc, said: MarkedPlace): boolean =>
  namesIn(said).some((id) => {
    const struct = Y.getState(store, id.client) > id.clock ? Y.getItem(store, id) : undefined
    return struct instanceof Y.Item && struct.redone !== null
  })

function namesIn({ from, to }: MarkedPlace): Y.ID[] {
  return [from, to].flatMap((said) => {
    const id = said && typeof said === 'object' && 'item' in said ? said.item : undefined
    if (!id || typeof id !== 'object' || !('client' in id && 'clock' in id)) return []
    const { client, clock } = id
    const isName = typeof client === 'number' && typeof clock === 'number' && Number.isInteger(clock) && clock >= 0
    return isName ? [Y.createID(client, clock)] : []
  })
}
