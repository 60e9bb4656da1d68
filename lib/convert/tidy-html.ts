import { IMAGE_PLACE } from '#lib/convert/inert-html'
import { linkImages } from '#lib/convert/linked-images'
import { nestWordLists } from '#lib/convert/word-lists'

type Root = Element | DocumentFragment

/**
 * Turns what other programs write into plain elements that say what they mean: lists in their items, tasks with boxes,
 * toggles, callouts, code. Its input comes from anybody and stands in a document that runs and loads nothing, made of
 * inertHtml.
 */
export function tidyHtml(root: Root): void {
  nestWordLists(root)
  nameWordParagraphs(root)
  nestLists(root)
  boxTasks(root)
  foldToggles(root)
  nameCallouts(root)
  nameCode(root)
  dropSpacers(root)
  unwrapLayout(root)
  alignCells(root)
  straightenLinks(root)
  linkImages(root)
}

const styleOf = (element: Element): string => element.getAttribute('data-style') ?? ''

function made(beside: Element, name: string, attributes: Readonly<Record<string, string>> = {}): Element {
  const element = beside.ownerDocument.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

/** Puts another element in the place of `element`, around the same content. */
function rename(element: Element, name: string, attributes: Readonly<Record<string, string>> = {}): Element {
  const other = made(element, name, attributes)
  other.append(...element.childNodes)
  element.replaceWith(other)
  return other
}

/** Word's own names of paragraphs, and the empty ones that it keeps apart by a space that does not break. */
function nameWordParagraphs(root: Root): void {
  for (const title of root.querySelectorAll('p.MsoTitle')) rename(title, 'h1')
  for (const quote of root.querySelectorAll('p.MsoQuote, p.MsoIntenseQuote')) {
    const box = made(quote, 'blockquote')
    quote.replaceWith(box)
    box.append(quote)
  }
  for (const paragraph of root.querySelectorAll('p.MsoNormal')) {
    if (paragraph.textContent?.trim() === '' && !paragraph.querySelector(`br, ${IMAGE_PLACE}`)) paragraph.remove()
  }
}

const BLOCK = /^(P|H[1-6]|UL|OL|TABLE|DIV|PRE|BLOCKQUOTE)$/

/** A break beside a block only keeps it apart from the next. */
function dropSpacers(root: Root): void {
  for (const spacer of root.querySelectorAll('br')) {
    const [before, after] = [neighbour(spacer, 'previousSibling'), neighbour(spacer, 'nextSibling')]
    const isBetween = [before, after].every((node) => node === null || BLOCK.test(node.nodeName))
    if ((isBetween && (before || after)) || spacer.className === 'Apple-interchange-newline') spacer.remove()
  }
}

/** Past space that only parts tags. */
function neighbour(node: Node, side: 'previousSibling' | 'nextSibling'): Node | null {
  let next = node[side]
  while (next instanceof Text && next.data.trim() === '') next = next[side]
  return next
}

/** A list that stands beside its item, as word processors write it, goes into the item. */
function nestLists(root: Root): void {
  for (const list of root.querySelectorAll(':is(ul, ol) > :is(ul, ol)')) {
    if (list.previousElementSibling?.tagName === 'LI') list.previousElementSibling.append(list)
  }
}

/** What begins with such an element begins with something of its own. */
const OWN_START = /^(UL|OL|TABLE|BLOCKQUOTE|PRE|CODE|A)$/

/** Takes what matches off the first letters of `element`. */
function takeFromStart(element: Element, start: RegExp): RegExpExecArray | null {
  let first: Node | undefined = element
  while (first && !(first instanceof Text)) {
    first = [...first.childNodes].find((node) => !(node instanceof Text) || node.data.trim() !== '')
    if (first && OWN_START.test(first.nodeName)) return null
  }
  const found = first && start.exec(first.data)
  if (first && found) first.data = first.data.slice(found[0].length)
  return found ?? null
}

/** Notion and Google Docs draw their boxes; what Notion copies has them as Markdown. */
function boxTasks(root: Root): void {
  const box = (item: Element, isDone: boolean) =>
    item.prepend(made(item, 'input', { type: 'checkbox', ...(isDone ? { checked: '' } : {}) }))
  for (const drawn of root.querySelectorAll('li > .checkbox')) {
    const { parentElement: item } = drawn
    if (item) box(item, drawn.classList.contains('checkbox-on'))
    drawn.remove()
  }
  for (const item of root.querySelectorAll('li[role="checkbox"]')) {
    box(item, item.getAttribute('aria-checked') === 'true')
  }
  for (const item of root.querySelectorAll('ul > li:not([role="checkbox"])')) {
    const said = takeFromStart(item, /^\s*\[([ xX])\]\s+/)
    if (said) box(item, said[1] !== ' ')
  }
}

function foldToggles(root: Root): void {
  for (const details of [...root.querySelectorAll('details')].reverse()) {
    const summary = details.querySelector(':scope > summary')
    const toggle = rename(details, 'div', { 'data-list-kind': 'toggle' })
    if (summary) rename(summary, 'p')
    const item = toggle.parentElement
    const list = item?.parentElement
    if (item?.tagName === 'LI' && list?.classList.contains('toggle') && item.children.length === 1) {
      list.before(toggle)
      item.remove()
      if (list.children.length === 0) list.remove()
    }
  }
}

/** A picture among letters, drawn as one: not a sign such as ©. */
const PICTURE = /^\s*(?:(?=\p{Extended_Pictographic})\p{Emoji_Presentation}\ufe0f?|\p{Extended_Pictographic}\ufe0f)\s*/u

/** Notion's callouts, also as it copies them, and GitHub's alerts. */
function nameCallouts(root: Root): void {
  for (const aside of root.querySelectorAll('aside')) {
    if (takeFromStart(aside, PICTURE)) rename(aside, 'div', { 'data-callout': 'note' })
  }
  for (const callout of root.querySelectorAll('figure.callout')) {
    callout.querySelector('.icon')?.remove()
    rename(callout, 'div', { 'data-callout': 'note' })
  }
  for (const alert of root.querySelectorAll('div.markdown-alert')) {
    alert.querySelector('.markdown-alert-title')?.remove()
    const tone = /markdown-alert-(tip|warning|caution)/.exec(alert.className)?.[1]
    rename(alert, 'div', { 'data-callout': tone === 'caution' ? 'warning' : (tone ?? 'note') })
  }
}

/** Code says its language in a class; an editor of code copies lines in a box of fixed width. */
function nameCode(root: Root): void {
  for (const code of root.querySelectorAll('pre > code, div[class*="highlight-source-"] > pre')) {
    const named = code.tagName === 'CODE' ? code : code.parentElement
    const language = /(?:language|lang|highlight-source)-([\w+#.-]{1,32})/.exec(named?.className ?? '')?.[1]
    const block = code.closest('pre')
    if (language && !block?.hasAttribute('data-language')) block?.setAttribute('data-language', language.toLowerCase())
  }
  for (const block of root.querySelectorAll('pre')) {
    let last = block.lastChild
    while (last?.lastChild) last = last.lastChild
    if (last instanceof Text && last.data.endsWith('\n')) last.data = last.data.slice(0, -1)
  }
  for (const box of root.querySelectorAll('div[data-style]')) {
    const isCode = /white-space:\s*pre\b/i.test(styleOf(box)) && /monospace/i.test(styleOf(box))
    if (!isCode || box.querySelector('pre, table, p, ul, ol')) continue
    const block = made(box, 'pre')
    block.textContent = linesOf(box).join('\n')
    box.replaceWith(block)
  }
}

/** The lines of boxes in a box. */
function linesOf(box: Element): string[] {
  if (![...box.children].some((child) => child.tagName === 'DIV')) return (box.textContent ?? '').split('\n')
  return [...box.children].flatMap((child) =>
    child.tagName === 'DIV' ? linesOf(child) : child.tagName === 'BR' ? [''] : (child.textContent ?? '').split('\n'),
  )
}

/** A table of one column, or one around other tables, only lays something out: what is in it comes in without it. */
function unwrapLayout(root: Root): void {
  for (const table of root.querySelectorAll('table')) {
    const rows = [...table.querySelectorAll('tr')]
    if (!table.querySelector('table') && rows.some((row) => row.children.length > 1)) continue
    const cells = rows.filter((row) => row.closest('table') === table).flatMap((row) => [...row.children])
    const box = (cell: Element) => {
      const inside = made(cell, 'div')
      inside.append(...cell.childNodes)
      return inside
    }
    table.replaceWith(...cells.map(box))
  }
}

function alignCells(root: Root): void {
  for (const cell of root.querySelectorAll(':is(td, th)[data-style]')) {
    const side = /text-align:\s*(center|right)/i.exec(styleOf(cell))?.[1]
    if (side && !cell.hasAttribute('data-align')) cell.setAttribute('align', side.toLowerCase())
  }
}

/** Google Docs leads its links over a page of its own. */
function straightenLinks(root: Root): void {
  for (const link of root.querySelectorAll('a[href^="https://www.google.com/url?"]')) {
    const [, query = ''] = (link.getAttribute('href') ?? '').split('?', 2)
    const target = new URLSearchParams(query).get('q')
    if (target) link.setAttribute('href', target)
  }
}
