import MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import type { FileLinks } from '#lib/convert/archive-links'
import { readFormulas } from '#lib/convert/markdown-formulas'
import { mentionAt } from '#lib/convert/markdown-inline'
import { dateValue } from '#lib/schema/date-node'
import { safeHref } from '#lib/schema/safe-href'

/**
 * Reads Markdown as markdown-it tokens: CommonMark with strikethrough, task lists and bare addresses, no HTML but a few
 * style tags (see STYLE_TAGS), no image that a reader's browser would fetch, no link that safeHref refuses. Safe on
 * hostile text: nesting is bounded, and an enormous paragraph is taken as plain text.
 */

/** Markdown-it reads no blocks that are nested deeper; it counts a list as two levels. */
const MAX_TOKEN_DEPTH = 100
/** A paragraph longer than this many characters is taken as it stands. */
const MAX_INLINE_LENGTH = 100_000

/** What Markdown has no sign for, or a sign that would be misread where it stands, is written as one of these. */
const STYLE_TAGS: Readonly<Record<string, string>> = {
  u: 'underline',
  b: 'strong',
  strong: 'strong',
  i: 'em',
  em: 'em',
  s: 's',
  del: 's',
  strike: 's',
  code: 'code_tag',
  mark: 'highlight',
  math: 'math',
}

/** What stands in `meta` of a list item's opening token. */
export interface ItemMeta {
  readonly kind: 'bullet' | 'ordered' | 'task'
  readonly order: number | null
  readonly checked: boolean
}

export function createTokenizer(): MarkdownIt {
  const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false })
  markdown.validateLink = (address) => safeHref(address) !== undefined
  markdown.normalizeLink = (address) => address
  markdown.normalizeLinkText = (address) => address
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  markdown.linkify.add('ftp:', null).add('//', null)
  markdown.inline.ruler.before('autolink', 'style_tag', createStyleTagRule())
  markdown.inline.ruler.before('style_tag', 'date', readDate)
  readFormulas(markdown)
  markdown.core.ruler.at('inline', readInline)
  markdown.core.ruler.push('depth', noteDepth)
  markdown.core.ruler.before('text_join', 'lists', describeItems) // reason: afterwards an escaped box looks like a box
  markdown.core.ruler.before('text_join', 'callouts', quotesAsCallouts) // reason: the same for a bracket
  markdown.core.ruler.before('text_join', 'contents', linesAsContents) // reason: the same
  markdown.core.ruler.push('cells', describeCells)
  markdown.core.ruler.push('images', imagesAsLinks)
  markdown.core.ruler.push('mentions', linksAsMentions)
  markdown.core.ruler.push('styles', flattenStyles)
  return markdown
}

/** What reading leaves in markdown-it's `env`. */
export interface ReadingNotes {
  /** Of a file that came with others. */
  readonly links?: FileLinks
  /** Something stood so deep that it was dropped. */
  tooDeep?: boolean
}

function noteDepth({ tokens, env }: StateCore): void {
  const notes: ReadingNotes = env
  notes.tooDeep = tokens.some((token) => token.nesting === 1 && token.level + 1 >= MAX_TOKEN_DEPTH)
}

function readInline(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type !== 'inline') continue
    const children: Token[] = []
    if (token.content.length <= MAX_INLINE_LENGTH) state.md.inline.parse(token.content, state.md, state.env, children)
    else children.push(textToken(state, token.content))
    token.children = children
  }
}

/** `<u>…</u>` and the like, and `<br>`. */
function createStyleTagRule(): (state: StateInline, silent: boolean) => boolean {
  const lastClosing = new WeakMap<StateInline, Map<string, number>>()
  return (state, silent) => {
    if (state.src[state.pos] !== '<') return false
    const [tag, name = ''] = /^<(br|[a-z]{1,6})\s{0,3}\/?>/.exec(state.src.slice(state.pos, state.pos + 12)) ?? []
    if (!tag) return false
    if (name === 'br') {
      if (!silent) state.push('hardbreak', 'br', 0)
      state.pos += tag.length
      return true
    }
    const type = STYLE_TAGS[name]
    if (!type || tag.endsWith('/>')) return false
    const start = state.pos + tag.length
    const closing = `</${name}>`
    const known = lastClosing.get(state) ?? new Map<string, number>()
    lastClosing.set(state, known)
    const last = known.get(name) ?? state.src.lastIndexOf(closing)
    known.set(name, last)
    const end = last < start ? -1 : state.src.indexOf(closing, start)
    if (end < 0 || end > state.posMax) return false
    if (!silent) {
      const max = state.posMax
      state.push(`${type}_open`, name, 1)
      state.pos = start
      state.posMax = end
      state.md.inline.tokenize(state)
      state.posMax = max
      state.push(`${type}_close`, name, -1)
    }
    state.pos = end + closing.length
    return true
  }
}

