/** The parts of a Word file (ECMA-376) that are the same for every page. */

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
export const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
export const RELATION = OFFICE

/** `pictures`: the endings of those that come along. */
export const contentTypes = (pictures: Iterable<string>): string =>
  `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${[...pictures].map((ending) => `<Default Extension="${ending}" ContentType="image/${ending}"/>`).join('')}<Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="${WORD_TYPE}.numbering+xml"/></Types>`

export const ROOT_RELATIONS = `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`

/** `links`: addresses by the id of their relation; `pictures`: their parts, seen from the text's. */
export function documentRelations(
  links: Iterable<readonly [id: string, escapedAddress: string]>,
  pictures: Iterable<readonly [id: string, part: string]>,
): string {
  const external = [...links].map(
    ([id, address]) =>
      `<Relationship Id="${id}" Type="${OFFICE}/hyperlink" Target="${address}" TargetMode="External"/>`,
  )
  const shown = [...pictures].map(([id, part]) => `<Relationship Id="${id}" Type="${OFFICE}/image" Target="${part}"/>`)
  return `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="styles" Type="${OFFICE}/styles" Target="styles.xml"/><Relationship Id="numbering" Type="${OFFICE}/numbering" Target="numbering.xml"/>${external.join('')}${shown.join('')}</Relationships>`
}

const style = (id: string, name: string, paragraph: string, run = '', base = 'Normal') =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:basedOn w:val="${base}"/><w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${run}</w:rPr></w:style>`
const heading = (level: number, size: number) =>
  style(
    `Heading${level}`,
    `heading ${level}`,
    `<w:keepNext/><w:spacing w:before="320" w:after="80"/><w:outlineLvl w:val="${level - 1}"/>`,
    `<w:b/><w:sz w:val="${size}"/>`,
  )
const font = (name: string) => `<w:rFonts w:ascii="${name}" w:hAnsi="${name}" w:cs="${name}"/>`

export const STYLES = `${XML_HEAD}<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr>${font('Georgia')}<w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>${style('Title', 'Title', '<w:spacing w:after="240"/>', '<w:b/><w:sz w:val="44"/>')}${heading(1, 34)}${heading(2, 30)}${heading(3, 26)}${heading(4, 24)}${style('Quote', 'Quote', '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="BBBBBB"/></w:pBdr><w:ind w:left="360"/>')}${style('Callout', 'Callout', '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="E0B84C"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="F7F2E6"/><w:ind w:left="360"/>')}${style('Code', 'Code', '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>', `${font('Consolas')}<w:noProof/><w:sz w:val="20"/>`)}${style('Caption', 'caption', '<w:spacing w:after="200"/>', '<w:i/><w:sz w:val="20"/>')}${style('ListParagraph', 'List Paragraph', '<w:contextualSpacing/>')}<w:style w:type="character" w:styleId="CodeText"><w:name w:val="Code Text"/><w:rPr>${font('Consolas')}<w:noProof/></w:rPr></w:style><w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="0B5394"/><w:u w:val="single"/></w:rPr></w:style></w:styles>`

/** Word knows nine levels of lists. */
export const MAX_LIST_LEVEL = 8
export const BULLETS = 1
/** How far a level of a list stands in, in twentieths of a point. */
export const INDENT = 360

/** `starts`: the first number of each counted list, whose id is its place there and {@link BULLETS} and one more. */
export function numberingPart(starts: readonly number[]): string {
  const level = (at: number, format: string, text: string) =>
    `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="${INDENT * (at + 1)}" w:hanging="${INDENT}"/></w:pPr></w:lvl>`
  const levels = (make: (at: number) => string) =>
    Array.from({ length: MAX_LIST_LEVEL + 1 }, (_, at) => make(at)).join('')
  const counted = starts.map((start, at) => {
    const overrides = levels(
      (lvl) => `<w:lvlOverride w:ilvl="${lvl}"><w:startOverride w:val="${start}"/></w:lvlOverride>`,
    )
    return `<w:num w:numId="${at + BULLETS + 1}"><w:abstractNumId w:val="1"/>${overrides}</w:num>`
  })
  return `${XML_HEAD}<w:numbering xmlns:w="${WORD}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>${levels((at) => level(at, 'bullet', ['•', '◦', '▪'][at % 3] ?? '•'))}</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>${levels((at) => level(at, 'decimal', `%${at + 1}.`))}</w:abstractNum><w:num w:numId="${BULLETS}"><w:abstractNumId w:val="0"/></w:num>${counted.join('')}</w:numbering>`
}
