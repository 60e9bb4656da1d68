import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { wordsOfSecret } from '#lib/crypto/secret-words'
import { MAX_CARD_BYTES } from '#lib/protocol/mailbox-frames'
import { mutate } from '#lib/testing/hostile-bytes'
import { createInvited } from '#lib/testing/invited'
import { createSeededRandom } from '#lib/testing/seeded-random'
import {
  KIT_SLOTS,
  type KitItem,
  type KitSecret,
  kitKeys,
  MAX_KIT_EPOCHS,
  openKitItem,
  publicHalves,
  sealKitItem,
} from '#lib/workspace/kit'

const crypto = createNodeCrypto()
const random = createSeededRandom(5)
const secret = new Uint8Array(32).fill(7) as KitSecret
const keys = await kitKeys(crypto, secret)
const kit = publicHalves(keys)
const { workspaceId, genesis, firstSecret, relayPlace } = await createInvited()
const seed = (n: number) => new Uint8Array(32).fill(n)
const item: KitItem = {
  workspaceId,
  genesis,
  epochSecrets: [firstSecret],
  rootSeed: seed(1),
  paperExchangeSeed: seed(2),
  paperRelaySeed: seed(3),
  relays: [relayPlace],
}

it('V2 has the derivations of version 1', () => {
  expect({
    words: wordsOfSecret(secret).join(' '),
    exchange: toHex(kit.exchangeKey),
    mailbox0: toHex(kit.mailboxKeys[0] ?? seed(0)),
    mailbox31: toHex(kit.mailboxKeys[31] ?? seed(0)),
  }).toMatchInlineSnapshot(`
    {
      "exchange": "9fc0ff3e0168bedf88200ad82fa523153d7a3f3031e085d9f30e120c3901dd26",
      "mailbox0": "b7a2c8e438cfdc2e7296abdabb90522130c1df7303e3a3f2d18c38c156ece7c7",
      "mailbox31": "2d5befc804aa73f090862be048b1637d9e8e6efe582d6f0a61721baf1b80f9bc",
      "words": "alpha deal scrub asthma idea logic bright thought alpha deal scrub asthma idea logic bright thought alpha deal scrub asthma idea logic bright truly",
    }
  `)
  expect(new Set(kit.mailboxKeys.map(toHex)).size).toBe(KIT_SLOTS)
})

it('V2 opens what was sealed, with the words alone', async () => {
  const card = sealKitItem(item, kit.exchangeKey, random)
  expect(await openKitItem(crypto, card, keys.exchange)).toEqual({ ok: true, value: item })
  expect(toHex(card)).not.toContain(toHex(seed(1)))
})

it('V2 fits into a card with eight relays and as many epochs as it may hold', () => {
  const relays = Array.from({ length: 8 }, (_, i) => ({
    ...relayPlace,
    origin: `https://${'a'.repeat(200)}${i}.example`,
  }))
  const epochSecrets = Array.from({ length: MAX_KIT_EPOCHS }, () => firstSecret)
  const card = sealKitItem({ ...item, relays, epochSecrets }, kit.exchangeKey, random)
  expect(card.length).toBeLessThanOrEqual(MAX_CARD_BYTES)
})

it('attack 50 V2 refuses an item whose genesis, id and first secret do not belong together', async () => {
  const other = await createInvited(2)
  for (const fake of [
    { ...item, genesis: other.genesis },
    { ...item, workspaceId: other.workspaceId },
    { ...item, epochSecrets: [other.firstSecret] },
  ]) {
    const card = sealKitItem(fake, kit.exchangeKey, random)
    expect(await openKitItem(crypto, card, keys.exchange)).toEqual({ ok: false, error: { type: 'wrong-workspace' } })
  }
})

it('attack 24 V2 survives any bytes', async () => {
  for (let i = 0; i < 200; i++)
    expect((await openKitItem(crypto, mutate(new Uint8Array(300).fill(1), random), keys.exchange)).ok).toBe(false)
})
