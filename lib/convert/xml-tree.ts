/** One element of an XML text, with its prefix as it stands there. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly (XmlElement | string)[]
}

const MAX_DEPTH = 400
const MAX_ELEMENTS = 2_000_000

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * The root element of an XML text of anybody, or `undefined` for one that is damaged, nested too deep or too large. It
 * knows what programs write into their own files: no document types, so that no entity can grow or fetch anything.
 */
export function parseXml(text: string): XmlElement | undefined {
  const root: { children: (XmlElement | string)[] } = { children: [] }
  const open: { name: string; children: (XmlElement | string)[] }[] = []
  let elements = 0
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    const start = text.indexOf('<', at)
    const inside = open.at(-1)
    if (start !== at && inside) inside.children.push(unescaped(text.slice(at, start < 0 ? undefined : start)))
    if (start < 0) break
    const skipped = endOfSkipped(text, start)
    if (skipped === -1) return undefined
    if (skipped !== undefined) {
      if (text.startsWith('<![CDATA[', start)) inside?.children.push(text.slice(start + 9, skipped - 3))
      at = skipped
      continue
    }
    const tag = /<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/y
    tag.lastIndex = start
    const [whole, slash, name = '', rest = ''] = tag.exec(text) ?? []
    if (whole === undefined || ++elements > MAX_ELEMENTS) return undefined
    at = start + whole.length
    if (slash) {
      if (open.pop()?.name !== name) return undefined
      continue
    }
    const element = { name, attributes: attributesOf(rest), children: [] }
    const parent = inside ?? root
    parent.children.push(element)
    if (rest.endsWith('/')) continue
    open.push(element)
    if (open.length > MAX_DEPTH) return undefined
  }
  const [first] = root.children
  return open.length === 0 && typeof first === 'object' ? first : undefined
}

/** Behind a comment, an instruction or character data; -1 for what may not be there. */
function endOfSkipped(text: string, start: number): number | undefined {
  if (!/[!?]/.test(text[start + 1] ?? '')) return undefined
  const [, mark] =
    (
      [
        ['<!--', '-->'],
        ['<?', '?>'],
        ['<![CDATA[', ']]>'],
      ] as const
    ).find(([sign]) => text.startsWith(sign, start)) ?? []
  const end = mark === undefined ? -1 : text.indexOf(mark, start)
  return mark === undefined || end < 0 ? -1 : end + mark.length
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  if (!text.includes('=')) return NO_ATTRIBUTES
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single] of text.matchAll(/([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes.set(name, unescaped(double ?? single ?? ''))
  }
  return attributes
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map()

function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,5}));/gi,
    (whole, decimal, hex, name: string | undefined) => {
      if (name !== undefined) return ENTITIES[name] ?? whole
      const code = Number.parseInt(decimal ?? hex, decimal ? 10 : 16)
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
    },
  )
}

/** The first child of that name. */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child): child is XmlElement => typeof child === 'object' && child.name === name)

export const childrenOf = (element: XmlElement | undefined, name?: string): readonly XmlElement[] =>
  element?.children.filter(
    (child): child is XmlElement => typeof child === 'object' && (name === undefined || child.name === name),
  ) ?? []

/** Every element of that name at any depth, in order. */
export function elementsIn(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return childrenOf(element).flatMap((child) => [...(child.name === name ? [child] : []), ...elementsIn(child, name)])
}

/** `w:val` of the child of that name. */
export const wordValue = (element: XmlElement | undefined, name: string): string | undefined =>
  childOf(element, name)?.attributes.get('w:val')

/** All text below an element. */
export const textIn = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('')
