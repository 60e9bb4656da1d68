import { type Attrs, Fragment, type Node } from 'prosemirror-model'
import { err, ok, type Result } from '#lib/base/result'
import { type DocxFacts, type Numbering, numberingOf, readDocxFacts } from '#lib/convert/docx-facts'
import { createRunReader, type RunReader } from '#lib/convert/docx-runs'
import { createFileShelf, pictureAttributes } from '#lib/convert/enclosed-files'
import type { Losses } from '#lib/convert/losses'
import { depthOf, MAX_DEPTH } from '#lib/convert/page-depth'
import { type TitledPage, titledPage } from '#lib/convert/titled-page'
import { childOf, childrenOf, elementsIn, parseXml, wordValue, type XmlElement } from '#lib/convert/xml-tree'
import { fullBudget, readZip, type ZipFile } from '#lib/convert/zip-files'
import { FULL_WIDTH, pictureWidth } from '#lib/schema/file-nodes'
import { schema } from '#lib/schema/schema'
import { MAX_SPAN } from '#lib/schema/table-nodes'

export type DocxError =
  | { readonly type: 'damaged' }
  | { readonly type: 'too-deep' }
  | { readonly type: 'too-large'; readonly limitMegabytes: number }

/** The largest text part that is read, in megabytes of XML: some thousand pages. */
const LIMIT_MEGABYTES = 32

/** Reads a Word file of anybody (ECMA-376) as a page; `shelf` takes its pictures. Long work where the text is long. */
export function docxToDoc(
  bytes: Uint8Array,
  losses: Losses,
  shelf = createFileShelf(0),
): Result<TitledPage, DocxError> {
  const files = readZip(bytes, fullBudget())
  if (!files.ok) return err({ type: 'damaged' })
  const named = (pattern: RegExp): ZipFile | undefined => files.value.find(({ path }) => pattern.test(path))
  const text = named(/^word\/document\d*\.xml$/)
  if (text && text.size > LIMIT_MEGABYTES * 1_048_576)
    return err({ type: 'too-large', limitMegabytes: LIMIT_MEGABYTES })
  const body = childOf(treeOf(text), 'w:body')
  if (!body) return err({ type: 'damaged' })
  const facts = readDocxFacts({
    styles: treeOf(named(/^word\/styles\.xml$/)),
    numbering: treeOf(named(/^word\/numbering\.xml$/)),
    relations: treeOf(named(/^word\/_rels\/document\d*\.xml\.rels$/)),
    footnotes: treeOf(named(/^word\/footnotes\.xml$/)),
  })
  const pictures = new Map<string, number>()
  const textWidth = textWidthOf(body)
  const fileByPath = new Map(files.value.map((file) => [file.path, file]))
  const runs = createRunReader(facts, losses, (part, alt, width) => {
    const file = fileByPath.get(part)
    const picture = pictures.get(part) ?? (file && shelf.add(part, file.size, file.bytes))
    if (picture === undefined) return undefined
    pictures.set(part, picture)
    const share = pictureWidth(Math.round((width * 100) / textWidth))
    return {
      ...pictureAttributes(picture, part, alt),
      ...(share === undefined || share === FULL_WIDTH ? {} : { width: share }),
    }
  })
  const doc = schema.node('doc', null, createBlockReader(facts, runs).read(body))
  return depthOf(doc) > MAX_DEPTH ? err({ type: 'too-deep' }) : ok(titledPage(doc))
}

/** English Metric Units, in which drawings are measured, in a twentieth of a point. */
const UNITS = 635
/** Of a page that does not say how wide it is. */
const A4 = { page: 11_906, edge: 1440 }

/** How wide the text is, in English Metric Units. */
function textWidthOf(body: XmlElement): number {
  const section = childrenOf(body, 'w:sectPr').at(-1)
  const [size, margins] = [childOf(section, 'w:pgSz')?.attributes, childOf(section, 'w:pgMar')?.attributes]
  const page = Number(size?.get('w:w')) || A4.page
  const edges = ['w:left', 'w:right'].map((side) => Number(margins?.get(side) ?? A4.edge) || 0)
  return (
    Math.max(
      1,
      edges.reduce((left, edge) => left - edge, page),
    ) * UNITS
  )
}

/** `undefined` for a part that is missing, too large or damaged. */
function treeOf(file: ZipFile | undefined): XmlElement | undefined {
  if (!file || file.size > LIMIT_MEGABYTES * 1_048_576) return undefined
  const bytes = file.bytes()
  return bytes && parseXml(new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes))
}

