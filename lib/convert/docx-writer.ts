import { strToU8, type Zippable, zipSync } from 'fflate'
import type { Mark, Node } from 'prosemirror-model'
import {
  BULLETS,
  contentTypes,
  documentRelations,
  INDENT,
  MAX_LIST_LEVEL,
  numberingPart,
  RELATION,
  ROOT_RELATIONS,
  STYLES,
  WORD,
  XML_HEAD,
} from '#lib/convert/docx-parts'
import { DRAWING_NAMESPACES, pictureXml, type WordPicture } from '#lib/convert/docx-picture'
import { tableXml } from '#lib/convert/docx-table'
import { headingLevel } from '#lib/schema/block-nodes'
import { listKind, listOrder } from '#lib/schema/list-node'
import { safeHref } from '#lib/schema/safe-href'

/** How the paragraphs of a place are written. */
interface DocxPlace {
  readonly style?: 'Quote' | 'Callout'
  /** Lists around it. */
  readonly depth: number
  /** How wide it is, in twentieths of a point. */
  readonly room: number
  /** XML of further properties of a paragraph. */
  readonly paragraph?: string
}

/** The width of the text on a page, in twentieths of a point. */
const TEXT_WIDTH = 9026

/**
 * A page as a Word file: headings, lists, tables and styles as Word's own, so that its outline and its numbers work. A picture
 * that does not come along stays as its words.
 */
export function docToDocx(
  doc: Node,
  { title, pictures = [] }: { readonly title: string; readonly pictures?: readonly WordPicture[] },
): Uint8Array<ArrayBuffer> {
  const pictureByFile = new Map(
    pictures.map((picture, at) => [picture.file, { ...picture, relation: `picture${at + 1}` }]),
  )
  let drawings = 0
  const links = new Map<string, string>()
  const starts: number[] = []
  const body = [
    title ? paragraphXml('Title', '', runXml(title)) : '',
    blocksXml(doc, { depth: 0, room: TEXT_WIDTH }),
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>',
  ].join('')
  const carried = [...pictureByFile.values()].map((picture) => ({
    ...picture,
    part: `media/${picture.relation}.${picture.ending}`,
  }))
  const relations = documentRelations(
    [...links].map(([address, id]) => [id, escapeXml(address)] as const),
    carried.map(({ relation, part }) => [relation, part] as const),
  )
  const parts: Zippable = {
    '[Content_Types].xml': strToU8(contentTypes(new Set(carried.map(({ ending }) => ending)))),
    '_rels/.rels': strToU8(ROOT_RELATIONS),
    'word/document.xml': strToU8(
      `${XML_HEAD}<w:document xmlns:w="${WORD}" xmlns:r="${RELATION}" ${DRAWING_NAMESPACES}><w:body>${body}</w:body></w:document>`,
    ),
    'word/_rels/document.xml.rels': strToU8(relations),
    'word/styles.xml': strToU8(STYLES),
    'word/numbering.xml': strToU8(numberingPart(starts)),
  }
  for (const { part, bytes } of carried) parts[`word/${part}`] = [bytes, { level: 0 }]
  return new Uint8Array(zipSync(parts))

  function blocksXml(parent: Node, place: DocxPlace): string {
    let counted: number | undefined
    return parent.content.content
      .map((block) => {
        const isCounted = block.type.name === 'list' && listKind(block.attrs.kind) === 'ordered'
        if (isCounted && counted === undefined) counted = starts.push(listOrder(block.attrs.order) ?? 1) + BULLETS
        if (!isCounted) counted = undefined
        return block.type.name === 'list' ? itemXml(block, place, counted ?? BULLETS) : blockXml(block, place)
      })
      .join('')
  }

  /** `number` and `lead` are the properties and the first run of an item's paragraph. */
  function blockXml(block: Node, place: DocxPlace, number = '', lead = ''): string {
    const inside = `${number || (place.depth > 0 ? indented(place.depth) : '')}${place.paragraph ?? ''}`
    switch (block.type.name) {
      case 'heading':
        return paragraphXml(`Heading${headingLevel(block.attrs.level)}`, inside, lead + inlineXml(block))
      case 'code_block':
        return paragraphXml('Code', inside, lead + runXml(block.textContent, '<w:noProof/>'))
      case 'horizontal_rule':
        return paragraphXml(
          undefined,
          '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="999999"/></w:pBdr>',
          '',
        )
      case 'blockquote':
        return blocksXml(block, { ...place, style: 'Quote' })
      case 'callout':
        return blocksXml(block, { ...place, style: 'Callout' })
      case 'table':
        return tableXml(block, place.room, (cell, inner) => blocksXml(cell, { depth: 0, ...inner }))
      case 'image':
        return imageXml(block, place, inside, lead)
      case 'file':
        return paragraphXml(undefined, inside, runXml(`[${block.attrs.name}]`))
      default:
        if (!block.isTextblock)
          return block.isLeaf ? paragraphXml(undefined, inside, runXml(textOf(block))) : blocksXml(block, place)
        return paragraphXml(place.style ?? (number ? 'ListParagraph' : undefined), inside, lead + inlineXml(block))
    }
  }

  function imageXml(image: Node, place: DocxPlace, inside: string, lead: string): string {
    const { file, name, alt, width } = image.attrs
    const picture = pictureByFile.get(file)
    const drawn =
      picture &&
      pictureXml({
        number: drawings + 1,
        ...{ relation: picture.relation, pixels: picture.pixels, width },
        room: Math.max(place.room - INDENT * place.depth, INDENT),
        name: escapeXml(String(name)) || `Picture ${drawings + 1}`,
        alt: escapeXml(String(alt)),
      })
    if (drawn) drawings++
    const caption = image.firstChild && inlineXml(image.firstChild)
    const shown = paragraphXml(
      undefined,
      `${caption && drawn ? '<w:keepNext/>' : ''}${inside}`,
      lead + (drawn || runXml(`[${alt || name}]`)),
    )
    const around = `${place.depth > 0 ? indented(place.depth) : ''}${place.paragraph ?? ''}`
    return caption ? shown + paragraphXml('Caption', around, caption) : shown
  }

  function itemXml(item: Node, place: DocxPlace, list: number): string {
    const level = Math.min(place.depth, MAX_LIST_LEVEL)
    const kind = listKind(item.attrs.kind)
    const box = kind === 'task' ? runXml(item.attrs.checked === true ? '☑ ' : '☐ ') : ''
    const number = box
      ? indented(place.depth + 1)
      : `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`
    const { firstChild: first } = item
    const inner = { ...place, depth: place.depth + 1 }
    const isAtItsMarker = first?.isTextblock || first?.type.name === 'image'
    if (!first || !isAtItsMarker) return paragraphXml('ListParagraph', number, box) + blocksXml(item, inner)
    return (
      blockXml(first, first.isTextblock ? place : inner, number, box) +
      blocksXml(item.copy(item.content.cut(first.nodeSize)), inner)
    )
  }

  function inlineXml(block: Node): string {
    return block.content.content
      .map((node) => {
        const properties = node.marks.map(markXml).join('')
        const link = node.marks.find(({ type }) => type.name === 'link')
        const href = safeHref(link?.attrs.href)
        const text = runXml(textOf(node), properties)
        return href && !href.startsWith('#') ? `<w:hyperlink r:id="${linkId(href)}">${text}</w:hyperlink>` : text
      })
      .join('')
  }

  function linkId(href: string): string {
    const id = links.get(href) ?? `link${links.size + 1}`
    links.set(href, id)
    return id
  }
}

