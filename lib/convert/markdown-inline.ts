import { Fragment, type Mark, type Node } from 'prosemirror-model'
import { dateValue } from '#lib/schema/date-node'
import { type Mention, mentionFrom, mentionName, mentionText } from '#lib/schema/mention-node'

/**
 * Writes a line of styled text as Markdown. There are two ways: with Markdown's own signs, pretty, but misread in some
 * places (a sign beside a letter, two styles that meet); and with tags and every sign escaped, always read back exactly.
 * The caller reads the pretty one back and takes the other if that differs.
 */

type Writing = 'signs' | 'tags'

/** Outermost first, where two styles cover the same text. Code is always innermost. */
const NESTING = ['link', 'bold', 'italic', 'strike', 'underline', 'highlight', 'math', 'code']

const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  bold: ['**', '**'],
  italic: ['*', '*'],
  strike: ['~~', '~~'],
  underline: ['<u>', '</u>'],
  highlight: ['<mark>', '</mark>'],
  math: ['<math>', '</math>'],
}

const TAGS: Readonly<Record<string, readonly [string, string]>> = {
  bold: ['<b>', '</b>'],
  italic: ['<i>', '</i>'],
  strike: ['<s>', '</s>'],
  underline: ['<u>', '</u>'],
  highlight: ['<mark>', '</mark>'],
  math: ['<math>', '</math>'],
  code: ['<code>', '</code>'],
}

/** `breaks` says how a hard break is written: a heading has one line only. */
export function writeInline(content: Fragment, writing: Writing, breaks: 'lines' | 'tags'): string {
  let text = ''
  let active: Mark[] = []
  const close = (keep: number) => {
    for (const mark of active.splice(keep).reverse()) text += closing(mark, writing)
  }
  content.forEach((node, _offset, index) => {
    const wanted = node.isText ? node.marks : bridging(content, index)
    let keep = 0
    while (keep < active.length && active[keep]?.isInSet(wanted)) keep++
    if (isPlainAddress(content, index) && writing === 'signs') {
      close(0)
      text += `<${node.text}>`
      return
    }
    close(keep)
    const literal =
      writing === 'signs'
        ? (wanted.find((mark) => mark.type.name === 'code') ?? wanted.find((mark) => mark.type.name === 'math'))
        : undefined
    for (const mark of byExtent(content, index, wanted)) {
      if (mark === literal || mark.isInSet(active)) continue
      text += opening(mark, writing)
      active = [...active, mark]
    }
    if (node.type.name === 'mention') text += writeMention(node)
    else if (node.type.name === 'date') text += `<time>${dateValue(node.attrs.value) ?? ''}</time>`
    else if (!node.isText) text += writing === 'signs' && breaks === 'lines' ? '\\\n' : '<br>'
    else if (literal?.type.name === 'math') text += `$${node.text}$`
    else if (literal) text += codeSpan(node.text ?? '')
    else if (writing === 'signs') text += escapeSigns(node.text ?? '', text === '' || text.endsWith('\n'))
    else text += escapeAll(node.text ?? '', index === 0, index === content.childCount - 1)
  })
  close(0)
  return text
}

/**
 * The content as Markdown can say it: styles other than underline and code do not begin or end on a space, breaks carry no
 * style of their own.
 */
export function sayable(content: Fragment): Fragment {
  const pieces: Node[] = []
  content.forEach((node) => {
    if (!node.isText) pieces.push(node.mark([]))
    else
      for (const part of (node.text ?? '').match(/\s+|\S+/g) ?? []) pieces.push(node.type.schema.text(part, node.marks))
  })
  for (const name of ['bold', 'italic', 'strike']) {
    trimStyle(pieces, name)
    pieces.reverse()
    trimStyle(pieces, name)
    pieces.reverse()
  }
  return Fragment.from(pieces)
}

/** Takes the style off spaces and breaks that follow text without it. */
function trimStyle(pieces: Node[], name: string): void {
  let inside = false
  pieces.forEach((piece, index) => {
    const mark = piece.marks.find((one) => one.type.name === name)
    if (piece.isText && /\S/.test(piece.text ?? '')) inside = mark !== undefined
    else if (mark && !inside) pieces[index] = piece.mark(mark.removeFromSet(piece.marks))
  })
}

