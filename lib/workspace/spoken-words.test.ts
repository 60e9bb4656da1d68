import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import { kdf } from '#lib/crypto/kdf'
import { wordAt } from '#lib/crypto/word-list'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { drawWords, readWords, secretOfWords } from '#lib/workspace/spoken-words'

const words = drawWords(createSeededRandom(3))
const stretch = async (secret: Uint8Array, salt: Uint8Array) => kdf(secret, salt, utf8('stretched in a test'))

it('I7 draws six words, others each time', () => {
  expect(words).toHaveLength(6)
  expect(drawWords(createSeededRandom(4))).not.toEqual(words)
})

it('I7 has the words of version 1', () => {
  expect(drawWords({ bytes: (size) => new Uint8Array(size).fill(7) }).join(' ')).toBe(
    'thought thought thought thought thought trade',
  )
})

it('I7 reads what it drew, however it was typed', () => {
  for (let seed = 1; seed < 50; seed++) {
    const drawn = drawWords(createSeededRandom(seed))
    expect(readWords(drawn.join(' '))).toEqual({ ok: true, value: drawn })
    expect(readWords(`  ${drawn.join(', ').toUpperCase()}\n`)).toEqual({ ok: true, value: drawn })
    expect(readWords(drawn.map((word) => word.slice(0, 4)).join('-'))).toEqual({ ok: true, value: drawn })
  }
})

it('I7 tells which word is none of the list', () => {
  const typed = [...words.slice(0, 5), 'waxwing'].join(' ')
  expect(readWords(typed)).toEqual({ ok: false, error: { type: 'no-such-word', word: 'waxwing' } })
  expect(readWords(words.join(' ').replace(/\w+$/, 'abc'))).toMatchObject({ error: { type: 'no-such-word' } })
})

it('I7 counts words that are missing or too many', () => {
  expect(readWords(words.slice(1).join(' '))).toEqual({ ok: false, error: { type: 'not-six-words', count: 5 } })
  expect(readWords('')).toEqual({ ok: false, error: { type: 'not-six-words', count: 0 } })
  expect(readWords('word '.repeat(100_000))).toMatchObject({ ok: false, error: { type: 'not-six-words' } })
})

it('I7 finds out most words that were misheard, without asking anybody', () => {
  let found = 0
  for (let i = 0; i < 64; i++) {
    const misheard = readWords([wordAt(i * 32), ...words.slice(1)].join(' '))
    if (!misheard.ok && misheard.error.type === 'wrong-words') found++
  }
  expect(found).toBeGreaterThanOrEqual(58)
})

it('I7 gives one secret for one set of words', async () => {
  const secret = await secretOfWords(words, stretch)
  expect(secret).toEqual(await secretOfWords(words, stretch))
  expect(toHex(await secretOfWords(drawWords(createSeededRandom(4)), stretch))).not.toBe(toHex(secret))
})
