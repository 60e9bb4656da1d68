import fc from 'fast-check'
import { expect, it } from 'vitest'
import { secretOfWords, wordsOfSecret } from '#lib/crypto/secret-words'

const secret = new Uint8Array(16).fill(7)
const words = wordsOfSecret(secret)

it('V1 has twelve words for a pairing and twenty-four for a kit', () => {
  expect([words.length, wordsOfSecret(new Uint8Array(32)).length]).toEqual([12, 24])
})

it('V1 V2 reads what it wrote, however it was typed', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom(' ', ', ', '\n', '  '),
      fc.boolean(),
      (bytes, between, isShort) => {
        const typed = wordsOfSecret(bytes).map((word) => (isShort ? word.slice(0, 4) : word.toUpperCase()))
        expect(secretOfWords(` ${typed.join(between)}\n`, 32)).toEqual({ ok: true, value: bytes })
      },
    ),
  )
})

it('V2 tells a word that is none of the list, and how many there are', () => {
  expect(secretOfWords(['waxwing', ...words.slice(1)].join(' '), 16)).toEqual({
    ok: false,
    error: { type: 'no-such-word', word: 'waxwing' },
  })
  expect(secretOfWords(words.slice(1).join(' '), 16)).toEqual({ ok: false, error: { type: 'wrong-count', count: 11 } })
  expect(secretOfWords(words.join(' '), 32)).toMatchObject({ error: { type: 'wrong-count' } })
  expect(secretOfWords('word '.repeat(100_000), 32)).toMatchObject({ error: { type: 'wrong-count' } })
})

it('V2 tells words that do not belong together', () => {
  const other = words[0] === 'zoo' ? 'abandon' : 'zoo'
  expect(secretOfWords([other, ...words.slice(1)].join(' '), 16)).toEqual({ ok: false, error: { type: 'wrong-words' } })
})

it('attack 52 V1 takes no link for words', () => {
  expect(secretOfWords('https://waxwing.example/join/#1.abc.def', 16)).toMatchObject({ ok: false })
})
