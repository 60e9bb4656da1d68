import { childOf, childrenOf, elementsIn, textIn, wordValue, type XmlElement } from '#lib/convert/xml-tree'

/** What the parts of a Word file beside its text say. */
export interface DocxFacts {
  styleOf(id: string | undefined): ParagraphStyle
  /** `undefined` where no marker stands before the paragraph. */
  listOf(numbering: Numbering): { readonly ordered: boolean; readonly start: number } | undefined
  /** The address of a link to somewhere outside. */
  addressOf(relation: string | undefined): string | undefined
  /** The path of another part of the file, such as a picture. */
  partOf(relation: string | undefined): string | undefined
  footnoteText(id: string | undefined): string
}

export interface Numbering {
  readonly id: string
  readonly level: number
}

export interface ParagraphStyle {
  readonly kind: 'text' | 'title' | 'quote' | 'callout' | 'code' | 'caption'
  /** 1–9, 0 for none. */
  readonly heading: number
  readonly numbering: Partial<Numbering>
}

export interface DocxParts {
  readonly styles: XmlElement | undefined
  readonly numbering: XmlElement | undefined
  readonly relations: XmlElement | undefined
  readonly footnotes: XmlElement | undefined
}

const PLAIN: ParagraphStyle = { kind: 'text', heading: 0, numbering: {} }
/** Styles build upon each other; a circle ends here. */
const MAX_BASES = 20

export function readDocxFacts({ styles, numbering, relations, footnotes }: DocxParts): DocxFacts {
  const styleById = new Map(
    childrenOf(styles, 'w:style').map((style) => [style.attributes.get('w:styleId') ?? '', style]),
  )
  const known = new Map<string, ParagraphStyle>()
  const abstractById = new Map(
    childrenOf(numbering, 'w:abstractNum').map((one) => [one.attributes.get('w:abstractNumId') ?? '', one]),
  )
  const listById = new Map(childrenOf(numbering, 'w:num').map((one) => [one.attributes.get('w:numId') ?? '', one]))
  const addressById = new Map(
    childrenOf(relations, 'Relationship').map(({ attributes }) => [
      attributes.get('Id'),
      attributes.get('TargetMode') === 'External' ? attributes.get('Target') : undefined,
    ]),
  )
  const partById = new Map(
    childrenOf(relations, 'Relationship').map(({ attributes }) => [
      attributes.get('Id'),
      attributes.get('TargetMode') === 'External' ? undefined : attributes.get('Target'),
    ]),
  )
  const footnoteById = new Map(childrenOf(footnotes, 'w:footnote').map((note) => [note.attributes.get('w:id'), note]))

  function styleOf(id: string | undefined): ParagraphStyle {
    if (id === undefined) return PLAIN
    const found = known.get(id) ?? readStyle(id)
    known.set(id, found)
    return found
  }

  function readStyle(id: string): ParagraphStyle {
    let style = styleById.get(id)
    let found: ParagraphStyle = { ...PLAIN, ...kindOfName(id) }
    for (let bases = 0; style && bases < MAX_BASES; bases++) {
      const properties = childOf(style, 'w:pPr')
      const own = kindOfName(wordValue(style, 'w:name') ?? '')
      const outline = Number(wordValue(properties, 'w:outlineLvl') ?? 9)
      found = {
        kind: found.kind === 'text' ? (own.kind ?? 'text') : found.kind,
        heading: found.heading || own.heading || (outline >= 0 && outline < 9 ? outline + 1 : 0),
        numbering: { ...numberingOf(properties), ...found.numbering },
      }
      style = styleById.get(wordValue(style, 'w:basedOn') ?? '')
    }
    return found
  }

  return {
    styleOf,
    listOf({ id, level }) {
      const list = listById.get(id)
      const override = childrenOf(list, 'w:lvlOverride').find((one) => one.attributes.get('w:ilvl') === String(level))
      const levels = childrenOf(abstractById.get(wordValue(list, 'w:abstractNumId') ?? ''), 'w:lvl')
      const own = childOf(override, 'w:lvl') ?? levels.find((one) => one.attributes.get('w:ilvl') === String(level))
      const format = wordValue(own, 'w:numFmt')
      if (!own || format === 'none') return undefined
      const start = Number(wordValue(override, 'w:startOverride') ?? wordValue(own, 'w:start') ?? 1)
      return { ordered: format !== 'bullet', start: Number.isSafeInteger(start) && start >= 0 ? start : 1 }
    },
    addressOf: (relation) => addressById.get(relation),
    partOf(relation) {
      const target = partById.get(relation)
      return target?.startsWith('/') ? target.slice(1) : target && `word/${target}`
    },
    footnoteText(id) {
      const note = footnoteById.get(id)
      return note ? elementsIn(note, 'w:t').map(textIn).join('').trim() : ''
    },
  }
}

/** Only what a paragraph says itself. */
export function numberingOf(properties: XmlElement | undefined): Partial<Numbering> {
  const numbering = childOf(properties, 'w:numPr')
  const id = wordValue(numbering, 'w:numId')
  const level = wordValue(numbering, 'w:ilvl')
  return {
    ...(id === undefined ? {} : { id }),
    ...(level !== undefined && /^[0-8]$/.test(level) ? { level: Number(level) } : {}),
  }
}

function kindOfName(name: string): Partial<ParagraphStyle> {
  const heading = /^heading ?([1-9])$/i.exec(name)?.[1]
  if (heading) return { heading: Number(heading) }
  if (/^title$/i.test(name)) return { kind: 'title' }
  if (/quot(e|ation)/i.test(name)) return { kind: 'quote' }
  if (/^callout$/i.test(name)) return { kind: 'callout' }
  if (/^caption$/i.test(name)) return { kind: 'caption' }
  return /^(source ?)?code|preformatted/i.test(name) ? { kind: 'code' } : {}
}
