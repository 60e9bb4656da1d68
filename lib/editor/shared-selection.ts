import type { Node } from 'prosemirror-model'
import { AllSelection, type EditorState, NodeSelection, type Selection, TextSelection } from 'prosemirror-state'
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition } from 'y-prosemirror'
import * as Y from 'yjs'
import { BODY_ROOT } from '#lib/document/first-structure'
import type { SharedMapping } from '#lib/editor/projection'

/** A place between characters that stays right while others write. */
export type SharedPosition = Y.RelativePosition

/** A selection in terms of the shared body, so that it survives other people's edits and a rebuilt document. */
export interface SharedSelection {
  readonly kind: 'all' | 'node' | 'text'
  readonly anchor: SharedPosition
  readonly head: SharedPosition
}

/** A shared body and the nodes that show it at this moment. */
export interface SharedPlace {
  readonly type: Y.XmlFragment
  readonly mapping: SharedMapping
}

/** `undefined` where the page shows something that has no place in the shared body, such as an empty page's block. */
export function toSharedPosition(place: SharedPlace, position: number): SharedPosition | undefined {
  try {
    return absolutePositionToRelativePosition(position, place.type, place.mapping) as SharedPosition
  } catch {
    return undefined // reason: y-prosemirror throws on a position inside a block that was shown filled
  }
}

/** The position in the shown document, or `undefined` when that place is gone or was never here. */
export function fromSharedPosition(place: SharedPlace, position: SharedPosition): number | undefined {
  const { doc } = place.type
  if (!doc) return undefined
  try {
    return relativePositionToAbsolutePosition(doc, place.type, position, place.mapping) ?? undefined
  } catch {
    return undefined // reason: y-prosemirror throws on a type that is not shown
  }
}

/** As {@link fromSharedPosition}, for what another device wrote and may be anything. */
export function positionFromJson(place: SharedPlace, value: unknown): number | undefined {
  if (!value || typeof value !== 'object') return undefined
  if ('tname' in value && value.tname !== BODY_ROOT && value.tname !== null) return undefined // reason: Yjs would make it
  try {
    return fromSharedPosition(place, Y.createRelativePositionFromJSON(value))
  } catch {
    return undefined // reason: the value came from another device and may be anything
  }
}

export function toSharedSelection(place: SharedPlace, state: EditorState): SharedSelection | undefined {
  const { selection } = state
  const anchor = toSharedPosition(place, selection.anchor)
  const head = selection.empty ? anchor : toSharedPosition(place, selection.head)
  if (!anchor || !head) return undefined
  const kind = selection instanceof AllSelection ? 'all' : selection instanceof NodeSelection ? 'node' : 'text'
  return { kind, anchor, head }
}

/** The same selection in `doc`, which must show `place` as it is now. */
export function fromSharedSelection(place: SharedPlace, shared: SharedSelection, doc: Node): Selection | undefined {
  if (shared.kind === 'all') return new AllSelection(doc)
  const anchor = within(doc, fromSharedPosition(place, shared.anchor))
  const head = shared.head === shared.anchor ? anchor : within(doc, fromSharedPosition(place, shared.head))
  if (anchor === undefined || head === undefined) return undefined
  if (shared.kind === 'node') {
    const node = doc.nodeAt(anchor)
    if (node && NodeSelection.isSelectable(node)) return NodeSelection.create(doc, anchor)
  }
  return TextSelection.between(doc.resolve(anchor), doc.resolve(head))
}

const within = (doc: Node, position: number | undefined): number | undefined =>
  position === undefined ? undefined : Math.max(0, Math.min(position, doc.content.size))
