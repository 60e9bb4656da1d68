import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { flips } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { openSpokenLink, sealSpokenLink, wordsMailboxKey } from '#lib/workspace/spoken-link'
import type { WordsSecret } from '#lib/workspace/spoken-words'

const random = createSeededRandom(2)
const secret = random.bytes(32) as WordsSecret
const other = random.bytes(32) as WordsSecret

it('I7 opens with the same words and no others', () => {
  const card = sealSpokenLink('1.abc.def.secret', secret, random)
  expect(openSpokenLink(card, secret)).toEqual({ ok: true, value: '1.abc.def.secret' })
  expect(openSpokenLink(card, other)).toEqual({ ok: false, error: { type: 'damaged-message' } })
})

it('attack 1 I7 refuses a card with any bit changed, or cut off', () => {
  const card = sealSpokenLink('1.abc', secret, random)
  for (const changed of flips(card)) expect(openSpokenLink(changed, secret).ok).toBe(false)
  for (let length = 0; length < card.length; length++)
    expect(openSpokenLink(card.subarray(0, length), secret).ok).toBe(false)
})

it('I7 finds one mailbox for one set of words', async () => {
  const crypto = createNodeCrypto()
  const key = await wordsMailboxKey(crypto, secret)
  expect((await wordsMailboxKey(crypto, secret)).publicKey).toEqual(key.publicKey)
  expect(toHex((await wordsMailboxKey(crypto, other)).publicKey)).not.toBe(toHex(key.publicKey))
})