/** `<time>2026-11-26</time>`. */
function readDate(state: StateInline, silent: boolean): boolean {
  const [tag, day] = /^<time>(.{10})<\/time>/.exec(state.src.slice(state.pos, state.pos + 23)) ?? []
  if (!tag || dateValue(day) === undefined) return false
  if (!silent) state.push('date', 'time', 0).content = day ?? ''
  state.pos += tag.length
  return true
}

/** A line that says `[TOC]` and nothing else, as several programs write it, lists the headings. */
function linesAsContents(state: StateCore): void {
  const tokens: Token[] = []
  for (let index = 0; index < state.tokens.length; index++) {
    const [token, inline] = [state.tokens[index] as Token, state.tokens[index + 1]]
    const only = inline?.children?.length === 1 ? inline.children[0] : undefined
    const isContents = only?.type === 'text' && /^\[(TOC|\[_TOC_\])\]$/i.test(only.content)
    if (token.type === 'paragraph_open' && isContents) {
      tokens.push(new state.Token('contents', '', 0))
      index += 2
    } else tokens.push(token)
  }
  state.tokens = tokens
}

/** Gives every item the kind and number of its list, and takes the box off a task. */
function describeItems(state: StateCore): void {
  const lists: { ordered: boolean; next: number | null }[] = []
  state.tokens.forEach((token, index) => {
    if (token.type === 'bullet_list_open') lists.push({ ordered: false, next: null })
    else if (token.type === 'ordered_list_open') {
      const start = Number(token.attrGet('start') ?? 1)
      lists.push({ ordered: true, next: start === 1 ? null : start })
    } else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') lists.pop()
    else if (token.type === 'list_item_open') {
      const list = lists.at(-1)
      const box = list?.ordered ? undefined : takeBox(state.tokens[index + 1], state.tokens[index + 2])
      const kind = list?.ordered ? 'ordered' : box ? 'task' : 'bullet'
      const meta: ItemMeta = { kind, order: list?.next ?? null, checked: box === 'checked' }
      token.meta = meta
      if (list) list.next = null
    }
  })
}

function takeBox(opening: Token | undefined, inline: Token | undefined): 'checked' | 'open' | undefined {
  const first = inline?.children?.[0]
  if (opening?.type !== 'paragraph_open' || first?.type !== 'text') return undefined
  const box = /^\[([ xX])\](?: |$)/.exec(first.content)
  if (!box || (first.content.length === 3 && inline?.children?.length !== 1)) return undefined
  first.content = first.content.slice(box[0].length)
  return box[1] === ' ' ? 'open' : 'checked'
}

/** What stands in `meta` of a table cell's opening token. */
export interface CellMeta {
  readonly header: true | null
  readonly align: 'left' | 'center' | 'right' | null
  readonly column: string
}

/** Gives every cell a paragraph for its text, the name of its column, and its alignment. */
function describeCells(state: StateCore): void {
  const tokens: Token[] = []
  let column = 0
  for (const token of state.tokens) {
    if (token.type === 'tr_open') column = 0
    const isOpening = token.type === 'th_open' || token.type === 'td_open'
    const isClosing = token.type === 'th_close' || token.type === 'td_close'
    if (isClosing) tokens.push(new state.Token('paragraph_close', 'p', -1))
    tokens.push(token)
    if (!isOpening) continue
    const align = /text-align:(left|center|right)/.exec(token.attrGet('style') ?? '')?.[1] as CellMeta['align']
    const meta: CellMeta = { header: token.type === 'th_open' || null, align: align ?? null, column: `m${column++}` }
    token.meta = meta
    tokens.push(new state.Token('paragraph_open', 'p', 1))
  }
  state.tokens = tokens
}

