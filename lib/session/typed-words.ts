/** Words of the list of BIP39 while they are typed: what the one at the caret may become, and which is none of them. */
import { indexOfWord, wordsThatBegin } from '#lib/crypto/word-list'

/** A finished word that is not in the list, with its place from 1. */
export interface UnknownWord {
  readonly word: string
  readonly place: number
}

export interface TypedWords {
  /** For the word that ends at the caret, if it is not whole: at most `MOST`. */
  readonly suggestions: readonly string[]
  readonly unknown: UnknownWord | undefined
}

const MOST = 5
const FEWEST_LETTERS = 2

/** Text in any case with anything between the words; `caret` counts UTF-16 code units from its beginning. */
export function readTypedWords(text: string, caret: number): TypedWords {
  const typed = typedAt(text, caret)
  const like = typed.length < FEWEST_LETTERS ? [] : wordsThatBegin(typed.toLowerCase(), MOST)
  const suggestions = like.length === 1 && like[0] === typed.toLowerCase() ? [] : like
  return { suggestions, unknown: firstUnknown(text, typed === '' ? undefined : caret) }
}

/** The text with `word` and a space in place of the letters before the caret, and the caret after them. */
export function completeWord(
  text: string,
  caret: number,
  word: string,
): { readonly text: string; readonly caret: number } {
  const start = caret - typedAt(text, caret).length
  const rest = text.slice(caret).replace(/^ /, '')
  return { text: `${text.slice(0, start)}${word} ${rest}`, caret: start + word.length + 1 }
}

/** The letters that end at the caret, unless it is inside a word. */
function typedAt(text: string, caret: number): string {
  if (/^[a-z]/i.test(text.slice(caret))) return ''
  return /[a-z]*$/i.exec(text.slice(0, caret))?.[0] ?? ''
}

/** Passes over the word that ends at `writing`, as long as some word begins so. */
function firstUnknown(text: string, writing: number | undefined): UnknownWord | undefined {
  for (const [at, match] of [...text.matchAll(/[a-z]+/gi)].entries()) {
    const word = match[0].toLowerCase()
    const isWriting = match.index + word.length === writing && wordsThatBegin(word, 1).length > 0
    if (!isWriting && indexOfWord(word) < 0) return { word: match[0], place: at + 1 }
  }
  return undefined
}
