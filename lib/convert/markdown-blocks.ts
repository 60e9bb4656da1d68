import { Fragment, type Node } from 'prosemirror-model'
import { sayable, writeInline } from '#lib/convert/markdown-inline'
import { tableLines } from '#lib/convert/markdown-table'
import { calloutTone, codeLanguage, headingLevel } from '#lib/schema/block-nodes'
import { isFormulaBlock } from '#lib/schema/formula'
import { listKind, listOrder } from '#lib/schema/list-node'

export interface BlockWriting {
  /** Reads a piece of Markdown as blocks. */
  readBack(markdown: string): Node
  /** Where a picture or another file is that comes along. */
  pathOf(file: unknown): string | undefined
}

/**
 * Writes blocks as Markdown lines. A line of text whose pretty form is not read back as the same text is written in its
 * exact form (see markdown-inline.ts).
 */
export function writeBlocks(parent: Node, writing: BlockWriting): string[] {
  const lines: string[] = []
  let previous: Node | undefined
  let number = 0
  parent.forEach((node, _offset, index) => {
    const counts = isOrdered(node)
    number = counts ? (isOrdered(previous) ? number + 1 : (listOrder(node.attrs.order) ?? 1)) : 0
    const own = linesOf(node, { number, item: index === 0 && parent.type.name === 'list' ? parent : undefined })
    if (own.length > 0 && lines.length > 0 && !isTight(parent, previous, node, own[0] ?? '')) lines.push('')
    for (const line of own) lines.push(line)
    if (own.length > 0) previous = node
  })
  return lines

  /** `item` is the list item that the node is the first block of. */
  function linesOf(node: Node, place: { number: number; item: Node | undefined }): string[] {
    switch (node.type.name) {
      case 'heading': {
        const sign = '#'.repeat(headingLevel(node.attrs.level))
        const text = textOf(node.content, (written) => `${sign} ${written}`, 'tags')
        return [text ? `${sign} ${text}` : sign]
      }
      case 'blockquote':
        return orBlank(writeBlocks(node, writing)).map(quoted)
      case 'callout': {
        const inside = orBlank(writeBlocks(node, writing))
        const lines = startsWithText(node) ? inside : ['', ...inside]
        return [`> [!${calloutTone(node.attrs.tone).toUpperCase()}]`, ...lines.map(quoted)]
      }
      case 'table':
        return tableLines(node, cellLine)
      case 'code_block':
        return isFormulaBlock(node) && isPlainFormula(node.textContent)
          ? ['$$', ...node.textContent.split('\n'), '$$']
          : fenced(node.textContent, codeLanguage(node.attrs.language))
      case 'contents':
        return ['[TOC]']
      case 'image':
        return captioned(node).split('\n')
      case 'file':
        return [fileLink(node)]
      case 'horizontal_rule':
        return [place.item ? '***' : '---']
      case 'list':
        return itemLines(node, place.number)
      default:
        return node.content.size > 0 ? textOf(node.content, inItem(place.item), 'lines').split('\n') : []
    }
  }

  function itemLines(item: Node, number: number): string[] {
    const kind = listKind(item.attrs.kind)
    const marker = kind === 'ordered' ? `${number}. ` : '- '
    const box = kind === 'task' ? (item.attrs.checked === true ? '[x] ' : '[ ] ') : ''
    const [first = '', ...rest] = orBlank(writeBlocks(item, writing))
    const indent = ' '.repeat(marker.length)
    if (box && !startsWithText(item) && first)
      return [`${marker}${box}`.trimEnd(), '', ...[first, ...rest].map(indented)]
    return [`${marker}${box}${first}`.trimEnd(), ...rest.map(indented)]

    function indented(line: string): string {
      return line && indent + line
    }
  }

  /** A caption is the rest of a picture's paragraph: other programs show it below, and it is read as a caption again. */
  function captioned(image: Node): string {
    const caption = image.firstChild?.content ?? Fragment.empty
    if (caption.size === 0) return fileLink(image)
    const { hard_break: lineBreak } = image.type.schema.nodes
    const below = [image.type.schema.text('x'), ...(lineBreak ? [lineBreak.create()] : [])]
    const written = textOf(Fragment.from(below).append(caption), (lines) => lines, 'lines')
    return fileLink(image) + written.slice(1)
  }

  function fileLink({ type, attrs }: Node): string {
    const target = linkTarget(writing.pathOf(attrs.file) ?? attrs.name)
    return type.name === 'image' ? `![${linkText(attrs.alt)}](${target})` : `[${linkText(attrs.name)}](${target})`
  }

  /** One line of a cell's table: text, or a picture or file that stands there. */
  function cellLine(content: Fragment | Node): string {
    return withoutBars(content instanceof Fragment ? textOf(content, asCell, 'tags') : fileLink(content))
  }

  function textOf(content: Fragment, asBlock: (written: string) => string, breaks: 'lines' | 'tags'): string {
    const wanted = sayable(content)
    const pretty = writeInline(wanted, 'signs', breaks)
    if (isPlain(wanted)) return pretty
    const read = onlyText(writing.readBack(asBlock(pretty)))
    return read && sayable(read.content).eq(wanted) ? pretty : writeInline(wanted, 'tags', 'tags')
  }
}

