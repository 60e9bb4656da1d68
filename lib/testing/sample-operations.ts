/** One operation of every kind, with every list filled: for golden bytes and for fuzzing. */
import { compareBytes, utf8 } from '#lib/base/bytes'
import type { ChainTag, DocumentId, EntryId, EpochTag, PersonId, Signature } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { bodyChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import { type DoorStatement, roomName } from '#lib/protocol/door'
import { keysOf, personOf } from '#lib/testing/membership-history'
import type { ExchangePublicKey, PaperKeys } from '#lib/workspace/keys'
import type { Cut, EpochBoxes, JoinRecord, KnownOperation, RelayPlace, Rotation } from '#lib/workspace/operation'

const bytes = (name: string, size = 32): Uint8Array => {
  const block = hash(utf8(name))
  return Uint8Array.from({ length: size }, (_, i) => block[i % 32] ?? 0)
}
const idOf = (name: string): EntryId => bytes(name) as EntryId
const signatureOf = (name: string): Signature => bytes(name, 64) as Signature
const epochOf = (name: string): EpochTag => bytes(name, 16) as EpochTag
const recipient = (name: string): ExchangePublicKey => bytes(name) as ExchangePublicKey

const paper: PaperKeys = { exchangeKey: recipient('paper'), relayKey: bytes('paper relay') as RelayKey }
const relay: RelayPlace = {
  origin: 'https://relay.example',
  rootKey: bytes('root relay') as RelayKey,
  random: bytes('room'),
}
const door: DoorStatement = {
  room: roomName(relay.rootKey, relay.random),
  origin: 'https://relay.example',
  subject: keysOf('carol').relayKey,
  level: 'member',
  n: 1,
  signer: keysOf('alice').relayKey,
  signature: signatureOf('door'),
}
const cuts: readonly Cut[] = [{ chain: bytes('chain', 16) as ChainTag, seq: 300, id: idOf('cut') }]
const boxes: EpochBoxes['boxes'] = [
  { recipient: recipient('bob'), box: bytes('box for bob', 48) },
  { recipient: recipient('carol'), box: bytes('box for carol', 48) },
].sort((a, b) => compareBytes(a.recipient, b.recipient))
const epochBoxes: readonly EpochBoxes[] = [{ epoch: epochOf('epoch'), ephemeralKey: bytes('ephemeral'), boxes }]
const rotation: Rotation = {
  commitment: bytes('commitment'),
  ephemeralKey: bytes('ephemeral'),
  boxes,
  wraps: [{ epoch: epochOf('old epoch'), box: bytes('wrap', 48) }],
}
const join: JoinRecord = {
  invite: idOf('invite'),
  proofKey: bytes('proof key'),
  root: personOf('carol'),
  keys: keysOf('carol'),
  paper,
  name: 'Carol Ø',
  proof: signatureOf('proof'),
  deviceSignature: signatureOf('device'),
  rootSignature: signatureOf('root'),
}

/** In the order of docs/protocol.md §4. */
export const sampleOperations: readonly KnownOperation[] = [
  {
    type: 'genesis',
    root: personOf('alice'),
    keys: keysOf('alice'),
    paper: undefined,
    random: bytes('random'),
    firstEpoch: bytes('first epoch'),
    seconds: 1_800_000_000,
    rootSignature: signatureOf('root'),
  },
  { type: 'role.set', member: personOf('bob'), role: 'commenter', cuts, doors: [door] },
  { type: 'member.remove', member: personOf('bob'), cuts, keptInvites: [idOf('kept')], doors: [door], rotation },
  { type: 'member.leave', cuts: [] },
  {
    type: 'invite.create',
    role: 'editor',
    maxUses: 1,
    expiresAtSeconds: 1_800_604_800,
    needsApproval: false,
    proofKey: bytes('proof key'),
    mailboxKey: bytes('mailbox key'),
    mailboxSecret: bytes('mailbox secret'),
  },
  { type: 'invite.revoke', invite: idOf('invite') },
  { type: 'admit', join, doors: [door], boxes: epochBoxes },
  {
    type: 'device.add',
    person: personOf('bob'),
    keys: keysOf('bob', 'phone'),
    deviceSignature: signatureOf('phone'),
    doors: [door],
    boxes: epochBoxes,
  },
  { type: 'device.revoke', device: keysOf('bob', 'phone').device, cuts, doors: [door], rotation: undefined },
  { type: 'profile.set', name: 'Bob', paper: { ...paper, doors: [door] } },
  { type: 'epoch.rotate', ...rotation },
  { type: 'key.share', boxes: epochBoxes },
  { type: 'workspace.rename', name: 'Newsroom' },
  { type: 'relay.set', relays: [relay] },
  { type: 'policy.set', editorsMayInvite: true, rotationDays: 30, minimumVersion: 2 },
  { type: 'owner.transfer', to: personOf('bob'), doors: [door] },
  { type: 'forget', channel: bodyChannelName(bytes('document', 16) as DocumentId), snapshot: idOf('snapshot') },
  {
    type: 'root.rotate',
    root: personOf('bob'),
    newRoot: bytes('new root') as PersonId,
    rootSignature: signatureOf('old'),
    newRootSignature: signatureOf('new'),
  },
  { type: 'device.name', device: keysOf('bob', 'phone').device, name: 'Firefox on Linux' },
  { type: 'merge' },
]
