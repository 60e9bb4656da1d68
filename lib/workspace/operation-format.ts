/** The canonical bytes of every operation (docs/protocol.md §4). A change here is a change of version. */
import { concat, u32, utf8 } from '#lib/base/bytes'
import { ok, type Result } from '#lib/base/result'
import type { Malformed } from '#lib/protocol/byte-reader'
import { type DoorStatement, doorStatementFormat, encodeDoorStatement, originFormat } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import {
  bytesOf,
  decodeWith,
  encodeWith,
  type Format,
  optional,
  record,
  sizedBytes,
  sortedList,
  unsigned,
  yesOrNo,
} from '#lib/protocol/format'
import { MAX_SEQ } from '#lib/protocol/limits'
import { deviceKeysFormat, exchangeKeyFormat, type PaperKeys, paperKeysFormat } from '#lib/workspace/keys'
import { nameFormat } from '#lib/workspace/name'
import type {
  Cut,
  EpochBoxes,
  JoinRecord,
  KnownOperation,
  Operation,
  RelayPlace,
  Rotation,
} from '#lib/workspace/operation'
import { givenRoleFormat, linkRoleFormat } from '#lib/workspace/role'

/** An operation without its type, which the entry's kind says. */
type Fields<T extends KnownOperation['type']> = Omit<Extract<KnownOperation, { type: T }>, 'type'>

/** Of one operation. */
export const MAX_CUTS = 1024
export const MAX_DOORS = 256
export const MAX_BOXES = 1024
export const MAX_EPOCHS = 64
const MAX_KEPT_INVITES = 256
/** Relays of one workspace. */
export const MAX_RELAYS = 8
const MAX_USES = 65_535
const MAX_CHANNEL_NAME_BYTES = 64
const MAX_SECONDS = 2 ** 40
const MAX_DAYS = 3650
const MAX_VERSION = 65_535

const cut = record<Cut>({ chain: bytesOf(16), seq: unsigned(MAX_SEQ), id: bytesOf(32) })
const cuts = sortedList(cut, MAX_CUTS, ({ chain, seq }) => concat(chain, u32(seq)))
/** Nothing at all where there are none. */
const cutsIfAny: Format<readonly Cut[]> = {
  write: (writer, value) => (value.length > 0 ? cuts.write(writer, value) : undefined),
  read(reader) {
    if (reader.remaining() === 0) return []
    const value = cuts.read(reader)
    return value.length > 0 ? value : reader.fail('an empty list')
  },
}
const doors = sortedList(doorStatementFormat, MAX_DOORS, encodeDoorStatement)

const box = record<EpochBoxes['boxes'][number]>({ recipient: exchangeKeyFormat, box: bytesOf(48) })
const boxes = sortedList(box, MAX_BOXES, ({ recipient }) => recipient)
const epochBoxes = sortedList(
  record<EpochBoxes>({ epoch: bytesOf(16), ephemeralKey: bytesOf(32), boxes }),
  MAX_EPOCHS,
  ({ epoch }) => epoch,
)
const wrap = record<Rotation['wraps'][number]>({ epoch: bytesOf(16), box: bytesOf(48) })
const rotation = record<Rotation>({
  commitment: bytesOf(32),
  ephemeralKey: bytesOf(32),
  boxes,
  wraps: sortedList(wrap, MAX_EPOCHS, ({ epoch }) => epoch),
})
const relay = record<RelayPlace>({ origin: originFormat, rootKey: bytesOf(32), random: bytesOf(32) })

/** Relays of a workspace. */
export const relaysFormat = sortedList(relay, MAX_RELAYS, ({ origin }) => utf8(origin))

const paperPlaceFormat = record<PaperKeys & { doors: readonly DoorStatement[] }>({
  exchangeKey: exchangeKeyFormat,
  relayKey: bytesOf(32),
  doors,
})

/** A join record; by its limits far below the 8 KiB of a mailbox. */
export const joinFormat = record<JoinRecord>({
  invite: bytesOf(32),
  proofKey: bytesOf(32),
  root: bytesOf(32),
  keys: deviceKeysFormat,
  paper: optional(paperKeysFormat),
  name: nameFormat,
  proof: bytesOf(64),
  deviceSignature: bytesOf(64),
  rootSignature: bytesOf(64),
})

/** The payload whose hash is the workspace. */
export const genesisFormat = record<Fields<'genesis'>>({
  root: bytesOf(32),
  keys: deviceKeysFormat,
  paper: optional(paperKeysFormat),
  random: bytesOf(32),
  firstEpoch: bytesOf(32),
  seconds: unsigned(MAX_SECONDS),
  rootSignature: bytesOf(64),
})

