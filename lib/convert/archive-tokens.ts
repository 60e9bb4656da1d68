import type MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type StateInline from 'markdown-it/lib/rules_inline/state_inline.mjs'
import { createTokenizer, type ReadingNotes } from '#lib/convert/markdown-tokens'
import { safeHref } from '#lib/schema/safe-href'

/**
 * Markdown of files that call each other, as Notion and Obsidian export them: relative links, and `[[names]]` with their
 * `![[embeds]]`, which become links. What leads nowhere stays as its words.
 */
export function createArchiveTokenizer(): MarkdownIt {
  const markdown = createTokenizer()
  markdown.validateLink = (address) => safeHref(address) !== undefined || isRelative(address)
  markdown.inline.ruler.before('link', 'named_link', readNamedLink)
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