/** A block of text, and what it stands in. */
interface Piece {
  readonly node: Node
  readonly item?: { readonly level: number; readonly attrs: Attrs }
  readonly around?: 'blockquote' | 'callout' | undefined
  /** Belongs to a picture that stands right above. */
  readonly isCaption?: boolean
  /** Stand below the text of an item. */
  readonly pictures?: readonly Node[]
}

function createBlockReader(facts: DocxFacts, runs: RunReader) {
  /** The number of each list's last item. */
  const counted = new Map<string, number>()
  /** Something else came since the last item: the next one of a counted list says its number. */
  let isApart = false

  /** At least one block. */
  function read(parent: XmlElement): Node[] {
    const blocks = gathered(piecesOf(parent))
    return blocks.length > 0 ? blocks : [schema.node('paragraph')]
  }

  function piecesOf(parent: XmlElement): Piece[] {
    return childrenOf(parent).flatMap((child): Piece[] => {
      if (child.name === 'w:p') return readParagraph(child)
      if (child.name === 'w:tbl') {
        const node = readTable(child)
        isApart = true
        return [{ node }]
      }
      return /^w:(sdt|sdtContent|customXml|ins|moveTo)$/.test(child.name) ? piecesOf(child) : []
    })
  }

  /** Word keeps blocks apart by empty paragraphs: none of them comes along. */
  function readParagraph(paragraph: XmlElement): Piece[] {
    const found = runs.read(paragraph)
    const pictures = found.filter(({ isInline }) => !isInline)
    const content = found.filter(({ isInline }) => isInline)
    const text = readText(paragraph, content)
    const [only] = text
    isApart ||= only !== undefined && !only.item
    if (only?.item && pictures.length > 0) return [{ ...only, pictures }]
    const isFirst = found[0]?.isInline === false
    const shown = pictures.map((node) => ({ node }))
    return isFirst ? [...shown, ...text] : [...text, ...shown]
  }

  function readText(paragraph: XmlElement, content: readonly Node[]): Piece[] {
    const properties = childOf(paragraph, 'w:pPr')
    const style = facts.styleOf(wordValue(properties, 'w:pStyle'))
    const numbering = { level: 0, ...style.numbering, ...numberingOf(properties) }
    const own = Number(wordValue(properties, 'w:outlineLvl') ?? 9)
    const level = style.heading || (own >= 0 && own < 9 ? own + 1 : 0)
    if (style.kind === 'title' || level > 0) {
      const size = style.kind === 'title' ? 1 : Math.min(level, 4)
      return content.length > 0 ? [{ node: schema.node('heading', { level: size }, content) }] : []
    }
    const hasLine = childOf(childOf(properties, 'w:pBdr'), 'w:bottom') !== undefined
    if (content.length === 0 && hasLine) return [{ node: schema.node('horizontal_rule') }]
    if (style.kind === 'code') return [{ node: codeOf(content) }]
    const list = numbering.id === undefined ? undefined : facts.listOf(numbering as Numbering)
    const boxed = takeBox(content)
    const node = schema.node('paragraph', null, boxed?.content ?? content)
    if (boxed) return [{ node, item: { level: numbering.level, attrs: { kind: 'task', checked: boxed.checked } } }]
    if (list) return [{ node, item: { level: numbering.level, attrs: itemAttrs(list, numbering as Numbering) } }]
    if (content.length === 0) return []
    if (style.kind === 'caption') return [{ node, isCaption: true }]
    return [{ node, around: style.kind === 'quote' ? 'blockquote' : style.kind === 'callout' ? 'callout' : undefined }]
  }

  function itemAttrs({ ordered, start }: { ordered: boolean; start: number }, { id, level }: Numbering): Attrs {
    const key = `${id}/${level}`
    const last = counted.get(key)
    const number = last === undefined ? start : last + 1
    const isSaid = last === undefined || isApart
    counted.set(key, number)
    isApart = false
    for (let deeper = level + 1; deeper < 9; deeper++) counted.delete(`${id}/${deeper}`)
    return ordered ? { kind: 'ordered', order: isSaid ? number : null } : { kind: 'bullet' }
  }

  function readTable(table: XmlElement): Node {
    /** Cells that go on below, by place. */
    const above = new Map<number, { node: Node; row: number; index: number }>()
    const rows: Node[][] = []
    for (const row of childrenOf(table).flatMap(rowsOf)) {
      const isHeader = childOf(childOf(row, 'w:trPr'), 'w:tblHeader') !== undefined
      const cells: Node[] = []
      let place = 0
      for (const cell of childrenOf(row).flatMap(cellsOf)) {
        const properties = childOf(cell, 'w:tcPr')
        const colspan = Math.min(MAX_SPAN, Math.max(1, Number(wordValue(properties, 'w:gridSpan') ?? 1) || 1))
        const merge = childOf(properties, 'w:vMerge')
        const upper = merge && merge.attributes.get('w:val') !== 'restart' ? above.get(place) : undefined
        if (upper) {
          const { node } = upper
          const grown = node.type.create({ ...node.attrs, rowspan: Number(node.attrs.rowspan) + 1 }, node.content)
          const standing = rows[upper.row]
          if (standing) standing[upper.index] = grown
          above.set(place, { ...upper, node: grown })
        } else {
          const align = elementsIn(cell, 'w:jc')[0]?.attributes.get('w:val')
          const attrs = {
            colspan,
            header: isHeader || null,
            align: align === 'center' || align === 'right' ? align : null,
          }
          const node = schema.node('table_cell', attrs, read(cell))
          if (merge) above.set(place, { node, row: rows.length, index: cells.length })
          else above.delete(place)
          cells.push(node)
        }
        place += colspan
      }
      rows.push(cells)
    }
    const made = rows.map((cells) => schema.node('table_row', null, cells))
    return schema.node('table', null, made.length > 0 ? made : [schema.node('table_row')])
  }

  return { read }
}

