import type { Node } from 'prosemirror-model'

/** A formula of its own is a block of code in this language: its text merges like any other. */
export const FORMULA_LANGUAGE = 'math'

/** Whether this block is a formula in TeX. */
export const isFormulaBlock = ({ type, attrs }: Node): boolean =>
  type.name === 'code_block' && attrs.language === FORMULA_LANGUAGE
