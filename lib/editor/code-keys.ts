import { exitCode, setBlockType } from 'prosemirror-commands'
import { type Command, type EditorState, Selection, TextSelection } from 'prosemirror-state'
import { codeLanguage } from '#lib/schema/block-nodes'
import { FORMULA_LANGUAGE } from '#lib/schema/formula'

/** Keys that mean something else inside a block of code, and the ways into and out of one. */

const INDENT = '  '

const isInCode = ({ selection: { $from, $to } }: EditorState): boolean =>
  $from.parent.type.spec.code === true && $from.sameParent($to)

/** Where each line that the selection touches begins, first to last. */
function selectedLines({ selection: { $from, $to } }: EditorState): number[] {
  const text = $from.parent.textContent
  const starts = [text.lastIndexOf('\n', $from.parentOffset - 1) + 1]
  for (let at = $from.parentOffset; at < $to.parentOffset; at++) if (text[at] === '\n') starts.push(at + 1)
  return starts.map((offset) => $from.start() + offset)
}

/** Tab: indents the selected lines, or goes two spaces on. */
export const indentCode: Command = (state, dispatch) => {
  if (!isInCode(state)) return false
  const { tr, selection } = state
  if (selection.empty) tr.insertText(INDENT)
  else for (const start of selectedLines(state).reverse()) tr.insertText(INDENT, start)
  dispatch?.(tr.scrollIntoView())
  return true
}

/** Shift-Tab: takes two spaces, or a tab, from the head of each selected line. Keeps the focus where nothing is to take. */
export const dedentCode: Command = (state, dispatch) => {
  if (!isInCode(state)) return false
  const { tr, doc, selection } = state
  for (const start of selectedLines(state).reverse()) {
    const head = doc.textBetween(start, Math.min(start + INDENT.length, selection.$from.end()))
    const taken = /^(\t| {1,2})/.exec(head)?.[0].length ?? 0
    if (taken > 0) tr.delete(start, start + taken)
  }
  if (tr.docChanged) dispatch?.(tr.scrollIntoView())
  return true
}

/** Three backticks and Enter begin a block of code, two dollars a formula. */
export const openFence: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  const { parent } = $from
  const code = state.schema.nodes.code_block
  const fence =
    empty && parent.type.name === 'paragraph' ? /^(?:```([\w+#.-]{0,32})|\$\$)$/.exec(parent.textContent) : null
  if (!fence || !code || $from.parentOffset !== parent.content.size) return false
  const language = { language: fence[0] === '$$' ? FORMULA_LANGUAGE : (fence[1] ?? '') }
  const made = setBlockType(code, language)(state)
  if (made)
    dispatch?.(
      state.tr
        .delete($from.start(), $from.end())
        .setBlockType($from.start(), $from.start(), code, language)
        .scrollIntoView(),
    )
  return made
}

/** Enter on the empty last line of a block of code leaves it. */
export const leaveCode: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  const { parent } = $from
  if (!empty || !parent.type.spec.code || $from.parentOffset !== parent.content.size) return false
  if (!parent.textContent.endsWith('\n\n') && parent.textContent !== '\n') return false
  const paragraph = state.schema.nodes.paragraph
  if (!paragraph || !$from.node(-1).canReplaceWith($from.indexAfter(-1), $from.indexAfter(-1), paragraph)) return false
  if (dispatch) {
    const from = $from.pos - (parent.textContent === '\n' ? 1 : 2)
    const tr = state.tr.delete(from, $from.pos)
    const after = tr.mapping.map($from.after())
    tr.insert(after, paragraph.create())
    dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView())
  }
  return true
}

/** Arrow down on the last line of code that ends the page begins a paragraph under it: there is no other place to go. */
export const leaveCodeDown: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || !isInCode(state) || $from.parent.textContent.includes('\n', $from.parentOffset)) return false
  if (Selection.findFrom(state.doc.resolve($from.after()), 1)) return false
  return exitCode(state, dispatch)
}

/** Names the language of the block of code around the cursor; '' for none. */
export const setCodeLanguage =
  (language: string): Command =>
  (state, dispatch) => {
    if (!isInCode(state)) return false
    dispatch?.(state.tr.setNodeAttribute(state.selection.$from.before(), 'language', codeLanguage(language)))
    return true
  }

/** The text of the block of code around the cursor. */
export const selectedCode = (state: EditorState): string | undefined =>
  isInCode(state) ? state.selection.$from.parent.textContent : undefined