const TONES: Readonly<Record<string, string>> = {
  note: 'note',
  important: 'note',
  tip: 'tip',
  warning: 'warning',
  caution: 'warning',
}

/** A quote that begins with a line such as `[!NOTE]` is a callout, as on GitHub. */
function quotesAsCallouts(state: StateCore): void {
  const open: boolean[] = []
  const gone = new Set<Token | undefined>()
  state.tokens.forEach((token, index) => {
    if (token.type === 'blockquote_close' && open.pop()) token.type = 'callout_close'
    if (token.type !== 'blockquote_open') return
    const [paragraph, inline, end] = state.tokens.slice(index + 1, index + 4)
    const tone = paragraph?.type === 'paragraph_open' ? takeTone(inline) : undefined
    open.push(tone !== undefined)
    if (tone === undefined) return
    token.type = 'callout_open'
    token.meta = { tone }
    if (inline?.children?.length === 0) for (const empty of [paragraph, inline, end]) gone.add(empty)
  })
  state.tokens = state.tokens.filter((token) => !gone.has(token))
}

function takeTone(inline: Token | undefined): string | undefined {
  const [first, second] = inline?.children ?? []
  const tone = first?.type === 'text' ? /^\[!([A-Za-z]{1,12})\]\s*$/.exec(first.content)?.[1] : undefined
  const known = tone && TONES[tone.toLowerCase()]
  if (!known || !inline?.children || (second && second.type !== 'softbreak')) return undefined
  inline.children = inline.children.slice(2)
  return known
}

/** An image becomes a link to it: opening a page must not fetch from a stranger's server. */
function imagesAsLinks(state: StateCore): void {
  for (const token of state.tokens) {
    if (!token.children?.some((child) => child.type === 'image')) continue
    token.children = token.children.flatMap((child) => {
      if (child.type !== 'image') return [child]
      const source = child.attrGet('src') ?? ''
      const opening = new state.Token('link_open', 'a', 1)
      opening.attrSet('href', source)
      return [opening, textToken(state, child.content || source), new state.Token('link_close', 'a', -1)]
    })
  }
}

/** A link that says whom or what it mentions is a mention of that name, without styles of its own. */
function linksAsMentions(state: StateCore): void {
  for (const token of state.tokens) {
    const children: Token[] = []
    /** The link that is being read, with its address, where that may be a mention's. */
    let link: { readonly href: string; readonly tokens: Token[] } | undefined
    for (const child of token.children ?? []) {
      const href = child.type === 'link_open' ? (child.attrGet('href') ?? '') : ''
      if (href.startsWith('#/p')) link = { href, tokens: [] }
      link?.tokens.push(child)
      if (!link) children.push(child)
      else if (child.type === 'link_close') {
        const meta = mentionAt(link.href, link.tokens.map(({ content }) => content).join(''))
        if (meta) children.push(Object.assign(new state.Token('mention', '', 0), { meta }))
        else children.push(...link.tokens)
        link = undefined
      }
    }
    token.children = [...children, ...(link?.tokens ?? [])]
  }
}

/** Italic within italic is italic: what the inner one closes would end the outer one, too. A link to nothing is none. */
function flattenStyles(state: StateCore): void {
  for (const token of state.tokens) {
    const depths = new Map<string, number>()
    let isLinked = false
    token.children = (token.children ?? []).filter((child) => {
      if (child.type === 'link_open') isLinked = Boolean(child.attrGet('href'))
      if (child.type.startsWith('link_')) return isLinked
      const style = child.type.replace(/_(open|close)$/, '')
      const depth = (depths.get(style) ?? 0) + child.nesting
      depths.set(style, depth)
      return child.nesting === 0 || depth === (child.nesting > 0 ? 1 : 0)
    })
  }
}

function textToken(state: StateCore, content: string): Token {
  const token = new state.Token('text', '', 0)
  token.content = content
  return token
}
