import type { Node } from 'prosemirror-model'
import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import type { Projection, SharedType } from '#lib/editor/projection'

/**
 * Places between characters, told in terms of the shared body and back. y-prosemirror's own way counts characters along the
 * whole page, which a table that is shown otherwise than it stands (arrange-table.ts) would lead astray; here a place is
 * found from node to node.
 */

/** A place between characters that stays right while others write. */
export type SharedPosition = Y.RelativePosition

/** A shared body and how it is shown at this moment. */
export interface SharedPlace extends Pick<Projection, 'standing'> {
  readonly type: Y.XmlFragment
}

/** `undefined` where the page shows something that has no place in the shared body, such as an empty page's block. */
export function toSharedPosition(place: SharedPlace, doc: Node, position: number): SharedPosition | undefined {
  const $position = doc.resolve(position)
  let type: Y.XmlFragment = place.type
  for (let depth = 0; depth < $position.depth; depth++) {
    const index = standingIndex(place, $position.node(depth), $position.index(depth))
    const child = index < 0 || index >= type.length ? undefined : type.get(index)
    if (!(child instanceof Y.XmlElement) || child.nodeName !== $position.node(depth + 1).type.name) return undefined
    type = child
  }
  if ($position.parent.inlineContent) return inText(type, $position.parentOffset)
  const index = standingIndex(place, $position.parent, $position.index())
  return index < 0 || index > type.length ? undefined : at(type, index)
}

const at = (type: Y.XmlFragment | Y.XmlText, index: number): SharedPosition =>
  Y.createRelativePositionFromTypeIndex(type as Y.XmlFragment, index, type.length === 0 ? -1 : 0)

function inText(block: Y.XmlFragment, offset: number): SharedPosition | undefined {
  let left = offset
  const children = block.toArray()
  for (const [index, child] of children.entries()) {
    if (child instanceof Y.XmlText && left <= child.length) return at(child, left)
    if (left === 0) return at(block, index)
    left -= sizeOf(child)
  }
  return left === 0 ? at(block, children.length) : undefined
}

/** What stands inside a line: text, and nodes of size one. */
const sizeOf = (child: unknown): number => (child instanceof Y.XmlText ? child.length : 1)

function standingIndex(place: SharedPlace, parent: Node, index: number): number {
  const from = place.standing(parent)
  return from ? (from[index] ?? parent.childCount) : index
}

/** The position in `doc`, which must show `place` as it is now; `undefined` when that place was never here. */
export function fromSharedPosition(place: SharedPlace, doc: Node, position: SharedPosition): number | undefined {
  const shared = place.type.doc
  const found = shared && Y.createAbsolutePositionFromRelativePosition(position, shared)
  if (!found) return undefined
  let steps = [found.index]
  let type = found.type as SharedType | Y.XmlFragment
  while (type !== place.type) {
    const item = type._item
    const parent = item?.parent
    if (!item || !(parent instanceof Y.XmlFragment)) return undefined
    // What was deleted leaves the place where it stood.
    steps = item.deleted ? [liveBefore(item)] : [liveBefore(item), ...steps]
    type = parent
  }
  return positionOf(place, doc, steps)
}

/** As {@link fromSharedPosition}, for what another device wrote and may be anything. */
export function positionFromJson(place: SharedPlace, doc: Node, value: unknown): number | undefined {
  if (!value || typeof value !== 'object') return undefined
  if ('tname' in value && value.tname !== BODY_ROOT && value.tname !== null) return undefined // reason: Yjs would make it
  try {
    return fromSharedPosition(place, doc, Y.createRelativePositionFromJSON(value))
  } catch {
    return undefined // reason: Yjs throws on what is no position
  }
}

function liveBefore(item: Y.Item): number {
  let count = 0
  for (let left = item.left; left; left = left.left) if (!left.deleted && left.countable) count += left.length
  return count
}

/** Goes down by the indices of shared children; the last may stand between two of them, or between characters. */
function positionOf(place: SharedPlace, doc: Node, steps: readonly number[]): number | undefined {
  let [node, type, start] = [doc, place.type as Y.XmlFragment, 0]
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1
    if (node.inlineContent) {
      const before = type.toArray().slice(0, step)
      const offset = before.reduce((sum, child) => sum + sizeOf(child), isLast ? 0 : (steps[depth + 1] ?? 0))
      return start + Math.min(offset, node.content.size)
    }
    const index = shownIndex(place, node, step)
    if (index === undefined || index > node.childCount) return undefined
    for (let before = 0; before < index; before++) start += node.child(before).nodeSize
    if (isLast) return start
    const [child, shared] = [node.maybeChild(index), type.get(step)]
    if (!child || child.isLeaf || !(shared instanceof Y.XmlElement)) return undefined
    node = child
    type = shared
    start += 1
  }
  return undefined
}

function shownIndex(place: SharedPlace, parent: Node, index: number): number | undefined {
  const from = place.standing(parent)
  if (!from) return index
  const shown = from.indexOf(index)
  return shown < 0 ? undefined : shown
}
