/**
 * HTML text that may be parsed under a strict policy, which refuses style attributes even in a document that is only
 * parsed: they are renamed to `data-style`. What could run or load is left out; an image becomes an element that loads
 * nothing (see IMAGE_PLACE), so that it can be told of; `takeImage` is given its address, and answers with a number where it
 * takes it out of the text. One pass, whatever the text is.
 */
export function inertHtml(html: string, takeImage?: TakeImage): string {
  const parts: string[] = []
  let at = 0
  while (at < html.length) {
    const start = html.indexOf('<', at)
    if (start < 0) break
    parts.push(html.slice(at, start))
    const opening = /[!?]|(\/?)([a-z][^\s/>]*)/iy
    opening.lastIndex = start + 1
    const [, slash = '', name] = opening.exec(html) ?? []
    if (name === undefined && opening.lastIndex === 0) {
      parts.push('<')
      at = start + 1
      continue
    }
    const end = name === undefined ? endOfComment(html, start) : endOfTag(html, opening.lastIndex)
    if (name === undefined) at = end
    else if (!slash && SKIPPED.test(name)) at = endOfElement(html, name, end)
    else if (!slash && TEXT.test(name)) {
      at = endOfElement(html, name, end)
      parts.push(textElement(name, html.slice(end, startOfClosing(html, name, end))))
    } else {
      parts.push(inertTag(slash, name, html.slice(opening.lastIndex, end - 1), takeImage))
      at = end
    }
  }
  parts.push(html.slice(at))
  return parts.join('')
}

type TakeImage = (address: string) => number | undefined

/** The name of the element that stands where an image stood. */
export const IMAGE_PLACE = 'image-place'
/** Holds the number of an image that was taken out of the text; no file can write it by itself. */
export const TAKEN_IMAGE = 'data-taken'

/** Their content is text to a browser, and no part of a page. */
const SKIPPED = /^(script|style|iframe|noembed|noframes|noscript)$/i
/** Their content is text to a browser, whatever tags it seems to hold, and may be part of a page. */
const TEXT = /^(title|textarea|xmp|plaintext)$/i
/** Their content is elements. */
const UNSEEN = /^(svg|math|video|audio|template|object|applet|canvas|select)$/i
const VOID = /^(link|meta|embed|base|frame|input)$/i

function inertTag(slash: string, name: string, attributes: string, takeImage?: TakeImage): string {
  if (/^input$/i.test(name) && /\btype\s*=\s*["']?checkbox/i.test(attributes)) return `<input${renamed(attributes)}>`
  if (VOID.test(name)) return ''
  if (/^img$/i.test(name)) return slash ? '' : imagePlace(attributes, takeImage)
  if (UNSEEN.test(name)) return `<${slash}object>`
  return slash ? `</${name}>` : `<${name}${renamed(attributes)}>`
}

function imagePlace(attributes: string, takeImage?: TakeImage): string {
  let taken = ''
  const rest = attributes.replace(ATTRIBUTE, (attribute: string, name: string, value: string | undefined) => {
    const address = value?.replace(/^\s*=\s*["']?/, '').replace(/["']$/, '') ?? ''
    const number = taken === '' && /^src$/i.test(name) ? takeImage?.(address) : undefined
    if (number === undefined) return attribute
    taken = ` ${TAKEN_IMAGE}="${number}"`
    return ''
  })
  return `<${IMAGE_PLACE}${renamed(rest)}${taken}></${IMAGE_PLACE}>`
}

/** An attribute as a browser reads it: a name, and a value where one follows. */
const ATTRIBUTE = /([^\s/>][^\s/>=]*)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?/g

const renamed = (attributes: string): string =>
  attributes.replace(/\/$/, '').replace(ATTRIBUTE, (attribute: string, name: string) => {
    const harmless = /^style$/i.test(name) ? 'data-style' : /^(on|data-taken$)/i.test(name) ? 'data-was' : name
    return `${harmless}${attribute.slice(name.length)}`
  })

/** Behind the `>` of a tag; one in quotes is none. A tag that does not end takes the rest, as it does in a browser. */
function endOfTag(html: string, from: number): number {
  const piece = /[^>"']*(?:>|(["']))/y
  for (let at = from; ; ) {
    piece.lastIndex = at
    const [, quote] = piece.exec(html) ?? []
    if (piece.lastIndex === 0) return html.length + 1
    if (quote === undefined) return piece.lastIndex
    const close = html.indexOf(quote, piece.lastIndex)
    if (close < 0) return html.length + 1
    at = close + 1
  }
}

function endOfComment(html: string, start: number): number {
  const mark = html.startsWith('<!--', start) ? '-->' : '>'
  const end = html.indexOf(mark, start + (mark === '>' ? 1 : 2))
  return end < 0 ? html.length : end + mark.length
}

/** Its content as text that stays text, also where the element is parsed within another. */
function textElement(name: string, content: string): string {
  const kept = /^title$/i.test(name) ? 'title' : 'pre'
  return `<${kept}>${content.replaceAll('<', '&lt;')}</${kept}>`
}

/** Behind the closing tag of what is no elements. */
function endOfElement(html: string, name: string, from: number): number {
  const start = startOfClosing(html, name, from)
  return start < html.length ? endOfTag(html, start + 2 + name.length) : html.length
}

function startOfClosing(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}[\\s/>]`, 'gi')
  closing.lastIndex = from
  return closing.exec(html)?.index ?? html.length
}
