import type { Mark, Node, ResolvedPos } from 'prosemirror-model'
import { AllSelection, type EditorState, NodeSelection } from 'prosemirror-state'
import { codeLanguage, headingLevel } from '#lib/schema/block-nodes'
import { type ListKind, listKind } from '#lib/schema/list-node'
import type { MarkName } from '#lib/schema/schema'

export type BlockName = 'paragraph' | 'heading-1' | 'heading-2' | 'heading-3' | 'heading-4' | 'code' | 'mixed'
export type StyleName = Exclude<MarkName, 'link'>

/** What is on at the selection; what a toolbar shows as pressed. */
export interface ActiveState {
  readonly styles: Readonly<Record<StyleName, boolean>>
  /** Kind of all blocks of text in the selection. */
  readonly block: BlockName
  /** Kind of the innermost list item around the selection. */
  readonly list: ListKind | undefined
  readonly quote: boolean
  readonly callout: boolean
  /** Language of the code block that is selected or stands around the selection; '' when none is named. */
  readonly language: string
  /** Target of the link at the selection. */
  readonly link: string | undefined
  /** Whether characters are selected, not just a place. */
  readonly hasRange: boolean
}

const STYLES: readonly StyleName[] = ['bold', 'italic', 'underline', 'strike', 'code', 'highlight', 'math']

/** Pure; looks at the selected blocks only. */
export function activeState(state: EditorState): ActiveState {
  const { selection } = state
  const { $from } = selection
  const block = selection instanceof NodeSelection ? selection.node : $from.parent
  const list = ancestor($from, (node) => node.type.name === 'list')
  return {
    styles: Object.fromEntries(STYLES.map((name) => [name, hasStyle(state, name)])) as Record<StyleName, boolean>,
    block: blockName(state),
    list: list && listKind(list.attrs.kind),
    quote: ancestor($from, (node) => node.type.name === 'blockquote') !== undefined,
    callout: ancestor($from, (node) => node.type.name === 'callout') !== undefined,
    language: block.type.spec.code ? codeLanguage(block.attrs.language) : '',
    link: linkAt(state)?.attrs.href,
    hasRange: !selection.empty && (selection.$from.parent.inlineContent || selection instanceof AllSelection),
  }
}

/** The link around the cursor, or the one that covers the whole selection. */
export function linkAt(state: EditorState): Mark | undefined {
  const { from, $from, to, empty } = state.selection
  const type = state.schema.marks.link
  if (!type) return undefined
  if (empty) {
    const before = type.isInSet($from.nodeBefore?.marks ?? [])
    const after = type.isInSet($from.nodeAfter?.marks ?? [])
    return before && after && !before.eq(after) ? undefined : (before ?? after)
  }
  let found: Mark | undefined
  let whole = true
  state.doc.nodesBetween(from, to, (node) => {
    if (!node.isText) return whole
    const mark = type.isInSet(node.marks)
    whole = whole && mark !== undefined && (found === undefined || mark.eq(found))
    found = mark
    return false
  })
  return whole ? found : undefined
}

/** Spaces do not count: a style is not put on the spaces around a word either. */
function hasStyle(state: EditorState, name: StyleName): boolean {
  const { from, to, empty, $from } = state.selection
  const type = state.schema.marks[name]
  if (!type) return false
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined
  let seen = false
  let all = true
  state.doc.nodesBetween(from, to, (node, position) => {
    if (!node.isText) return all
    if (!/\S/.test(node.textBetween(Math.max(0, from - position), Math.min(node.nodeSize, to - position)))) return false
    seen = true
    all = all && type.isInSet(node.marks) !== undefined
    return false
  })
  return seen && all
}

function blockName(state: EditorState): BlockName {
  const { from, to } = state.selection
  let name: BlockName | undefined
  state.doc.nodesBetween(from, to, (node) => {
    if (name === 'mixed') return false
    if (!node.isTextblock) return true
    const own = nameOf(node)
    name = name === undefined || name === own ? own : 'mixed'
    return false
  })
  return name ?? 'mixed'
}

function nameOf(block: Node): BlockName {
  if (block.type.spec.code) return 'code'
  return block.type.name === 'heading' ? `heading-${headingLevel(block.attrs.level)}` : 'paragraph'
}

function ancestor($position: ResolvedPos, fits: (node: Node) => boolean): Node | undefined {
  for (let depth = $position.depth; depth > 0; depth--) {
    const node = $position.node(depth)
    if (fits(node)) return node
  }
  return undefined
}
