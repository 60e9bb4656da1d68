import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'

it('gives back every byte string, in the platform’s own spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
    }),
  )
})

it('refuses padding, other alphabets, wrong lengths and unused bits', () => {
  for (const text of ['AA==', 'A', 'a+/a', 'AB', 'AAB', 'A A', 'ÄAAA', 'AA\n'])
    expect(fromBase64Url(text)).toBeUndefined()
})