const indented = (depth: number) => `<w:ind w:left="${INDENT * depth}"/>`

const textOf = (node: Node): string => node.text ?? node.type.spec.leafText?.(node) ?? ''

function markXml({ type, attrs }: Mark): string {
  switch (type.name) {
    case 'bold':
      return '<w:b/>'
    case 'italic':
      return '<w:i/>'
    case 'underline':
      return '<w:u w:val="single"/>'
    case 'strike':
      return '<w:strike/>'
    case 'highlight':
      return '<w:highlight w:val="yellow"/>'
    case 'code':
      return '<w:rStyle w:val="CodeText"/>'
    case 'link':
      return safeHref(attrs.href)?.startsWith('#') === false ? '<w:rStyle w:val="Hyperlink"/>' : ''
    default:
      return ''
  }
}

/** The order in which the format wants them; each once. */
const RUN_ORDER = ['rStyle', 'b', 'i', 'strike', 'noProof', 'highlight', 'u']

function runXml(text: string, properties = ''): string {
  if (text === '') return ''
  const all = properties.match(/<w:(\w+)[^>]*\/>/g) ?? []
  const sorted = RUN_ORDER.flatMap(
    (name) => all.find((one) => one.startsWith(`<w:${name}`) && !/\w/.test(one[name.length + 3] ?? '')) ?? [],
  )
  const pieces = text.split(/([\n\t])/).map((piece) => {
    if (piece === '\n') return '<w:br/>'
    if (piece === '\t') return '<w:tab/>'
    return piece && `<w:t xml:space="preserve">${escapeXml(piece)}</w:t>`
  })
  return `<w:r>${sorted.length > 0 ? `<w:rPr>${sorted.join('')}</w:rPr>` : ''}${pieces.join('')}</w:r>`
}

const PARAGRAPH_ORDER = ['keepNext', 'numPr', 'pBdr', 'bidi', 'ind', 'jc']

function paragraphXml(style: string | undefined, properties: string, runs: string): string {
  const isRightToLeft = /^[^\p{L}<]*[\u0590-\u08ff]/u.test(runs.replace(/<[^>]*>/g, '').slice(0, 200))
  const all = properties + (isRightToLeft ? '<w:bidi/>' : '')
  const sorted = PARAGRAPH_ORDER.flatMap(
    (name) => new RegExp(`<w:${name}(?: [^>]*)?(?:/>|>.*?</w:${name}>)`).exec(all)?.[0] ?? [],
  )
  return `<w:p><w:pPr>${style ? `<w:pStyle w:val="${style}"/>` : ''}${sorted.join('')}</w:pPr>${runs}</w:p>`
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML knows no control characters and no half of a letter. */
const escapeXml = (text: string): string =>
  text.replace(/[\p{Cs}\ufffe\uffff]|(?![\t\n\r])\p{Cc}/gu, '').replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign)