/** Pictures and files stand beside the text under their names: a page alone cannot take them along, an archive can. */
const linkTarget = (name: unknown): string => {
  // reason: two strokes at the beginning would lead to another host
  const steps = typeof name === 'string' ? name.split('/').filter((step) => step !== '') : []
  return steps.map(encodedStep).join('/') || 'file'
}

/** A bracket would end the link; half a sign has no bytes. */
const encodedStep = (step: string): string =>
  encodeURIComponent(step.replace(/\p{Cs}/gu, '\ufffd'))
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')
const linkText = (text: unknown): string =>
  typeof text === 'string' ? text.replace(/\s+/g, ' ').replace(/[\\[\]`*_<>&!]/g, '\\$&') : ''

/** A bar ends a cell, even in code. */
const withoutBars = (written: string): string => written.replace(/(?<!\\)((?:\\\\)*)\|/g, '$1\\|')
const asCell = (written: string): string => `| ${withoutBars(written)} |\n| --- |`

const quoted = (line: string): string => (line ? `> ${line}` : '>')

const startsWithText = ({ firstChild }: Node): boolean =>
  firstChild?.type.name === 'paragraph' && firstChild.content.size > 0

/** The box of a task changes how brackets behind it are read. */
const inItem = (item: Node | undefined) => (written: string) =>
  item?.attrs.kind === 'task' ? `- [ ] ${written.replaceAll('\n', '\n  ')}` : written

function onlyText(parent: Node): Node | undefined {
  let block: Node | null = parent
  while (block && !block.isTextblock) block = block.childCount === 1 ? block.firstChild : null
  return block ?? undefined
}

const isOrdered = (node: Node | undefined): boolean => node?.type.name === 'list' && node.attrs.kind === 'ordered'

/** Whether two blocks need no blank line between them: items of one list, and a short list right under its item's text. */
function isTight(parent: Node, previous: Node | undefined, node: Node, firstLine: string): boolean {
  if (!previous || node.type.name !== 'list') return false
  if (previous.type.name === 'list')
    return isOrdered(previous) === isOrdered(node) && isShort(previous) && isShort(node)
  return parent.type.name === 'list' && previous.type.name === 'paragraph' && /^(-|1\.) \S/.test(firstLine)
}

/** Text, or text and a list, and nothing else. */
const isShort = (item: Node): boolean =>
  item.firstChild?.isTextblock === true && !item.firstChild.type.spec.code && everyChildFrom(item, 1, 'list')

function everyChildFrom(parent: Node, start: number, name: string): boolean {
  for (let index = start; index < parent.childCount; index++) if (parent.child(index).type.name !== name) return false
  return true
}

/** Words and commas, which no reader of Markdown takes for anything else. */
const isPlain = (content: Fragment): boolean =>
  content.childCount === 1 &&
  content.firstChild?.marks.length === 0 &&
  /^\p{L}(?:[\p{L}\p{N},;’“”…–—-]| (?! )){0,2000}(?<! )$/u.test(content.firstChild.text ?? '')

/** Whether two dollars around it are read back: no line of it ends the formula, or is lost. */
const isPlainFormula = (tex: string): boolean => tex !== '' && !tex.includes('$$')

const orBlank = (lines: string[]): string[] => (lines.length > 0 ? lines : [''])

function fenced(text: string, language: string): string[] {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [fence + language, ...(text ? text.split('\n') : []), fence]
}