const formats: {
  readonly [T in KnownOperation['type']]: { readonly kind: number; readonly format: Format<Fields<T>> }
} = {
  genesis: { kind: entryKind.genesis, format: genesisFormat },
  'role.set': {
    kind: entryKind.roleSet,
    format: record({ member: bytesOf(32), role: givenRoleFormat, cuts, doors }),
  },
  'member.remove': {
    kind: entryKind.memberRemove,
    format: record({
      member: bytesOf(32),
      cuts,
      keptInvites: sortedList(bytesOf(32), MAX_KEPT_INVITES, (id) => id),
      doors,
      rotation: optional(rotation),
    }),
  },
  'member.leave': { kind: entryKind.memberLeave, format: record({ cuts: cutsIfAny }) },
  'invite.create': {
    kind: entryKind.inviteCreate,
    format: record({
      role: linkRoleFormat,
      maxUses: unsigned(MAX_USES),
      expiresAtSeconds: unsigned(MAX_SECONDS),
      needsApproval: yesOrNo,
      proofKey: bytesOf(32),
      mailboxKey: bytesOf(32),
      mailboxSecret: bytesOf(32),
    }),
  },
  'invite.revoke': { kind: entryKind.inviteRevoke, format: record({ invite: bytesOf(32) }) },
  admit: { kind: entryKind.admit, format: record({ join: joinFormat, doors, boxes: epochBoxes }) },
  'device.add': {
    kind: entryKind.deviceAdd,
    format: record({
      person: bytesOf(32),
      keys: deviceKeysFormat,
      deviceSignature: bytesOf(64),
      doors,
      boxes: epochBoxes,
    }),
  },
  'device.revoke': {
    kind: entryKind.deviceRevoke,
    format: record({ device: bytesOf(32), cuts, doors, rotation: optional(rotation) }),
  },
  'profile.set': {
    kind: entryKind.profileSet,
    format: record({ name: optional(nameFormat), paper: optional(paperPlaceFormat) }),
  },
  'epoch.rotate': { kind: entryKind.epochRotate, format: rotation },
  'key.share': { kind: entryKind.keyShare, format: record({ boxes: epochBoxes }) },
  'workspace.rename': { kind: entryKind.workspaceRename, format: record({ name: nameFormat }) },
  'relay.set': {
    kind: entryKind.relaySet,
    format: record({ relays: relaysFormat }),
  },
  'policy.set': {
    kind: entryKind.policySet,
    format: record({
      editorsMayInvite: yesOrNo,
      rotationDays: unsigned(MAX_DAYS),
      minimumVersion: unsigned(MAX_VERSION),
    }),
  },
  'owner.transfer': { kind: entryKind.ownerTransfer, format: record({ to: bytesOf(32), doors }) },
  forget: {
    kind: entryKind.forget,
    format: record({ channel: sizedBytes(MAX_CHANNEL_NAME_BYTES, 1), snapshot: bytesOf(32) }),
  },
  'root.rotate': {
    kind: entryKind.rootRotate,
    format: record({
      root: bytesOf(32),
      newRoot: bytesOf(32),
      rootSignature: bytesOf(64),
      newRootSignature: bytesOf(64),
    }),
  },
  'device.name': { kind: entryKind.deviceName, format: record({ device: bytesOf(32), name: nameFormat }) },
  merge: { kind: entryKind.merge, format: record({}) },
}

const typeByKind = new Map((Object.keys(formats) as KnownOperation['type'][]).map((type) => [formats[type].kind, type]))

/** The kinds that this version knows, rising. */
export const operationKinds: readonly number[] = [...typeByKind.keys()].sort((a, b) => a - b)

/** Kind and payload of an operation's entry. Sorts the lists; throws where a limit is passed. */
export function encodeOperation(operation: KnownOperation): { readonly kind: number; readonly payload: Uint8Array } {
  const { kind, format } = formats[operation.type] as { kind: number; format: Format<KnownOperation> }
  return { kind, payload: encodeWith(format, operation) }
}

/** What a log entry says; safe on hostile bytes. Embedded signatures and keys are judged by `checkOperation`. */
export function decodeOperation(kind: number, payload: Uint8Array): Result<Operation, Malformed> {
  const type = typeByKind.get(kind)
  if (!type) return ok({ type: 'unknown', kind })
  const fields = decodeWith(formats[type].format as Format<object>, payload)
  return fields.ok ? ok({ type, ...fields.value } as KnownOperation) : fields
}
