import temml from 'temml'

/** An element of MathML, or characters. Anything in it may come from somebody's hostile formula: draw-math.ts chooses. */
export type MathPart =
  | string
  | {
      readonly tag: string
      readonly attributes: Readonly<Record<string, string>>
      /** By the names of the CSS object model. */
      readonly styles: Readonly<Record<string, string>>
      readonly parts: readonly MathPart[]
    }

/** Reads a formula in TeX; `undefined` for one that is none, or is too much. */
export type ReadMath = (tex: string, isBlock: boolean) => MathPart | undefined

/** A longer formula is not drawn. */
const MAX_LENGTH = 4000
/** Elements within each other; those of a formula that anybody reads are far fewer. */
const MAX_DEPTH = 200
/** Commands of a formula's own that are put in for one another. */
const MAX_EXPANSIONS = 200
/** Ems across and down of what a formula says the size of. */
const MAX_SIZE: [number, number] = [20, 10]

/** What temml makes of a formula before it becomes elements. */
interface MathNode {
  readonly type?: string
  readonly text?: string
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly style?: Readonly<Record<string, unknown>>
  readonly children?: readonly MathNode[]
}

/** Large: to be fetched when the first formula is on screen. */
export const readMath: ReadMath = (tex, isBlock) => {
  if (tex.length > MAX_LENGTH) return undefined
  const settings = {
    displayMode: isBlock,
    throwOnError: true,
    strict: false,
    trust: false,
    maxExpand: MAX_EXPANSIONS,
    maxSize: MAX_SIZE,
  }
  try {
    return partOf(temml.__renderToMathMLTree(tex, settings) as MathNode, 0)
  } catch {
    return undefined // reason: temml throws on what is no formula, and on one nested too deep
  }
}

function partOf({ type, text, attributes = {}, style = {}, children = [] }: MathNode, depth: number): MathPart {
  if (depth > MAX_DEPTH) throw new Error('nested too deep')
  if (text !== undefined) return text
  const parts = children.map((child) => partOf(child, depth + 1))
  return { tag: type ?? 'mrow', attributes: wordsOf(attributes), styles: wordsOf(style), parts }
}

const wordsOf = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])))
