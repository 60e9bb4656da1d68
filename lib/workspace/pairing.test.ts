import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { wordsOfSecret } from '#lib/crypto/secret-words'
import { MAX_ANSWER_BYTES, MAX_DEPOSIT_BYTES } from '#lib/protocol/mailbox-frames'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { keysOf } from '#lib/testing/membership-history'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { commitmentTo, confirmationCode, grantedKey, type PairingSecret, pairingKeys } from '#lib/workspace/pairing'
import {
  MAX_GRANTED,
  MAX_REQUESTED,
  openGrant,
  openPairing,
  type PairingMessage,
  sealGrant,
  sealPairing,
} from '#lib/workspace/pairing-message'

const crypto = createNodeCrypto()
const random = createSeededRandom(5)
const secret = new Uint8Array(16).fill(7) as PairingSecret
const { mailboxKey, messageKey } = await pairingKeys(crypto, secret)
const id = (n: number) => new Uint8Array(32).fill(n)
const device = {
  workspaceId: id(1) as WorkspaceId,
  keys: keysOf('alice'),
  deviceSignature: new Uint8Array(64) as Signature,
}

const messages: readonly PairingMessage[] = [
  { type: 'offer', commitment: id(2) },
  { type: 'hello', exchangeKey: id(9) as ExchangePublicKey, deviceName: 'Firefox on Linux' },
  { type: 'reveal', nonce: new Uint8Array(16) },
  { type: 'grant', box: new Uint8Array(30_000) },
  { type: 'request', total: MAX_REQUESTED, devices: Array.from({ length: MAX_REQUESTED }, () => device) },
  { type: 'answer', workspaceId: device.workspaceId, box: undefined },
  { type: 'answer', workspaceId: device.workspaceId, box: new Uint8Array(700) },
  { type: 'end' },
]

it('V1 has the derivations of version 1', () => {
  expect({
    words: wordsOfSecret(secret).join(' '),
    mailbox: toHex(mailboxKey.publicKey),
    messages: toHex(messageKey),
    granted: toHex(grantedKey(id(3))),
    commitment: toHex(commitmentTo(new Uint8Array(16).fill(4))),
    code: confirmationCode(Uint8Array.of(1), Uint8Array.of(2), new Uint8Array(16).fill(4)),
  }).toMatchInlineSnapshot(`
    {
      "code": "049075",
      "commitment": "5b9ef10e4363107f299ecf66a76d166f443a519675e823b0c6eae796f8cc4968",
      "granted": "5aefe72e8a3280ebe9aec6932d28f90f21655239b1eeba2b569a76bfcfb57514",
      "mailbox": "68c31453b883f965082d5fbe8151797d79c8af5711c8d3e93e4217bf8dee1025",
      "messages": "96c6183be658a4a5ef092185e6ca99836a2b53e8a035c1b0a5e8e42b2d2801f3",
      "words": "alpha deal scrub asthma idea logic bright thought alpha deal scrub autumn",
    }
  `)
})

it('V1 opens what was sealed, within what a mailbox takes', () => {
  for (const message of messages) {
    const sealed = sealPairing(message, messageKey, random)
    const most = message.type === 'hello' || message.type === 'request' ? MAX_DEPOSIT_BYTES : MAX_ANSWER_BYTES
    expect(sealed.length).toBeLessThanOrEqual(most)
    expect(openPairing(sealed, messageKey)).toEqual(message)
    expect(openPairing(sealed, grantedKey(id(3)))).toBeUndefined()
  }
})

it('attack 1 V1 refuses a message with any bit changed', () => {
  const [offer] = messages
  for (const changed of offer ? flips(sealPairing(offer, messageKey, random)) : [])
    expect(openPairing(changed, messageKey)).toBeUndefined()
})

it('attack 24 V1 survives any bytes', () => {
  for (let i = 0; i < 300; i++) expect(openPairing(mutate(new Uint8Array(100), random), messageKey)).toBeUndefined()
})

it('V1 grants to the device that said hello alone, and as many workspaces as fit', async () => {
  const own = await crypto.exchangeKey()
  const name = '€'.repeat(100)
  const workspaces = Array.from({ length: MAX_GRANTED }, (_, n) => ({
    workspaceId: id(n) as WorkspaceId,
    person: id(n) as PersonId,
    device: id(n) as DeviceId,
    name,
  }))
  const grant = { secret: id(3), personName: name, workspaces }
  const message = sealGrant(grant, own.publicKey as ExchangePublicKey, random)
  const box = message.type === 'grant' ? message.box : new Uint8Array()
  expect(sealPairing(message, messageKey, random).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES)
  expect(await openGrant(box, own)).toEqual({ ok: true, value: grant })
  expect(await openGrant(box, await crypto.exchangeKey())).toEqual({ ok: false, error: { type: 'damaged-grant' } })
})

it('attack 52 V1 shows another code for another key, offer or nonce', () => {
  const [offer, hello, nonce] = [Uint8Array.of(1), Uint8Array.of(2), new Uint8Array(16)]
  const codes = [
    confirmationCode(offer, hello, nonce),
    confirmationCode(Uint8Array.of(3), hello, nonce),
    confirmationCode(offer, Uint8Array.of(3), nonce),
    confirmationCode(offer, hello, new Uint8Array(16).fill(1)),
  ]
  expect(new Set(codes).size).toBe(4)
  for (const code of codes) expect(code).toMatch(/^\d{6}$/)
})
