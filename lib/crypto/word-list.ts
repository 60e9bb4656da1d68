/** The 2,048 English words of BIP39, in their order: each is told from all others by its first four letters. */
import { wordlist } from '@scure/bip39/wordlists/english.js'

/** Bits that one word stands for. */
export const WORD_BITS = 11

/** The word of an index below 2,048. */
export function wordAt(index: number): string {
  const word = wordlist[index]
  if (word === undefined) throw new RangeError(`No word ${index}`)
  return word
}

/** Which word somebody meant: the word itself, or its first four letters or more; −1 for none. Lower case. */
export const indexOfWord = (typed: string): number =>
  wordlist.findIndex((word) => word === typed || (typed.length >= 4 && word.startsWith(typed)))

/** The first `most` words that begin so. Lower case. */
export const wordsThatBegin = (letters: string, most: number): readonly string[] =>
  wordlist.filter((word) => word.startsWith(letters)).slice(0, most)
