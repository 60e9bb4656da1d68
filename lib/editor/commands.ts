import { chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands'
import {
  createDedentListCommand,
  createIndentListCommand,
  createToggleListCommand,
  createWrapInListCommand,
} from 'prosemirror-flat-list'
import { Fragment } from 'prosemirror-model'
import { type Command, type EditorState, TextSelection } from 'prosemirror-state'
import { activeState, linkAt, type StyleName } from '#lib/editor/active-state'
import { hrefFrom } from '#lib/editor/links'
import { makeCode } from '#lib/editor/make-code'
import { FORMULA_LANGUAGE } from '#lib/schema/formula'
import type { ListKind } from '#lib/schema/list-node'
import type { MarkName, NodeName } from '#lib/schema/schema'

/** What a person can do to the selection. All are pure ProseMirror commands: they check, and change by `dispatch`. */

/** Nested deeper than this, a block cannot be indented further. */
export const MAX_NESTING = 24

const nodeType = (state: EditorState, name: NodeName) => {
  const type = state.schema.nodes[name]
  if (!type) throw new Error(`the schema has no node ${name}`)
  return type
}

const markType = (state: EditorState, name: MarkName) => {
  const type = state.schema.marks[name]
  if (!type) throw new Error(`the schema has no mark ${name}`)
  return type
}

/** Selects from one position between characters to another. */
export const selectCharacters =
  (from: number, to: number): Command =>
  (state, dispatch) => {
    dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, from, to)))
    return true
  }

/** Writes in place of the selection. */
export const insertText =
  (text: string): Command =>
  (state, dispatch) => {
    if (!state.selection.$from.parent.inlineContent) return false
    dispatch?.(state.tr.insertText(text).scrollIntoView())
    return true
  }

/** Puts a style on all of the selection, or takes it off when all of it has the style. */
export const toggleStyle =
  (name: StyleName): Command =>
  (state, dispatch) =>
    toggleMark(markType(state, name), null, { removeWhenPresent: false })(state, dispatch)

export const makeParagraph: Command = (state, dispatch) => setBlockType(nodeType(state, 'paragraph'))(state, dispatch)

/** Turns the selected blocks into headings; back into paragraphs when they are such headings. */
export const toggleHeading =
  (level: 1 | 2 | 3 | 4): Command =>
  (state, dispatch) => {
    if (activeState(state).block === `heading-${level}`) return makeParagraph(state, dispatch)
    return setBlockType(nodeType(state, 'heading'), { level })(state, dispatch)
  }

const listOf = (kind: ListKind) => ({ kind, order: null, checked: false, collapsed: false })

export const toggleList = (kind: ListKind): Command => createToggleListCommand(listOf(kind))

/** The same for who asks for a list by its name: below the first line of an item one begins inside the item, also of its kind. */
export const beginList =
  (kind: ListKind): Command =>
  (state, dispatch, view) => {
    const { $from } = state.selection
    const isBelow = $from.depth > 1 && $from.node(-1).type.name === 'list' && $from.index(-1) > 0
    return (isBelow ? createWrapInListCommand(listOf(kind)) : toggleList(kind))(state, dispatch, view)
  }

/** Wraps the selected blocks, or takes them out of the nearest such wrapping. */
const toggleWrapping =
  (name: 'blockquote' | 'callout', isOn: (state: EditorState) => boolean): Command =>
  (state, dispatch) => {
    if (!isOn(state)) return wrapIn(nodeType(state, name))(state, dispatch)
    const { $from, $to } = state.selection
    const range = $from.blockRange($to, (node) => node.type.name === name)
    if (!range) return lift(state, dispatch)
    const depth = range.depth
    if (depth === 0) return false
    dispatch?.(state.tr.lift(range, depth - 1).scrollIntoView())
    return true
  }

export const toggleQuote: Command = toggleWrapping('blockquote', (state) => activeState(state).quote)

export const toggleCallout: Command = toggleWrapping('callout', (state) => activeState(state).callout)

/** Turns neighbouring selected blocks into one block of code; back into paragraphs when in code. */
export const toggleCodeBlock: Command = (state, dispatch) => {
  if (activeState(state).block === 'code') return makeParagraph(state, dispatch)
  const { $from, $to } = state.selection
  const range = $from.blockRange($to)
  if (!range || range.endIndex - range.startIndex < 2) {
    return makeCode()(state, dispatch)
  }
  const lines: string[] = []
  for (let index = range.startIndex; index < range.endIndex; index++) {
    const block = range.parent.child(index)
    if (!block.isTextblock) return false
    lines.push(block.textContent)
  }
  const text = lines.join('\n')
  const code = nodeType(state, 'code_block').create(null, text ? state.schema.text(text) : null)
  if (!range.parent.canReplace(range.startIndex, range.endIndex, Fragment.from(code))) return false
  if (dispatch) {
    const tr = state.tr.replaceRangeWith(range.start, range.end, code)
    dispatch(tr.setSelection(TextSelection.create(tr.doc, range.start + 1, range.start + 1 + text.length)))
  }
  return true
}