const rowsOf = (child: XmlElement): XmlElement[] => within(child, 'w:tr')
const cellsOf = (child: XmlElement): XmlElement[] => within(child, 'w:tc')

/** The element itself, or what a control around it holds. */
const within = (child: XmlElement, name: string): XmlElement[] =>
  child.name === name
    ? [child]
    : child.name === 'w:sdt'
      ? childrenOf(childOf(child, 'w:sdtContent')).flatMap((inner) => within(inner, name))
      : []

/** A box that stands in the text is that of a task. */
function takeBox(content: readonly Node[]): { checked: boolean; content: Node[] } | undefined {
  const [first, ...rest] = content
  const [whole, sign] = /^([☐☑☒])[\s\u00a0]*/.exec(first?.text ?? '') ?? []
  if (!first || whole === undefined) return undefined
  const words = (first.text ?? '').slice(whole.length)
  return { checked: sign !== '☐', content: [...(words ? [schema.text(words, first.marks)] : []), ...rest] }
}

function codeOf(content: readonly Node[]): Node {
  const text = content.map((node) => (node.isText ? node.text : '\n')).join('')
  return schema.node('code_block', null, text ? [schema.text(text)] : [])
}

const isUncaptioned = (block: Node | undefined): boolean => block?.type.name === 'image' && block.textContent === ''

/** Puts items into lists, and neighbours that are one quote or one piece of code together. */
function gathered(pieces: readonly Piece[]): Node[] {
  const blocks: Node[] = []
  for (let at = 0; at < pieces.length; ) {
    const piece = pieces[at]
    let end = at + 1
    if (piece?.item) {
      while (pieces[end]?.item) end++
      blocks.push(...itemsOf(pieces.slice(at, end), 0))
    } else if (piece?.around) {
      while (pieces[end]?.around === piece.around) end++
      blocks.push(
        schema.node(
          piece.around,
          null,
          pieces.slice(at, end).map(({ node }) => node),
        ),
      )
    } else if (piece?.node.type.name === 'code_block') {
      while (pieces[end]?.node.type.name === 'code_block') end++
      const text = pieces
        .slice(at, end)
        .map(({ node }) => node.textContent)
        .join('\n')
      blocks.push(schema.node('code_block', null, text ? [schema.text(text)] : []))
    } else if (piece?.isCaption && isUncaptioned(blocks.at(-1))) {
      const picture = blocks.pop()
      blocks.push(schema.node('image', picture?.attrs, [schema.node('image_caption', null, piece.node.content)]))
    } else if (piece) blocks.push(piece.node)
    at = end
  }
  return blocks
}

/** `row` stands on `level` or deeper: what is deeper goes into the item before it. */
function itemsOf(row: readonly Piece[], level: number): Node[] {
  const items: Node[] = []
  for (let at = 0; at < row.length; ) {
    const piece = row[at]
    let end = at + 1
    while ((row[end]?.item?.level ?? 0) > Math.max(level, piece?.item?.level ?? 0)) end++
    if (piece) {
      const inner = itemsOf(row.slice(at + 1, end), Math.max(level, piece.item?.level ?? 0) + 1)
      items.push(
        schema.node('list', piece.item?.attrs, Fragment.from([piece.node, ...(piece.pictures ?? []), ...inner])),
      )
    }
    at = end
  }
  return items
}
