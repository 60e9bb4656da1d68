/**
 * Six words for saying aloud (docs/protocol.md I7): 60 random bits and 6 that check them, so that a word misheard is told
 * from words that have ended. What they open follows from the stretched secret alone.
 */
import { concat, utf8 } from '#lib/base/bytes'
import type { Brand } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import { indexOfWord, WORD_BITS, wordAt } from '#lib/crypto/word-list'
import type { Stretch } from '#lib/workspace/stretch'

/** Six words of the list, in lower case and whole. */
export type SpokenWords = Brand<readonly string[], 'SpokenWords'>
/** 32 bytes that only those who heard the words have. */
export type WordsSecret = Brand<Uint8Array, 'WordsSecret'>

/** Why a text is not six words that somebody's Waxwing drew. */
export type WordsError =
  | { readonly type: 'not-six-words'; readonly count: number }
  | { readonly type: 'no-such-word'; readonly word: string }
  /** All are in the list, but they do not belong together. */
  | { readonly type: 'wrong-words' }

const WORDS = 6
const CHECK_BITS = 6
/** No text that a person types is longer. */
const MAX_TEXT_LENGTH = 200

/** Fresh words. */
export function drawWords(random: Random): SpokenWords {
  const bytes = random.bytes(2 * WORDS)
  const indices = Array.from({ length: WORDS }, (_, i) => {
    const drawn = ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)
    return drawn & (2 ** WORD_BITS - 1)
  })
  return withCheck(indices).map(wordAt) as readonly string[] as SpokenWords
}

/**
 * What somebody typed, as words: whatever its case, with spaces, commas, dashes or line breaks between them, and each word
 * whole or its first four letters at least. Safe on any text.
 */
export function readWords(text: string): Result<SpokenWords, WordsError> {
  const typed = text
    .slice(0, MAX_TEXT_LENGTH)
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
  if (typed.length !== WORDS || text.length > MAX_TEXT_LENGTH)
    return err({ type: 'not-six-words', count: typed.length })
  const indices = typed.map(indexOfWord)
  const unknown = typed.find((_, i) => indices[i] === -1)
  if (unknown !== undefined) return err({ type: 'no-such-word', word: unknown })
  const checked = withCheck(indices)
  if (checked.some((index, i) => index !== indices[i])) return err({ type: 'wrong-words' })
  return ok(indices.map(wordAt) as readonly string[] as SpokenWords)
}

/** The secret behind the words; takes a moment on purpose. */
export const secretOfWords = async (words: SpokenWords, stretch: Stretch): Promise<WordsSecret> =>
  (await stretch(utf8(words.join(' ')), tag('six words').slice(0, 16))) as WordsSecret

/** The same indices with the last bits replaced by those that check the others. */
function withCheck(indices: readonly number[]): readonly number[] {
  const last = (indices.at(-1) ?? 0) >> CHECK_BITS
  const free = [...indices.slice(0, -1), last]
  const bytes = free.flatMap((index) => [index >> 8, index & 255])
  const [check = 0] = hash(concat(tag('six words'), Uint8Array.from(bytes)))
  return [...indices.slice(0, -1), (last << CHECK_BITS) | (check >> (8 - CHECK_BITS))]
}
