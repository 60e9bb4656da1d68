import nacl from 'tweetnacl'
import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { BOX_OVERHEAD, boxOpen, boxOpenWithNonce, boxSeal, boxSealWithNonce } from '#lib/crypto/secretbox'

const key = hash(utf8('key'))
const plain = utf8('a berry')

it('opens what it sealed, and nothing that was altered or cut', () => {
  const box = boxSeal(plain, key)
  expect(box).toHaveLength(plain.length + BOX_OVERHEAD)
  expect(boxOpen(box, key)).toEqual(plain)
  expect(boxOpen(box, hash(key))).toBeUndefined()
  for (let i = 0; i < box.length; i++) {
    expect(
      boxOpen(
        Uint8Array.from(box, (byte, at) => (at === i ? byte ^ 128 : byte)),
        key,
      ),
    ).toBeUndefined()
    expect(boxOpen(box.subarray(0, i), key)).toBeUndefined()
  }
})

it('seals as NaCl does under a nonce', () => {
  const nonce = hash(plain).slice(0, 24)
  const box = boxSealWithNonce(plain, nonce, key)
  expect(box).toEqual(nacl.secretbox(plain, nonce, key))
  expect(boxOpenWithNonce(box, nonce, key)).toEqual(plain)
  expect(boxOpen(box, key)).toBeUndefined()
})
