import type { Node } from 'prosemirror-model'
import { AllSelection, type EditorState, NodeSelection, type Selection, TextSelection } from 'prosemirror-state'
import { CellSelection } from 'prosemirror-tables'
import {
  fromSharedPosition,
  type SharedPlace,
  type SharedPosition,
  toSharedPosition,
} from '#lib/editor/shared-position'

/** A selection in terms of the shared body, so that it survives other people's edits and a rebuilt document. */
export interface SharedSelection {
  readonly kind: 'all' | 'node' | 'text' | 'cells'
  readonly anchor: SharedPosition
  readonly head: SharedPosition
}

export function toSharedSelection(place: SharedPlace, state: EditorState): SharedSelection | undefined {
  const { doc, selection } = state
  const cells = selection instanceof CellSelection ? selection : undefined
  const [from, to] = cells ? [cells.$anchorCell.pos, cells.$headCell.pos] : [selection.anchor, selection.head]
  const anchor = toSharedPosition(place, doc, from)
  const head = from === to ? anchor : toSharedPosition(place, doc, to)
  if (!anchor || !head) return undefined
  if (cells) return { kind: 'cells', anchor, head }
  const kind = selection instanceof AllSelection ? 'all' : selection instanceof NodeSelection ? 'node' : 'text'
  return { kind, anchor, head }
}

/** The same selection in `doc`, which must show `place` as it is now. */
export function fromSharedSelection(place: SharedPlace, shared: SharedSelection, doc: Node): Selection | undefined {
  if (shared.kind === 'all') return new AllSelection(doc)
  const anchor = within(doc, fromSharedPosition(place, doc, shared.anchor))
  const head = shared.head === shared.anchor ? anchor : within(doc, fromSharedPosition(place, doc, shared.head))
  if (anchor === undefined || head === undefined) return undefined
  if (shared.kind === 'cells' && [anchor, head].every((at) => doc.nodeAt(at)?.type.spec.tableRole === 'cell'))
    return CellSelection.create(doc, anchor, head)
  if (shared.kind === 'node') {
    const node = doc.nodeAt(anchor)
    if (node && NodeSelection.isSelectable(node)) return NodeSelection.create(doc, anchor)
  }
  return TextSelection.between(doc.resolve(anchor), doc.resolve(head))
}

const within = (doc: Node, position: number | undefined): number | undefined =>
  position === undefined ? undefined : Math.max(0, Math.min(position, doc.content.size))
