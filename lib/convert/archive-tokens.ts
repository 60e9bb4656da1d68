import type MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import type { FileLinks } from '#lib/convert/archive-links'
import { createTokenizer, type ReadingNotes } from '#lib/convert/markdown-tokens'
import { safeHref } from '#lib/schema/safe-href'

/**
 * Markdown of files that call each other, as Notion and Obsidian export them: relative links, and `[[names]]` with their
 * `![[embeds]]`, which become links, or pictures and files in blocks of their own. What leads nowhere stays as its words.
 */
export function createArchiveTokenizer(): MarkdownIt {
  const markdown = createTokenizer()
  markdown.validateLink = (address) => safeHref(address) !== undefined || isRelative(address)
  markdown.inline.ruler.before('link', 'named_link', readNamedLink)
  markdown.core.ruler.before('images', 'enclosed_files', takeOutFiles)
  markdown.core.ruler.after('images', 'archive_links', leadLinks)
  return markdown
}

/** Stands in `meta` of a link whose address is final. */
const LED = 'led'
const MAX_ADDRESS_LENGTH = 4096

/** No scheme, no other host. */
const isRelative = (address: string): boolean =>
  address.length <= MAX_ADDRESS_LENGTH && !/^([a-z][a-z0-9+.-]*:|\/\/|\\\\)/i.test(address)

