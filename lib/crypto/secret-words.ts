/**
 * A secret as English words that a person writes down or types (BIP39): twelve for 16 bytes, twenty-four for 32. The last
 * bits check the others, so that a wrong word is told before anything is tried with it.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { err, ok, type Result } from '#lib/base/result'
import { indexOfWord, wordAt } from '#lib/crypto/word-list'

/** Why a text is no secret. */
export type SecretWordsError =
  | { readonly type: 'wrong-count'; readonly count: number }
  | { readonly type: 'no-such-word'; readonly word: string }
  /** All are in the list, but they do not belong together. */
  | { readonly type: 'wrong-words' }

/** No text that a person types is longer. */
const MAX_TEXT_LENGTH = 1000

/** The words of 16 or 32 bytes. */
export const wordsOfSecret = (secret: Uint8Array): readonly string[] => entropyToMnemonic(secret, wordlist).split(' ')

/**
 * The secret of `size` bytes behind typed words: whatever their case and what stands between them, each whole or its first
 * four letters at least. Safe on any text.
 */
export function secretOfWords(text: string, size: 16 | 32): Result<Uint8Array, SecretWordsError> {
  const typed = typedWords(text)
  const count = (size * 3) / 4
  if (typed.length !== count || text.length > MAX_TEXT_LENGTH) return err({ type: 'wrong-count', count: typed.length })
  const indices = typed.map(indexOfWord)
  const unknown = typed.find((_, i) => indices[i] === -1)
  if (unknown !== undefined) return err({ type: 'no-such-word', word: unknown })
  try {
    return ok(mnemonicToEntropy(indices.map(wordAt).join(' '), wordlist))
  } catch {
    return err({ type: 'wrong-words' }) // the checksum
  }
}

const typedWords = (text: string): readonly string[] =>
  text
    .slice(0, MAX_TEXT_LENGTH)
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
