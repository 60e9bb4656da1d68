import type { Node } from 'prosemirror-model'
import * as Y from 'yjs'
import type { SharedMapping } from '#lib/editor/projection'

/** A shared type and the node that it shall show. */
interface ChangedPlace {
  readonly type: Y.XmlFragment
  readonly node: Node
}

/**
 * The innermost place of a shared body that holds everything in which it differs from `page`; what stands around it is noted
 * in `mapping` as shown. y-prosemirror compares each block that is not the one of before down to its last text, a table with
 * all of its cells; given this place it looks at one.
 */
export function changedPlace(body: Y.XmlFragment, page: Node, mapping: SharedMapping): ChangedPlace {
  let place: ChangedPlace = { type: body, node: page }
  for (let inner = onlyChange(place, mapping); inner; inner = onlyChange(place, mapping)) {
    mapping.set(place.type as Y.XmlElement, place.node)
    place = inner
  }
  return place
}

/** The one child that differs, if nothing but its content does. */
function onlyChange({ type, node }: ChangedPlace, mapping: SharedMapping): ChangedPlace | undefined {
  if (node.inlineContent || type.length !== node.childCount) return undefined
  let changed: ChangedPlace | undefined
  for (const [index, child] of type.toArray().entries()) {
    const wanted = node.child(index)
    const known = mapping.get(child as Y.XmlElement)
    if (known === wanted) continue
    if (changed || !(child instanceof Y.XmlElement) || !known || Array.isArray(known)) return undefined
    if (!known.sameMarkup(wanted)) return undefined
    changed = { type: child, node: wanted }
  }
  return changed
}
