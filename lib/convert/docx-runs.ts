import { Mark, type Node } from 'prosemirror-model'
import type { DocxFacts } from '#lib/convert/docx-facts'
import type { PictureAttributes } from '#lib/convert/enclosed-files'
import type { Losses } from '#lib/convert/losses'
import { childOf, childrenOf, elementsIn, textIn, wordValue, type XmlElement } from '#lib/convert/xml-tree'
import { safeHref } from '#lib/schema/safe-href'
import { schema } from '#lib/schema/schema'

/** What stands in the paragraphs of a Word file, pictures as blocks among it; what no page holds is told of. */
export interface RunReader {
  read(paragraph: XmlElement): readonly Node[]
}

/** Elements that only stand around runs. */
const AROUND = new Set([
  'w:smartTag',
  'w:sdt',
  'w:sdtContent',
  'w:customXml',
  'w:fldSimple',
  'w:bdo',
  'w:dir',
  'w:moveTo',
  'w:ins',
])

/** `pictureOf` takes the picture in a part of the file, where there is one; `width` in English Metric Units, 0 where the file does not say. */
export function createRunReader(
  facts: DocxFacts,
  losses: Losses,
  pictureOf: (part: string, alt: string, width: number) => PictureAttributes | undefined,
): RunReader {
  /** Fields that are open, innermost last; `href` once the field is a link. */
  let fields: { instruction: string; href: string | undefined; shown: boolean }[] = []

  function read(parent: XmlElement, href?: string): Node[] {
    return childrenOf(parent).flatMap((child) => {
      if (child.name === 'w:r') return readRun(child, href)
      if (child.name === 'w:ins' || child.name === 'w:del' || child.name === 'w:moveTo') losses.note('revision')
      if (child.name === 'w:hyperlink') return read(child, facts.addressOf(child.attributes.get('r:id')) ?? href)
      if (child.name === 'm:oMath' || child.name === 'm:oMathPara') return readFormula(child)
      return AROUND.has(child.name) ? read(child, href) : []
    })
  }

  function readFormula(formula: XmlElement): Node[] {
    losses.note('formula')
    const text = elementsIn(formula, 'm:t').map(textIn).join('')
    return text ? [schema.text(text)] : []
  }

  function readRun(run: XmlElement, href: string | undefined): Node[] {
    const properties = childOf(run, 'w:rPr')
    if (isOn(properties, 'w:vanish')) return []
    const marks = marksOf(properties, fields.findLast((field) => field.href)?.href ?? href)
    const text = (words: string): Node[] => (words ? [schema.text(words, marks)] : [])
    return childrenOf(run).flatMap((child): Node[] => {
      if (child.name === 'w:fldChar') return turnField(child)
      const field = fields.at(-1)
      if (child.name === 'w:instrText') {
        if (field && field.instruction.length < 5000) field.instruction += textIn(child)
        return []
      }
      if (field && !field.shown) return []
      switch (child.name) {
        case 'w:t':
          return text(textIn(child))
        case 'w:tab':
          return text('\t')
        case 'w:noBreakHyphen':
          return text('\u2011')
        case 'w:br':
        case 'w:cr':
          return child.attributes.get('w:type') === 'page' ? [] : [schema.node('hard_break')]
        case 'w:footnoteReference':
          losses.note('footnote')
          return text(` [${facts.footnoteText(child.attributes.get('w:id'))}]`)
        case 'w:commentReference':
          losses.note('comment')
          return []
        case 'w:drawing':
        case 'w:pict':
        case 'w:object':
        case 'mc:AlternateContent':
          return readDrawing(child)
        default:
          return []
      }
    })
  }

  function turnField({ attributes }: XmlElement): Node[] {
    const type = attributes.get('w:fldCharType')
    if (type === 'begin' && fields.length < 50) fields.push({ instruction: '', href: undefined, shown: false })
    const field = fields.at(-1)
    if (type === 'separate' && field) {
      field.shown = true
      field.href = /^\s*HYPERLINK\s+"([^"]+)"/i.exec(field.instruction)?.[1]
    }
    if (type === 'end') fields.pop()
    return []
  }

  function readDrawing(drawing: XmlElement): Node[] {
    const [named] = elementsIn(drawing, 'wp:docPr')
    const alt = named?.attributes.get('descr') ?? ''
    const width = Number(elementsIn(drawing, 'wp:extent')[0]?.attributes.get('cx')) || 0
    const shown = [
      ...elementsIn(drawing, 'a:blip').map(({ attributes }) => attributes.get('r:embed')),
      ...elementsIn(drawing, 'v:imagedata').map(({ attributes }) => attributes.get('r:id')),
    ]
    const parts = new Set(shown.map((relation) => facts.partOf(relation)).filter((part) => part !== undefined))
    const pictures = [...parts].map((part) => pictureOf(part, alt, width)).filter((found) => found !== undefined)
    if (pictures.length === 0) losses.note(shown.length > 0 ? 'image' : 'drawing', alt || named?.attributes.get('name'))
    return pictures.map((attributes) => schema.node('image', { ...attributes }, [schema.node('image_caption')]))
  }

  return {
    read(paragraph) {
      fields = fields.filter((field) => field.shown)
      return read(paragraph)
    },
  }
}

/** A property that stands there without a value is on. */
function isOn(properties: XmlElement | undefined, name: string): boolean {
  const property = childOf(properties, name)
  return property !== undefined && !/^(0|false|off|none)$/.test(property.attributes.get('w:val') ?? '')
}

const FIXED_WIDTH = /consolas|courier|menlo|monaco|\bmono\b/i

function marksOf(properties: XmlElement | undefined, href: string | undefined): readonly Mark[] {
  const { marks } = schema
  const font = childOf(properties, 'w:rFonts')?.attributes.get('w:ascii') ?? ''
  const isLink = href !== undefined && safeHref(href) !== undefined && !href.startsWith('#')
  const isCode = FIXED_WIDTH.test(font) || /code|verbatim|source ?text/i.test(wordValue(properties, 'w:rStyle') ?? '')
  const found = [
    isLink ? marks.link.create({ href }) : undefined,
    isOn(properties, 'w:b') ? marks.bold.create() : undefined,
    isOn(properties, 'w:i') ? marks.italic.create() : undefined,
    isOn(properties, 'w:u') && !isLink ? marks.underline.create() : undefined,
    isOn(properties, 'w:strike') || isOn(properties, 'w:dstrike') ? marks.strike.create() : undefined,
    isOn(properties, 'w:highlight') ? marks.highlight.create() : undefined,
    isCode ? marks.code.create() : undefined,
  ]
  return Mark.setFrom(found.filter((mark) => mark !== undefined))
}
