import { wrappingListInputRule } from 'prosemirror-flat-list'
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules'
import type { MarkType, Schema } from 'prosemirror-model'
import { type EditorState, type Plugin, TextSelection, type Transaction } from 'prosemirror-state'
import { addressAtEnd, hrefFrom } from '#lib/editor/links'
import { codeRule } from '#lib/editor/make-code'
import { FORMULA_LANGUAGE } from '#lib/schema/formula'
import type { MarkName, NodeName } from '#lib/schema/schema'

/** What the plugin says, in the transaction's metadata, about the letters whose typing made a rule apply. */
export interface AppliedRule {
  readonly from: number
  readonly to: number
  readonly text: string
}

/**
 * Markdown as it is typed becomes what it means; Backspace right after takes that back. So does undo, for the editor writes
 * the typed letters down before what the rule makes of them.
 */
export function createInputRules(schema: Schema): Plugin {
  const node = (name: NodeName) => {
    const type = schema.nodes[name]
    if (!type) throw new Error(`the schema has no node ${name}`)
    return type
  }
  const mark = (name: MarkName) => {
    const type = schema.marks[name]
    if (!type) throw new Error(`the schema has no mark ${name}`)
    return type
  }
  return inputRules({
    rules: [
      textblockTypeInputRule(/^(#{1,4})\s$/, node('heading'), (match) => ({ level: match[1]?.length ?? 1 })),
      codeRule(/^```([\w+#.-]{0,32})\s$/, (match) => ({ language: match[1] ?? '' })),
      codeRule(/^\$\$\s$/, () => ({ language: FORMULA_LANGUAGE })),
      wrappingInputRule(/^\s?>\s$/, node('blockquote')),
      wrappingListInputRule(/^\s?[*-]\s$/, { kind: 'bullet', collapsed: false }),
      wrappingListInputRule(/^\s?(\d{1,9})[.)]\s$/, ({ match }) => {
        const order = Number(match[1])
        return { kind: 'ordered', collapsed: false, order: order >= 2 ? order : null }
      }),
      wrappingListInputRule(/^\s?\[([ xX]?)\]\s$/, ({ match }) => {
        return { kind: 'task', collapsed: false, checked: /x/i.test(match[1] ?? '') }
      }),
      wrappingListInputRule(/^\s?>>\s$/, { kind: 'toggle', collapsed: false }),
      wrappingInputRule(/^!!!\s$/, node('callout')),
      new InputRule(/^---$/, (state, _match, start, end) => ruleLine(state, start, end)),
      styleRule(/(^|[^*\\])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, mark('bold')),
      styleRule(/(^|[^\p{L}\p{N}_\\])__([^_\s](?:[^_]*[^_\s])?)__$/u, mark('bold')),
      styleRule(/(^|[^\p{L}\p{N}*\\])\*([^*\s](?:[^*]*[^*\s])?)\*$/u, mark('italic')),
      styleRule(/(^|[^\p{L}\p{N}_\\])_([^_\s](?:[^_]*[^_\s])?)_$/u, mark('italic')),
      styleRule(/(^|[^~\\])~~([^~\s](?:[^~]*[^~\s])?)~~$/, mark('strike')),
      styleRule(/(^|[^=\\])==([^=\s](?:[^=]*[^=\s])?)==$/, mark('highlight')),
      styleRule(/(^|[^`\\])`([^`]+)`$/, mark('code')),
      // No formula ends on a sign that goes on, and "$5-$" begins a range of prices.
      styleRule(/(^|[^$\\\p{L}\p{N}])\$([^$\s](?:[^$]*[^$\s\-+*/=,.–])?)\$$/u, mark('math')),
      new InputRule(/\[([^[\]]+)\]\(([^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)$/, linkRule(mark('link')), {
        inCodeMark: false,
      }),
      new InputRule(
        /\S\s$/,
        (state, match, start, end) =>
          linkedBefore(state, start + 1, mark('link'))?.insertText(match[0].slice(1), start + 1, end) ?? null,
        { inCodeMark: false },
      ),
    ],
  })
}

/**
 * Links the address that ends right before `position`; `undefined` when there is none, or it is a link already.
 * Typing a space or Enter behind an address does this.
 */
export function linkedBefore(state: EditorState, position: number, link: MarkType): Transaction | undefined {
  const $end = state.doc.resolve(position)
  if (!$end.parent.inlineContent || !$end.parent.type.allowsMarkType(link)) return undefined
  const before = Math.max(0, $end.parentOffset - 2048)
  const found = addressAtEnd($end.parent.textBetween(before, $end.parentOffset, undefined, '\n'))
  if (!found) return undefined
  const start = $end.start() + before
  const [from, to] = [start + found.from, start + found.to]
  const code = state.schema.marks.code
  if (state.doc.rangeHasMark(from, to, link) || (code && state.doc.rangeHasMark(from, to, code))) return undefined
  return state.tr.addMark(from, to, link.create({ href: found.href })).removeStoredMark(link)
}

/** `[words](address)`: keeps the words, linked, where a link may lead to the address. */
const linkRule =
  (link: MarkType) =>
  (state: EditorState, match: RegExpMatchArray, start: number, end: number): Transaction | null => {
    const [, words = '', address = ''] = match
    const href = hrefFrom(address)
    if (href === undefined || !state.doc.resolve(start).parent.type.allowsMarkType(link)) return null
    const wordsEnd = start + 1 + words.length
    return state.tr
      .delete(wordsEnd, end)
      .addMark(start + 1, wordsEnd, link.create({ href }))
      .delete(start, start + 1)
      .removeStoredMark(link)
  }

/** Groups of `pattern`: what stands before, then the characters between the two equal delimiters. */
function styleRule(pattern: RegExp, type: MarkType): InputRule {
  return new InputRule(
    pattern,
    (state, match, start, end) => {
      const [whole, before = '', inner = ''] = match
      const open = start + before.length
      const delimiter = (whole.length - before.length - inner.length) / 2
      const innerEnd = open + delimiter + inner.length
      const $open = state.doc.resolve(open)
      if (innerEnd > end || !$open.parent.type.allowsMarkType(type)) return null
      if (type.name !== 'code' && isInOpenCode($open.parent.textBetween(0, $open.parentOffset, undefined, ' ')))
        return null
      return state.tr
        .delete(innerEnd, end)
        .addMark(open + delimiter, innerEnd, type.create())
        .delete(open, open + delimiter)
        .removeStoredMark(type)
    },
    { inCodeMark: false },
  )
}

/** Whether an unclosed backtick stands before: what follows is about to become code. */
const isInOpenCode = (before: string): boolean => before.split('`').length % 2 === 0

function ruleLine(state: EditorState, start: number, end: number): Transaction | null {
  const { horizontal_rule: rule, paragraph } = state.schema.nodes
  const $start = state.doc.resolve(start)
  if (!rule || !paragraph || $start.parent.type !== paragraph || $start.parent.content.size !== end - start) return null
  const nodes = [rule.create(), paragraph.create()]
  if (!$start.node(-1).canReplaceWith($start.index(-1), $start.indexAfter(-1), rule)) return null
  const tr = state.tr.replaceWith($start.before(), $start.after(), nodes)
  return tr.setSelection(TextSelection.create(tr.doc, $start.before() + 2))
}
