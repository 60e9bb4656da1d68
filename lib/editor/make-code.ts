import { setBlockType } from 'prosemirror-commands'
import { InputRule } from 'prosemirror-inputrules'
import type { Attrs, Schema } from 'prosemirror-model'
import type { Command, Transaction } from 'prosemirror-state'

/** Turns blocks into code, which holds letters alone: what is none, such as a mention, becomes the words that it shows. */

/** Makes the selected blocks code or, by its language, a formula. */
export const makeCode =
  (attributes: Attrs | null = null): Command =>
  (state, dispatch) => {
    const code = codeType(state.schema)
    if (!setBlockType(code, attributes)(state)) return false
    if (dispatch) {
      const { tr } = state
      for (const { $from, $to } of state.selection.ranges) {
        // where a block is selected as a whole, the range stands around it, not inside
        const from = $from.parent.isTextblock ? $from.start() : $from.pos
        const to = $to.parent.isTextblock ? $to.end() : $to.pos
        writeOut(tr, from, to)
        tr.setBlockType(tr.mapping.map(from, -1), tr.mapping.map(to), code, attributes)
      }
      dispatch(tr.scrollIntoView())
    }
    return true
  }

/** Typed at the start of a block, it makes the block code. */
export const codeRule = (typed: RegExp, attributes: (match: RegExpMatchArray) => Attrs): InputRule =>
  new InputRule(typed, (state, match, start, end) => {
    const code = codeType(state.schema)
    const $start = state.doc.resolve(start)
    if (!$start.node(-1).canReplaceWith($start.index(-1), $start.indexAfter(-1), code)) return null
    const tr = state.tr.delete(start, end)
    writeOut(tr, start, tr.doc.resolve(start).end())
    return tr.setBlockType(start, start, code, attributes(match))
  })

function codeType(schema: Schema) {
  const code = schema.nodes.code_block
  if (!code) throw new Error('the schema has no code')
  return code
}

/** Line breaks are left: ProseMirror knows what they become. */
function writeOut(tr: Transaction, from: number, to: number): void {
  const { doc } = tr
  const { schema } = doc.type
  const begun = tr.steps.length
  doc.nodesBetween(from, to, (node, position) => {
    if (!node.isInline || node.isText || node.type.spec.linebreakReplacement) return
    const at = tr.mapping.slice(begun).map(position)
    const words = node.textContent
    if (words) tr.replaceWith(at, at + node.nodeSize, schema.text(words))
  })
}