/** `[[Name]]`, `[[folder/Name#Heading|shown]]`, `![[picture.png]]`. */
function readNamedLink(state: StateInline, silent: boolean): boolean {
  const start = state.src[state.pos] === '!' ? state.pos + 1 : state.pos
  if (!state.src.startsWith('[[', start)) return false
  const inside = /^\[\[([^[\]\n|#^]{1,400})([#^][^[\]\n|]{0,400})?(?:\|([^[\]\n]{1,400}))?\]\]/.exec(
    state.src.slice(start, Math.min(start + 1210, state.posMax)),
  )
  if (!inside) return false
  const [whole, name = '', , shown] = inside
  if (!silent) {
    const { links }: ReadingNotes = state.env
    const picture = state.src[state.pos] === '!' ? links?.pictureOfName(name) : undefined
    if (picture) {
      state.push('image', 'img', 0).meta = picture
      state.pos = start + whole.length
      return true
    }
    const href = links?.hrefOfName(name)
    const text = shown && !/^\d+(x\d+)?$/.test(shown) ? shown : (name.split('/').at(-1) ?? name)
    if (href) {
      const opening = state.push('link_open', 'a', 1)
      opening.attrSet('href', href)
      opening.meta = LED
    }
    state.push('text', '', 0).content = text.trim()
    if (href) state.push('link_close', 'a', -1)
  }
  state.pos = start + whole.length
  return true
}

/** A picture is a block: text is parted there; one within a link or a style goes behind what the link stands in. */
function takeOutFiles(state: StateCore): void {
  const { links }: ReadingNotes = state.env
  if (!links) return
  const tokens: Token[] = []
  for (let index = 0; index < state.tokens.length; index++) {
    const [opening, inline, closing] = state.tokens.slice(index, index + 3)
    if (!opening) break
    const isText = opening.type === 'paragraph_open' || opening.type === 'heading_open'
    const children = (isText && closing && inline?.children) || []
    const parts = partsOf(state, children, links)
    const files = filesOf(state, children, links)
    if (!closing || (parts.length < 2 && files.length === 0)) {
      tokens.push(opening)
      continue
    }
    const figure = opening.type === 'paragraph_open' ? figureOf(state, parts) : undefined
    for (const { text, pictures } of figure ? [] : parts) {
      const own = inlineOf(state, trimmed(text))
      const isEmpty = own.children?.every(({ type, content }) => !NAMED.test(type) && content.trim() === '')
      if (!isEmpty && !isOneLink(own.children, files)) tokens.push(opening, own, closing)
      tokens.push(...pictures)
    }
    tokens.push(...(figure ?? []), ...files)
    index += 2
  }
  state.tokens = tokens
}

/** Tokens that are seen without having words. */
const NAMED = /^(mention|date|image)$/

interface Part {
  readonly text: Token[]
  readonly pictures: Token[]
}

const inlineOf = (state: StateCore, children: Token[]): Token =>
  Object.assign(new state.Token('inline', '', 0), { children })

/** A picture that begins a paragraph and a line right below it, as archives of ours write a caption; `undefined` for anything else. */
function figureOf(state: StateCore, parts: readonly Part[]): readonly Token[] | undefined {
  const [before, after] = parts
  const [picture, ...others] = before?.pictures ?? []
  const text = after?.text ?? []
  const isCaption = text[0]?.type === 'hardbreak' && text[1] !== undefined && text[1].type !== 'hardbreak'
  if (!picture || others.length > 0 || parts.length > 2 || trimmed(before?.text ?? []).length > 0 || !isCaption) {
    return undefined
  }
  return [
    Object.assign(new state.Token('figure_open', '', 1), { meta: picture.meta }),
    new state.Token('caption_open', '', 1),
    inlineOf(state, trimmed(text)),
    new state.Token('caption_close', '', -1),
    new state.Token('figure_close', '', -1),
  ]
}

/** The files that a text links to, each as a block below it. */
function filesOf(state: StateCore, children: readonly Token[], links: FileLinks): readonly Token[] {
  return children.flatMap((child, index) => {
    if (child.type !== 'link_open' || child.meta === LED) return []
    let words = ''
    for (let at = index + 1; at < children.length && children[at]?.type !== 'link_close'; at++) {
      words += children[at]?.content
    }
    const meta = links.fileOf(child.attrGet('href') ?? '', words)
    return meta ? [Object.assign(new state.Token('file', '', 0), { meta })] : []
  })
}

/** Words that only name the file below them. */
const isOneLink = (children: Token[] | null, files: readonly Token[]): boolean =>
  files.length === 1 &&
  children?.[0]?.type === 'link_open' &&
  children.findIndex(({ type }) => type === 'link_close') === children.length - 1

/** What stands before each picture with it, and the rest; one part where there is no picture. */
function partsOf(state: StateCore, children: readonly Token[], links: FileLinks): readonly Part[] {
  let part: Part = { text: [], pictures: [] }
  const parts = [part]
  for (const child of children) {
    if (child.level === 0 && child.nesting >= 0 && part.pictures.length > 0) {
      part = { text: [], pictures: [] }
      parts.push(part)
    }
    const source = child.type === 'image' ? (child.attrGet('src') ?? '') : undefined
    const meta = source === undefined ? undefined : (child.meta ?? links.pictureOf(source, child.content))
    if (meta) part.pictures.push(Object.assign(new state.Token('picture', '', 0), { meta }))
    else part.text.push(child)
  }
  if (part.pictures.length > 0) parts.push({ text: [], pictures: [] })
  return parts
}

/** Without the breaks and spaces that stood beside a picture. */
function trimmed(text: readonly Token[]): Token[] {
  const isSpace = ({ type, content }: Token) => /^(soft|hard)break$/.test(type) || (type === 'text' && !content.trim())
  const kept = text.slice(
    text.findIndex((token) => !isSpace(token)),
    text.findLastIndex((token) => !isSpace(token)) + 1,
  )
  const [first, last] = [kept[0], kept.at(-1)]
  if (first?.type === 'text') first.content = first.content.trimStart()
  if (last?.type === 'text') last.content = last.content.trimEnd()
  return kept
}

/** A link without an address is none: see flattenStyles. */
function leadLinks({ tokens, env }: StateCore): void {
  const { links }: ReadingNotes = env
  if (!links) return
  for (const { children } of tokens) {
    for (const child of children ?? []) {
      const href = child.type === 'link_open' ? child.attrGet('href') : null
      if (href === null || child.meta === LED) continue
      child.attrSet('href', links.hrefOf(href) ?? '')
    }
  }
}
