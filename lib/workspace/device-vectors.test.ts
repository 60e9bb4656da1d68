/**
 * Every key, code, message and item of linking and recovery (V1, V2) from fixed inputs; `second-devices.test.ts` makes the same
 * from the inputs alone. Whoever changes one of these bytes makes old kits worthless.
 */
import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { EpochSecret, PersonId, WorkspaceId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import type { RelayKey } from '#lib/protocol/door'
import { linkMailboxKey, linkSecretOf, sealLinkMessage } from '#lib/workspace/device-link'
import { createGenesis } from '#lib/workspace/genesis'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import { type KitSecret, kitKeys, publicHalves, sealKitItem } from '#lib/workspace/kit'
import { encodeOperation } from '#lib/workspace/operation-format'
import { commitmentTo, confirmationCode, grantedKey, type PairingSecret, pairingKeys } from '#lib/workspace/pairing'
import { sealGrant, sealPairing } from '#lib/workspace/pairing-message'

const crypto = createNodeCrypto()
const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
/** The dice of every vector. */
const random = { bytes: (size: number) => new Uint8Array(size).fill(7) }

const root = await crypto.signingKey(named('alice root'))
const keys: DeviceKeys = {
  device: (await crypto.signingKey(named('alice laptop'))).publicKey as DeviceKeys['device'],
  exchangeKey: (await crypto.exchangeKey(named('alice exchange'))).publicKey as ExchangePublicKey,
  relayKey: (await crypto.signingKey(named('alice relay'))).publicKey as RelayKey,
}
const firstSecret = named<EpochSecret>('secret 0')
const plan = { keys, paper: undefined, firstSecret, seconds: 1_800_000_000 }
const { genesis, workspaceId } = await createGenesis(root, plan, random)
const { mailboxKey, messageKey } = await pairingKeys(crypto, named('pairing').slice(0, 16) as PairingSecret)
const nonce = named('nonce').slice(0, 16)
const exchangeKey = (await crypto.exchangeKey(named('hello'))).publicKey as ExchangePublicKey
const offer = sealPairing({ type: 'offer', commitment: commitmentTo(nonce) }, messageKey, random)
const hello = sealPairing({ type: 'hello', exchangeKey, deviceName: 'Firefox on Linux' }, messageKey, random)
const person = root.publicKey as PersonId
const workspaces = [{ workspaceId: workspaceId as WorkspaceId, person, device: keys.device, name: 'Harbour Desk' }]
const grant = sealGrant({ secret: named('granted'), personName: 'Alice', workspaces }, exchangeKey, random)
const kit = publicHalves(await kitKeys(crypto, named<KitSecret>('kit')))
const link = linkSecretOf(named('granted'))
const place = {
  ...({ type: 'place', from: 'asker', workspaceId: workspaceId as WorkspaceId, person, device: keys.device } as const),
  ...{ name: 'Diary', secret: named('pairing').slice(0, 16) as PairingSecret },
}
const item = {
  workspaceId,
  genesis,
  epochSecrets: [firstSecret, named<EpochSecret>('secret 1')],
  rootSeed: named('alice root'),
  paperExchangeSeed: named('paper exchange'),
  paperRelaySeed: named('paper relay'),
  relays: [{ origin: 'https://relay.example', rootKey: keys.relayKey, random: named('room') }],
}

it('V1 V2 V6 makes the golden bytes of linking and recovery', async () => {
  const computed: Record<string, Uint8Array | string> = {
    genesis: encodeOperation(genesis).payload,
    'pairing mailbox key': mailboxKey.publicKey,
    'pairing message key': messageKey,
    'granted key': grantedKey(named('granted')),
    'link secret': link,
    'link mailbox key': (await linkMailboxKey(crypto, link, workspaceId as WorkspaceId)).publicKey,
    'link place': sealLinkMessage(place, link, random),
    'link kit': sealLinkMessage({ type: 'kit', from: 'giver', kit }, link, random),
    offer,
    hello,
    'confirmation code': confirmationCode(offer, hello, nonce),
    grant: grant.type === 'grant' ? grant.box : '',
    'message with a grant': sealPairing(grant, messageKey, random),
    'kit exchange key': kit.exchangeKey,
    'kit mailbox key 0': kit.mailboxKeys[0] ?? '',
    'kit mailbox key 31': kit.mailboxKeys[31] ?? '',
    'kit item': sealKitItem(item, kit.exchangeKey, random),
  }
  const lines = Object.entries(computed).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ])
  const text = `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('fixtures/device-vectors.json')
})
