import * as Y from 'yjs'
import type { Removal } from '#lib/editor/removal'

/** What this client put into something that others removed without having seen it: read while it can still be read. */

/** What stands in a line at one place: letters, or one node that is none, made anew. */
export interface Run {
  /** How much of what the other person saw of the line stands before it. */
  readonly offset: number
  readonly insert: string | Y.XmlElement
  readonly attributes: Readonly<Record<string, unknown>>
}

/** One place in a line, as {@link plainOf} tells it. */
export const NO_LETTER = '\ufffc'

export interface UnseenLine {
  readonly line: Y.XmlElement
  /** What the other person saw of it, a letter for each place. */
  readonly seen: string
  readonly runs: readonly Run[]
}

export function readLine(line: Y.XmlElement, removal: Removal): UnseenLine {
  const runs: Run[] = []
  let seen = ''
  /** Where the letters begin that the other person saw and that had gone from here before, right before `seen` ends. */
  let gone = 0
  const see = (letter: string, id: Y.ID) => {
    seen += letter
    if (removal.wentNow(id)) gone = seen.length
  }
  for (const child of childrenOf(line)) {
    if (child instanceof Y.XmlText) {
      let attributes: Record<string, unknown> = {}
      for (let item = child._start; item; item = item.right) {
        const { content, id } = item
        if (content instanceof Y.ContentFormat && removal.wentNow(id))
          attributes = { ...attributes, [content.key]: content.value }
        if (!(content instanceof Y.ContentString)) continue
        for (const [at, letter] of content.str.split('').entries()) {
          const letterId = Y.createID(id.client, id.clock + at)
          if (removal.wasSeen(letterId)) see(letter, letterId)
          else if (removal.wentUnseen(letterId)) addLetter(runs, letter, seen.length, attributes)
        }
      }
    } else if (removal.wasSeen(idOf(child))) see(NO_LETTER, idOf(child))
    else if (removal.wentUnseen(idOf(child)))
      runs.push({ offset: seen.length, insert: remake(child, removal), attributes: {} })
  }
  return { line, seen, runs: withoutCopies(runs, seen, gone) }
}

function addLetter(runs: Run[], letter: string, offset: number, attributes: Run['attributes']): void {
  const last = runs.at(-1)
  if (last && typeof last.insert === 'string' && last.offset === offset && last.attributes === attributes)
    runs[runs.length - 1] = { ...last, insert: last.insert + letter }
  else runs.push({ offset, insert: letter, attributes })
}

/**
 * Where a node was put among letters, those behind it went and came anew (y-prosemirror has no other way): these are none that
 * the other person had not seen, and what was put in stands before them.
 */
function withoutCopies(runs: readonly Run[], seen: string, gone: number): readonly Run[] {
  const copy = seen.slice(gone)
  const first = runs.findIndex(({ offset, insert }) => offset === seen.length && typeof insert !== 'string')
  if (first < 0 || copy === '') return runs
  const behind = runs.slice(first)
  const letters = behind.map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('')
  const copyAt = letters.indexOf(copy)
  if (copyAt < 0) return runs
  const placed = runs.slice(0, first)
  /** How many of `letters` were passed. */
  let passed = 0
  const offset = () => gone + Math.min(Math.max(0, passed - copyAt), copy.length)
  for (const { insert, attributes } of behind) {
    if (typeof insert !== 'string') {
      placed.push({ offset: offset(), insert, attributes })
      continue
    }
    for (const letter of insert.split('')) {
      const isCopied = passed >= copyAt && passed < copyAt + copy.length
      if (!isCopied) addLetter(placed, letter, offset(), attributes)
      passed++
    }
  }
  return placed
}

/** This client's element and what it put inside, once more, to be put somewhere. */
export function remake(element: Y.XmlElement, removal: Removal): Y.XmlElement {
  const made = new Y.XmlElement(element.nodeName)
  for (const [name, item] of element._map) {
    if (removal.wentNow(item.lastId)) made.setAttribute(name, item.content.getContent()[item.length - 1])
  }
  const { runs } = readLine(element, removal)
  const content = contentOf(runs)
  const hasText = childrenOf(element).some((child) => child instanceof Y.XmlText)
  made.insert(0, content.length === 0 && hasText ? [new Y.XmlText()] : content)
  return made
}

/** Runs as the children of an element. */
export function contentOf(runs: readonly Run[]): (Y.XmlText | Y.XmlElement)[] {
  const children: (Y.XmlText | Y.XmlElement)[] = []
  let letters: { insert: string; attributes: Run['attributes'] }[] = []
  const close = () => {
    if (letters.length === 0) return
    const text = new Y.XmlText()
    text.applyDelta(letters)
    children.push(text)
    letters = []
  }
  for (const { insert, attributes } of runs) {
    if (typeof insert === 'string') letters.push({ insert, attributes })
    else {
      close()
      children.push(insert)
    }
  }
  close()
  return children
}

/** Also those that went. */
function childrenOf(element: Y.XmlElement): readonly (Y.XmlText | Y.XmlElement)[] {
  const children: (Y.XmlText | Y.XmlElement)[] = []
  for (let item = element._start; item; item = item.right) {
    const type = item.content instanceof Y.ContentType ? item.content.type : undefined
    if (type instanceof Y.XmlText || type instanceof Y.XmlElement) children.push(type)
  }
  return children
}

const idOf = (type: Y.XmlText | Y.XmlElement): Y.ID => (type._item as Y.Item).id
