/**
 * Word's lists are paragraphs that only look like items: `mso-list:l0 level2 lfo1` in their style says of which list and
 * how deep, and their marker stands in the text, in a span of its own. They become lists in items.
 */
export function nestWordLists(root: Element | DocumentFragment): void {
  for (const paragraph of root.querySelectorAll('[data-style*="mso-list" i]')) {
    if (!placeOf(paragraph) || placeOf(paragraph.previousElementSibling)) continue
    nestRow(paragraph)
  }
  for (const marker of root.querySelectorAll('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]')) {
    marker.remove()
  }
}

interface Place {
  readonly list: string
  /** From 1. */
  readonly level: number
}

const MAX_LEVEL = 9

function placeOf(element: Element | null): Place | undefined {
  if (!element || !/^(P|H[1-6]|LI|DIV)$/.test(element.tagName)) return undefined
  const [, list = '', level] =
    /mso-list:\s*(l\d{1,4})\s+level(\d)/i.exec(element.getAttribute('data-style') ?? '') ?? []
  return level === undefined ? undefined : { list, level: Math.min(MAX_LEVEL, Math.max(1, Number(level))) }
}

/** `first` and the items that stand right behind it, of whichever lists. */
function nestRow(first: Element): void {
  /** The lists that the next item may stand in, outermost first. */
  const open: Element[] = []
  let list: string | undefined
  let next: Element | null = first
  while (next) {
    const paragraph: Element = next
    const place = placeOf(paragraph)
    if (!place) return
    next = paragraph.nextElementSibling
    const marker = takeMarker(paragraph)
    if (place.level === 1 && place.list !== list) open.length = 0
    list = place.list
    open.length = Math.min(open.length, place.level)
    const name = isNumber(marker) ? 'OL' : 'UL'
    if (open.length < place.level || open.at(-1)?.tagName !== name) {
      if (open.length === place.level) open.pop()
      const made = paragraph.ownerDocument.createElement(name)
      const parent = open.at(-1)?.lastElementChild
      if (parent) parent.append(made)
      else paragraph.before(made)
      open.push(made)
    }
    const item = paragraph.ownerDocument.createElement('li')
    const number = /^\d{1,4}/.exec(marker)?.[0]
    if (number && number !== '1' && open.at(-1)?.children.length === 0) item.setAttribute('value', number)
    open.at(-1)?.append(item)
    paragraph.removeAttribute('data-style')
    item.append(paragraph)
  }
}

function takeMarker(paragraph: Element): string {
  const marker = paragraph.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]')
  const text = marker?.textContent?.trim() ?? ''
  marker?.remove()
  return text
}

/** `1.`, `a)`, `iv.`; anything else is a dot of some shape. Word's hollow dot is the letter o. */
const isNumber = (marker: string): boolean => /^\(?(\d{1,4}|[a-z]{1,5})[.)]$/i.test(marker)
