import type MarkdownIt from 'markdown-it'
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs'
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs'

/** Reads formulas as GitHub and Pandoc do: `$…$` in a line, and lines of their own between `$$` and `$$`. */
export function readFormulas(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math_inline', inLine)
  markdown.block.ruler.before('fence', 'math_block', ofItsOwn, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  })
}

const DOLLAR = 0x24

/** No space stands inside the dollars' edges, and no digit behind: so prices stay prices. */
function inLine(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (src.charCodeAt(pos) !== DOLLAR || src.charCodeAt(pos - 1) === DOLLAR) return false
  let end = pos + 1
  while (end < posMax && src.charCodeAt(end) !== DOLLAR) end += src[end] === '\\' ? 2 : 1
  const content = src.slice(pos + 1, end)
  if (end >= posMax || !/^\S(?:.*\S)?$/.test(content) || /[\d$]/.test(src[end + 1] ?? '')) return false
  if (!silent) state.push('math_inline', 'math', 0).content = content
  state.pos = end + 1
  return true
}

function ofItsOwn(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const line = (at: number) => state.src.slice((state.bMarks[at] ?? 0) + (state.tShift[at] ?? 0), state.eMarks[at])
  const indent = state.sCount[startLine] ?? 0
  if (indent - state.blkIndent >= 4 || line(startLine).trimEnd() !== '$$') return false
  let end = startLine + 1
  while (end < endLine && line(end).trimEnd() !== '$$') {
    if ((state.sCount[end] ?? 0) < state.blkIndent && !state.isEmpty(end)) return false
    end++
  }
  if (end >= endLine || (state.sCount[end] ?? 0) < state.blkIndent) return false
  if (silent) return true
  const token = state.push('math_block', 'math', 0)
  token.content = state.getLines(startLine + 1, end, indent, true)
  token.map = [startLine, end + 1]
  state.line = end + 1
  return true
}