/** Turns the block around the cursor into a formula; back into a paragraph when it is one. */
export const toggleFormula: Command = (state, dispatch) =>
  activeState(state).language === FORMULA_LANGUAGE
    ? makeParagraph(state, dispatch)
    : makeCode({ language: FORMULA_LANGUAGE })(state, dispatch)

/** Puts a block without text in place of an empty block, else after the block, and the cursor behind it. */
const insertLeaf =
  (name: 'horizontal_rule' | 'contents'): Command =>
  (state, dispatch) => {
    const { $from } = state.selection
    if (!$from.parent.isTextblock || $from.parent.type.spec.code) return false
    if (dispatch) {
      const leaf = nodeType(state, name).create()
      const below = nodeType(state, 'paragraph').create()
      const empty = $from.parent.content.size === 0
      const [from, to] = empty ? [$from.before(), $from.after()] : [$from.after(), $from.after()]
      const tr = state.tr.replaceWith(from, to, [leaf, below])
      dispatch(tr.setSelection(TextSelection.create(tr.doc, from + leaf.nodeSize + 1)).scrollIntoView())
    }
    return true
  }

/** A dividing line. */
export const insertRule: Command = insertLeaf('horizontal_rule')

/** The list of the page's headings. */
export const insertContents: Command = insertLeaf('contents')

export const insertHardBreak: Command = chainCommands(exitCode, (state, dispatch) => {
  if (!state.selection.$from.parent.inlineContent) return false
  dispatch?.(state.tr.replaceSelectionWith(nodeType(state, 'hard_break').create()).scrollIntoView())
  return true
})

/** Indents the list items of the selection; refuses beyond {@link MAX_NESTING}. */
export const indentList: Command = (state, dispatch) =>
  state.selection.$from.depth < MAX_NESTING && createIndentListCommand()(state, dispatch)

export const dedentList: Command = createDedentListCommand()

/**
 * Links the selection and puts the cursor behind it, changes the link around the cursor, or inserts the address as linked text. Refuses an address
 * that {@link hrefFrom} does not make safe.
 */
export const setLink =
  (address: string): Command =>
  (state, dispatch) => {
    const href = hrefFrom(address)
    const type = markType(state, 'link')
    const { $from, empty } = state.selection
    if (href === undefined || !$from.parent.inlineContent || !$from.parent.type.allowsMarkType(type)) return false
    const { from, to } = linkRange(state) ?? withoutSpaces(state)
    if (dispatch) {
      const mark = type.create({ href })
      const tr = from === to ? state.tr.insertText(address.trim(), from) : state.tr.removeMark(from, to, type)
      const end = empty && from === to ? from + address.trim().length : to
      tr.addMark(from, end, mark)
      if (!empty) tr.setSelection(TextSelection.create(tr.doc, to))
      dispatch(tr.removeStoredMark(type).scrollIntoView())
    }
    return true
  }

/** The selection without the spaces at its ends, as far as it has anything else. */
function withoutSpaces({ doc, selection }: EditorState): { from: number; to: number } {
  const { from, to } = selection
  const text = doc.textBetween(from, to, '\ufffc', '\ufffc')
  if (text.trim() === '') return { from, to }
  return { from: from + text.length - text.trimStart().length, to: to - (text.length - text.trimEnd().length) }
}

/** Takes the link off the selection, or off the whole link around the cursor. */
export const unsetLink: Command = (state, dispatch) => {
  const { from, to } = linkRange(state) ?? state.selection
  if (from === to) return false
  dispatch?.(state.tr.removeMark(from, to, markType(state, 'link')))
  return true
}

/** From where to where the link around an empty selection goes. */
function linkRange(state: EditorState): { from: number; to: number } | undefined {
  const mark = linkAt(state)
  const { $from, empty } = state.selection
  if (!mark || !empty) return undefined
  const start = $from.start()
  let range: { from: number; to: number } | undefined
  $from.parent.forEach((node, offset) => {
    if (!mark.isInSet(node.marks)) return
    const from = start + offset
    const to = from + node.nodeSize
    if (range && range.to === from) range = { from: range.from, to }
    else if (!range || range.to < $from.pos) range = { from, to }
  })
  return range
}

/** Ticks or unticks the task around the cursor; folds or unfolds what can be folded. */
export const toggleTask: Command = (state, dispatch) => {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth)
    if (node.type.name !== 'list') continue
    const name = { task: 'checked', toggle: 'collapsed' }[String(node.attrs.kind)]
    if (!name) return false
    dispatch?.(state.tr.setNodeAttribute($from.before(depth), name, node.attrs[name] !== true))
    return true
  }
  return false
}
