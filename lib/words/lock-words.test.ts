import { expect, it } from 'vitest'
import { passphraseAdvice, unlockErrorWords } from '#lib/words/lock-words'

it('V4 tells a passphrase that holds from one that does not, in one calm line', () => {
  const lines = ['', 'otter', '1234567890', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'otter lantern', 'otter lantern north plum']
  expect(lines.map((typed) => passphraseAdvice(typed).split(/[.:,]/)[0])).toEqual([
    'Four or five words that do not belong together are easy to keep and hard to guess',
    'Too short',
    'Easy to guess',
    'Easy to guess',
    'It holds for a while',
    'Long enough',
  ])
})

it('V4 has a sentence with a next step for everything that keeps it from opening', () => {
  const types = ['wrong-passphrase', 'stretch-failed', 'storage-full', 'storage-failed'] as const
  for (const type of types) expect(unlockErrorWords({ type })).toMatch(/again\.$/)
})
