import type { MathPart } from '#lib/editor/math-reader'

/**
 * Draws a formula as MathML: only elements, attributes and styles of this list, which run nothing, lead nowhere and stay in
 * their place. Styles go through the CSS object model (strict CSP), and nothing is parsed as markup (Trusted Types).
 */

const MATHML = 'http://www.w3.org/1998/Math/MathML'

const TAGS: ReadonlySet<string> = new Set(
  (
    'math mrow mi mn mo mtext ms mspace msup msub msubsup munder mover munderover mmultiscripts mprescripts mfrac msqrt ' +
    'mroot mtable mtr mtd mstyle mpadded mphantom menclose'
  ).split(' '),
)

const ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'display displaystyle scriptlevel mathvariant fence form stretchy symmetric separator largeop movablelimits accent ' +
    'accentunder lspace rspace width height depth voffset minsize maxsize linethickness notation columnalign rowspacing ' +
    'columnspacing columnspan'
  ).split(' '),
)

const STYLES: ReadonlySet<string> = new Set(
  (
    'color backgroundColor padding paddingLeft paddingRight paddingTop paddingBottom border borderTop borderBottom ' +
    'borderLeft borderRight width fontWeight fontStyle textAlign mathDepth'
  ).split(' '),
)

/** Lengths, colours and words: no address, no function of CSS. */
const PLAIN = /^[\w\s.,%#+-]{1,64}$/

export function drawMath(part: MathPart): Node {
  if (typeof part === 'string') return document.createTextNode(part)
  const element = document.createElementNS(MATHML, TAGS.has(part.tag) ? part.tag : 'mrow') as MathMLElement
  for (const [name, value] of Object.entries(part.attributes))
    if (ATTRIBUTES.has(name) && PLAIN.test(value)) element.setAttribute(name, value)
  // reason: a browser whose MathML has no styles shows it without
  for (const [name, value] of safeStyles(part.styles)) element.style?.setProperty(name, value)
  element.append(...part.parts.map(drawMath))
  return element
}

/** Those styles that a formula may have, by their names in a style sheet. */
export const safeStyles = (styles: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(styles).flatMap(([name, value]) =>
    STYLES.has(name) && PLAIN.test(value) ? [[withHyphens(name), value] as const] : [],
  )

const withHyphens = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
