/**
 * Every id, key, signature and box that the people of a workspace exchange, from fixed inputs. `lib/testing/second-reader.ts`
 * makes the same from the inputs alone. Whoever changes one of these bytes cuts old workspaces off.
 */
import { expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { EntryId, EpochSecret, PersonId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { sealSegment } from '#lib/document/seal-segment'
import { blobHash } from '#lib/protocol/blob'
import { channelKeys, epochTag } from '#lib/protocol/derive'
import { encodeDoorStatement, type RelayKey, roomName, signDoorStatement } from '#lib/protocol/door'
import { encodeWith } from '#lib/protocol/format'
import { NO_ENTRY } from '#lib/protocol/outer-header'
import { sealSignedPresence } from '#lib/protocol/presence'
import { sealReceipt } from '#lib/protocol/receipt'
import { mailboxProof, roomProof } from '#lib/protocol/relay-proof'
import { encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { meshStatement } from '#lib/transport/peer-handshake'
import { signDeviceKeys } from '#lib/workspace/add-device'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { createRotation, joinSecrets } from '#lib/workspace/epoch'
import { joinedCommitment } from '#lib/workspace/epochs-of-log'
import { createGenesis } from '#lib/workspace/genesis'
import { createInvite, mailboxName } from '#lib/workspace/invitation'
import { encodeLinkFragment } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import type { DeviceKeys, ExchangePublicKey, PaperKeys } from '#lib/workspace/keys'
import { kitKeys, sealKitItem } from '#lib/workspace/kit'
import { sealMessage } from '#lib/workspace/mailbox-message'
import { encodeOperation, joinFormat } from '#lib/workspace/operation-format'
import { commitmentTo, confirmationCode, grantedKey, pairingKeys } from '#lib/workspace/pairing'
import { sealSpokenLink, wordsMailboxKey } from '#lib/workspace/spoken-link'
import type { WordsSecret } from '#lib/workspace/spoken-words'

const crypto = createNodeCrypto()
const named = <T extends Uint8Array>(name: string) => hash(utf8(name)) as Uint8Array as T
/** The dice of every vector. */
const random = { bytes: (size: number) => new Uint8Array(size).fill(7) }

const SEEDS = [
  'alice root',
  'alice laptop',
  'alice exchange',
  'alice relay',
  'carol root',
  'carol laptop',
  'carol exchange',
  'carol relay',
  'paper exchange',
  'paper relay',
] as const
const ORIGIN = 'https://relay.example'
const SECONDS = 1_800_000_000

const keyOf = (name: (typeof SEEDS)[number]) => crypto.signingKey(named(name))
const exchangeOf = async (name: (typeof SEEDS)[number]) =>
  (await crypto.exchangeKey(named(name))).publicKey as ExchangePublicKey
const [aliceRoot, alice, aliceRelay] = await Promise.all([
  keyOf('alice root'),
  keyOf('alice laptop'),
  keyOf('alice relay'),
])
const [carolRoot, carol, carolRelay] = await Promise.all([
  keyOf('carol root'),
  keyOf('carol laptop'),
  keyOf('carol relay'),
])
const aliceKeys: DeviceKeys = {
  device: alice.publicKey as DeviceKeys['device'],
  exchangeKey: await exchangeOf('alice exchange'),
  relayKey: aliceRelay.publicKey as RelayKey,
}
const carolKeys: DeviceKeys = {
  device: carol.publicKey as DeviceKeys['device'],
  exchangeKey: await exchangeOf('carol exchange'),
  relayKey: carolRelay.publicKey as RelayKey,
}
const paper: PaperKeys = {
  exchangeKey: await exchangeOf('paper exchange'),
  relayKey: (await keyOf('paper relay')).publicKey as RelayKey,
}

const [firstSecret, secret, otherSecret] = ['secret 0', 'secret 1', 'secret 2'].map((name) => named<EpochSecret>(name))
if (!firstSecret || !secret || !otherSecret) throw new Error('no secrets')
const { genesis, workspaceId } = await createGenesis(
  aliceRoot,
  { keys: aliceKeys, paper, firstSecret, seconds: SECONDS },
  random,
)
const terms = { role: 'editor', maxUses: 1, expiresAtSeconds: SECONDS + 604_800, needsApproval: true } as const
const invitation = await createInvite(crypto, { workspaceId, ...terms }, random)
const invite = named<EntryId>('invite')
const join = await createJoin(
  { workspaceId, invite, name: 'Carol Ø', exchangeKey: carolKeys.exchangeKey, relayKey: carolKeys.relayKey, paper },
  { root: carolRoot, device: carol, proofKey: invitation.keys.proofKey },
)
const relay = { origin: ORIGIN, rootKey: aliceKeys.relayKey, random: named('room') }
const room = roomName(relay.rootKey, relay.random)
const door = await signDoorStatement(
  { room, origin: ORIGIN, subject: carolKeys.relayKey, level: 'member', n: 300 },
  aliceRelay,
)
const rotation = createRotation(workspaceId, secret, [firstSecret], [aliceKeys.exchangeKey, paper.exchangeKey])
const answer = { admit: named<EntryId>('admit'), genesis, epochSecrets: [firstSecret, secret], relays: [relay] }
const card = {
  ...{ inviter: 'Alice', workspace: 'Newsroom', role: 'editor' as const },
  ...{ expiresAtSeconds: terms.expiresAtSeconds, needsApproval: true, needsPin: true },
}
const sealed = (message: Parameters<typeof sealMessage>[0]) =>
  sealMessage(message, invitation.keys.mailboxSecret, random)
const addition = {
  type: 'device.add',
  person: genesis.root,
  keys: carolKeys,
  deviceSignature: await signDeviceKeys(workspaceId, genesis.root as PersonId, carolKeys, carol),
  doors: [door],
  boxes: [],
} as const
const channel = named('channel').slice(0, 16) as never
const header = {
  ...({ version: 1, suite: 1, lane: 'content', epoch: epochTag(workspaceId, secret), channel } as const),
  ...{ chain: named('chain').slice(0, 16) as never, seq: 2, prev: NO_ENTRY },
}
const fold = {
  count: 9,
  lastId: named<EntryId>('last'),
  heads: [named<EntryId>('head')],
  dependencies: [],
  seconds: 60,
}
const segment = await sealSegment(
  header,
  { ...fold, payload: Uint8Array.of(0, 0) },
  channelKeys(secret, workspaceId, channel),
  alice,
  random,
)
const mesh = [aliceKeys, carolKeys].map(({ device }, i) => ({
  device,
  nonce: named(`nonce ${i}`),
  fingerprint: named(`fingerprint ${i}`),
}))
const [offerer, answerer] = mesh
if (!offerer || !answerer) throw new Error('no mesh')
const place = { chain: header.chain, seq: 300, idPrefix: named('entry').slice(0, 8) }
const wordsSecret = named<WordsSecret>('stretched words')
const fragment = encodeLinkFragment({ workspaceId, invite, secret: invitation.secret, card: undefined, origin: ORIGIN })

const kit = await kitKeys(crypto, named('kit'))
const item = {
  ...{ workspaceId, genesis, epochSecrets: [firstSecret, secret], relays: [relay] },
  ...{
    rootSeed: named('alice root'),
    paperExchangeSeed: named('paper exchange'),
    paperRelaySeed: named('paper relay'),
  },
}
const pairing = await pairingKeys(crypto, random.bytes(16) as never)

const computed: Record<string, Uint8Array | string> = {
  genesis: encodeOperation(genesis).payload,
  'workspace id': workspaceId,
  'proof key': invitation.operation.proofKey,
  'mailbox key': invitation.operation.mailboxKey,
  'mailbox name': mailboxName(invitation.operation.mailboxKey),
  'mailbox secret': invitation.operation.mailboxSecret,
  'invite.create': encodeOperation(invitation.operation).payload,
  link: fragment,
  join: encodeWith(joinFormat, join),
  'message with a card': sealed({ type: 'card', card }),
  'message with a join': sealed({ type: 'join', join }),
  'message with an answer': sealed(sealAnswer(answer, carolKeys, random)),
  'message with a refusal': sealed({ type: 'refusal', device: carolKeys.device, reason: 'expired' }),
  'words mailbox key': (await wordsMailboxKey(crypto, wordsSecret)).publicKey,
  'link behind words': sealSpokenLink(fragment, wordsSecret, random),
  admit: encodeOperation({ type: 'admit', join, doors: [door], boxes: [] }).payload,
  'device.add': encodeOperation(addition).payload,
  'room name': room,
  'door statement': encodeDoorStatement(door),
  'room proof': await aliceRelay.sign(roomProof(ORIGIN, named('nonce'), room)),
  'mailbox proof': await carolRelay.sign(mailboxProof(ORIGIN, named('nonce'), named('mailbox'))),
  'epoch.rotate': encodeOperation({ type: 'epoch.rotate', ...rotation }).payload,
  'joined commitment': joinedCommitment(workspaceId, [rotation.commitment, named('other commitment')].sort(compare)),
  'joined secret': joinSecrets(workspaceId, [secret, otherSecret]),
  'mesh proof, offerer': await alice.sign(meshStatement(workspaceId, true, offerer, answerer)),
  'mesh proof, answerer': await carol.sign(meshStatement(workspaceId, false, offerer, answerer)),
  presence: await sealSignedPresence(
    { device: aliceKeys.device, counter: 300, tab: 5, channel, cursor: utf8('here') },
    alice,
    named('presence key'),
    random,
  ),
  receipt: await sealReceipt(
    {
      device: aliceKeys.device,
      counter: 300,
      at: SECONDS * 1000,
      digest: named('digest').slice(0, 16),
      heads: [place],
      complete: true,
    },
    alice,
    named('receipt key'),
    random,
  ),
  'kit exchange key': kit.exchange.publicKey,
  'kit mailbox key, slot 31': kit.mailboxKeys[31]?.publicKey ?? '',
  'kit item': sealKitItem(item, kit.exchange.publicKey as ExchangePublicKey, random),
  'pairing mailbox key': pairing.mailboxKey.publicKey,
  'pairing message key': pairing.messageKey,
  'pairing grant key': grantedKey(named('grant')),
  'pairing commitment': commitmentTo(named('nonce').slice(0, 16)),
  'pairing code': confirmationCode(utf8('offer'), utf8('hello'), named('nonce').slice(0, 16)),
  segment: encodeSealedSegment(segment),
  'segment id': segment.id,
  'blob hash': blobHash(utf8('a blob')),
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return toHex(a) < toHex(b) ? -1 : 1
}

it('M1 I1 I2 makes the golden bytes of people, links, doors, boxes and recovery', async () => {
  const lines = Object.entries(computed).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ])
  const text = `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`
  await expect(text).toMatchFileSnapshot('fixtures/vectors.json')
})