/** Styles that go on across a break or a mention, which is a link itself. */
function bridging(content: Fragment, index: number): readonly Mark[] {
  const before = content.maybeChild(index - 1)
  const after = content.maybeChild(index + 1)
  const ends = content.child(index).type.name === 'mention' ? ['code', 'math', 'link'] : ['code', 'math']
  return before && after
    ? before.marks.filter((mark) => !ends.includes(mark.type.name) && mark.isInSet(after.marks))
    : []
}

/** A link to an address that {@link mentionAt} reads. */
function writeMention({ attrs }: Node): string {
  const mention = mentionFrom(attrs)
  if (!mention) return escapeAll(mentionName(attrs.name), true, true)
  const words = mentionText(mention)
  const isTame = /^@?[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*$/u.test(words)
  return `[${isTame ? words : escapeAll(words, true, true)}](#/${mention.kind}/${mention.id})`
}

/** The mention that a link to this address with these words is; `undefined` for any other link. */
export function mentionAt(href: string, words: string): Mention | undefined {
  const [, kind, id] = /^#\/(page|person)\/([\w-]+)$/.exec(href) ?? []
  return mentionFrom({ kind, id, name: kind === 'person' ? words.replace(/^@/, '') : words })
}

/** The style that lasts longest is opened first. */
function byExtent(content: Fragment, index: number, marks: readonly Mark[]): Mark[] {
  const extent = (mark: Mark): number => {
    let end = index
    while (end < content.childCount && mark.isInSet(content.child(end).marks)) end++
    return mark.type.name === 'code' || mark.type.name === 'math' ? 0 : end
  }
  const rank = (mark: Mark) => NESTING.indexOf(mark.type.name)
  return [...marks].sort((a, b) => extent(b) - extent(a) || rank(a) - rank(b))
}

function opening(mark: Mark, writing: Writing): string {
  if (mark.type.name === 'link') return '['
  return (writing === 'signs' ? SIGNS : TAGS)[mark.type.name]?.[0] ?? ''
}

function closing(mark: Mark, writing: Writing): string {
  if (mark.type.name !== 'link') return (writing === 'signs' ? SIGNS : TAGS)[mark.type.name]?.[1] ?? ''
  const href = String(mark.attrs.href)
  if (writing === 'signs' && /^[\w\-.~:/?#@!$+,;=%]+$/.test(href)) return `](${href})`
  return `](<${href.replace(/[\\<>&]/g, '\\$&')}>)`
}

/** A link whose text is its own address, with no other style. */
function isPlainAddress(content: Fragment, index: number): boolean {
  const { text, marks } = content.child(index)
  const [link] = marks
  if (marks.length !== 1 || link?.type.name !== 'link' || link.attrs.href !== text) return false
  const alone = (other: Node | null) => !other || !link.isInSet(other.marks)
  return /^https?:/.test(text ?? '') && alone(content.maybeChild(index - 1)) && alone(content.maybeChild(index + 1))
}

function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const spaced = /^`|`$|^ .*[^ ].* $/.test(text)
  return spaced ? `${fence} ${text} ${fence}` : fence + text + fence
}

/** Escapes what is likely to be read as a sign. */
function escapeSigns(text: string, atLineStart: boolean): string {
  const escaped = text
    .replace(/[\\`*[\]]|<(?=[a-z/!?])|&(?=#?\w+;)|~(?=~)|(?<=~)~|\$(?=\S.*\$)/gi, '\\$&')
    .replace(/_/g, (sign, at: number) => (isLetter(text[at - 1]) && isLetter(text[at + 1]) ? sign : `\\${sign}`))
  if (!atLineStart) return escaped
  return escaped
    .replace(/^(#{1,6}(?:\s|$)|[-+](?:\s|$)|>|-{3,}|={1,}\s*$)/, '\\$1')
    .replace(/^(\d{1,9})([.)](?:\s|$))/, '$1\\$2')
}

const isLetter = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter)

/** Escapes every sign there is; spaces that a reader would trim become numbers. */
function escapeAll(text: string, isFirst: boolean, isLast: boolean): string {
  const number = (letters: string) => [...letters].map((letter) => `&#${letter.codePointAt(0)};`).join('')
  let inner = text
  let [before, after] = ['', '']
  if (isFirst) {
    inner = inner.trimStart()
    before = number(text.slice(0, text.length - inner.length))
  }
  if (isLast) {
    const trimmed = inner.trimEnd()
    after = number(inner.slice(trimmed.length))
    inner = trimmed
  }
  return before + inner.replace(/[!-/:-@[-`{-~]/g, '\\$&').replace(/[\n\t]/g, number) + after
}
