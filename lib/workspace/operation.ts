/**
 * The operations of the membership log (docs/protocol.md §4): what people do to the workspace itself. Plain facts as
 * they were signed; whether they count is the resolver's business.
 */
import type { ChainTag, ChannelName, EntryId, EpochTag, PersonId, Signature } from '#lib/base/ids'
import type { DoorStatement, RelayKey } from '#lib/protocol/door'
import type { DeviceKeys, ExchangePublicKey, PaperKeys } from '#lib/workspace/keys'
import type { GivenRole, LinkRole } from '#lib/workspace/role'

/** Newest entry of the target's that the remover holds and nobody else builds on yet (§5). */
export interface Cut {
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
}

/** An epoch secret for some recipients; all boxes of one secret share the ephemeral key that follows from it (K1). */
export interface EpochBoxes {
  readonly epoch: EpochTag
  /** 32 bytes. */
  readonly ephemeralKey: Uint8Array
  readonly boxes: readonly { readonly recipient: ExchangePublicKey; readonly box: Uint8Array }[]
}

/** A new epoch (K1): its secret for everybody entitled, and the secrets it follows under the new one. */
export interface Rotation {
  /** 32 bytes; the epoch's tag is its prefix. */
  readonly commitment: Uint8Array
  /** 32 bytes. */
  readonly ephemeralKey: Uint8Array
  readonly boxes: EpochBoxes['boxes']
  /** Old secrets, 48 bytes each; none in a barrier (K4). */
  readonly wraps: readonly { readonly epoch: EpochTag; readonly box: Uint8Array }[]
}

/** Where a relay keeps the workspace: the room is H(rootKey ‖ random) (R3). The origin is as in `URL.origin`. */
export interface RelayPlace {
  readonly origin: string
  readonly rootKey: RelayKey
  /** 32 bytes. */
  readonly random: Uint8Array
}

/** The first entry: its payload's hash is the workspace's id (M1). */
export interface Genesis {
  readonly type: 'genesis'
  readonly root: PersonId
  readonly keys: DeviceKeys
  /** Absent until there is a recovery kit; `profile.set` brings it then. */
  readonly paper: PaperKeys | undefined
  /** r: 32 bytes. */
  readonly random: Uint8Array
  /** H(tag("epoch-0") ‖ r ‖ E_0). */
  readonly firstEpoch: Uint8Array
  /** Since 1970; entries count their seconds from here (E6). */
  readonly seconds: number
  /** By the root, over all of the above. */
  readonly rootSignature: Signature
}

/** Gives a member another role, or a former member one again. */
export interface RoleSet {
  readonly type: 'role.set'
  readonly member: PersonId
  readonly role: GivenRole
  readonly cuts: readonly Cut[]
  readonly doors: readonly DoorStatement[]
}

/** Ends a membership, and the links that I4 names. */
export interface MemberRemove {
  readonly type: 'member.remove'
  readonly member: PersonId
  readonly cuts: readonly Cut[]
  /** Links that stay open although I4 would end them. */
  readonly keptInvites: readonly EntryId[]
  readonly doors: readonly DoorStatement[]
  readonly rotation: Rotation | undefined
}

/** Ends the author's own membership. */
export interface MemberLeave {
  readonly type: 'member.leave'
  /** What they wrote until then. */
  readonly cuts: readonly Cut[]
}

/** A link (I1); its secret is known to those who hold the link only. */
export interface InviteCreate {
  readonly type: 'invite.create'
  readonly role: LinkRole
  /** 0 for any number. */
  readonly maxUses: number
  /** Since 1970; kept by teammates' devices and the mailbox, never by the resolver (I5). */
  readonly expiresAtSeconds: number
  /** Whether only an admin may let the joiner in. */
  readonly needsApproval: boolean
  /** 32 bytes: Ed25519, proves that a joiner holds the link. */
  readonly proofKey: Uint8Array
  /** 32 bytes: Ed25519, deposits into and reads the mailbox, whose name is its hash. */
  readonly mailboxKey: Uint8Array
  /** 32 secret bytes: seals what lies in the mailbox. */
  readonly mailboxSecret: Uint8Array
}

/** Ends a link for every join that it has not seen (I4). */
export interface InviteRevoke {
  readonly type: 'invite.revoke'
  readonly invite: EntryId
}

/** What somebody with a link asks for (I2); carried verbatim in the admit that lets them in. */
export interface JoinRecord {
  readonly invite: EntryId
  /** The invite's, so that the record can be checked by itself; the resolver compares. */
  readonly proofKey: Uint8Array
  readonly root: PersonId
  readonly keys: DeviceKeys
  readonly paper: PaperKeys | undefined
  readonly name: string
  /** By the link's proof key, the new device and the root, each over all of the above and the workspace. */
  readonly proof: Signature
  readonly deviceSignature: Signature
  readonly rootSignature: Signature
}

/** Lets a joiner in (I2). */
export interface Admit {
  readonly type: 'admit'
  readonly join: JoinRecord
  readonly doors: readonly DoorStatement[]
  readonly boxes: readonly EpochBoxes[]
}

/** Brings in another device of the author's. */
export interface DeviceAdd {
  readonly type: 'device.add'
  /** Whose device it becomes: the author's own. */
  readonly person: PersonId
  readonly keys: DeviceKeys
  /** By the new device, over workspace, person and keys. */
  readonly deviceSignature: Signature
  readonly doors: readonly DoorStatement[]
  readonly boxes: readonly EpochBoxes[]
}

/** Ends a device of the author's own. */
export interface DeviceRevoke {
  readonly type: 'device.revoke'
  readonly device: DeviceKeys['device']
  readonly cuts: readonly Cut[]
  readonly doors: readonly DoorStatement[]
  readonly rotation: Rotation | undefined
}

/** What is given replaces what was known; the rest stays. */
export interface ProfileSet {
  readonly type: 'profile.set'
  readonly name: string | undefined
  /** Of a new recovery kit (V2), with statements that let it in at the relays. */
  readonly paper: (PaperKeys & { readonly doors: readonly DoorStatement[] }) | undefined
}

/** Begins an epoch. */
export interface EpochRotate extends Rotation {
  readonly type: 'epoch.rotate'
}

/** Boxes that somebody entitled is missing (K2). */
export interface KeyShare {
  readonly type: 'key.share'
  readonly boxes: readonly EpochBoxes[]
}

/** Names the workspace. */
export interface WorkspaceRename {
  readonly type: 'workspace.rename'
  readonly name: string
}

/** Replaces the relays. */
export interface RelaySet {
  readonly type: 'relay.set'
  readonly relays: readonly RelayPlace[]
}

/** Replaces the whole policy. */
export interface PolicySet {
  readonly type: 'policy.set'
  readonly editorsMayInvite: boolean
  /** 0 for no rotation by time. */
  readonly rotationDays: number
  /** Clients below are asked to update; 0 for any. */
  readonly minimumVersion: number
}

/** Hands ownership on to an admin; the author is an admin from then on. */
export interface OwnerTransfer {
  readonly type: 'owner.transfer'
  readonly to: PersonId
  readonly doors: readonly DoorStatement[]
}

/** Peers may drop what the snapshot covers in this channel (S3). */
export interface Forget {
  readonly type: 'forget'
  readonly channel: ChannelName
  readonly snapshot: EntryId
}

/** Replaces a member's root; read but without effect in this version. */
export interface RootRotate {
  readonly type: 'root.rotate'
  readonly root: PersonId
  readonly newRoot: PersonId
  /** By the old and by the new root, over workspace, old and new root. */
  readonly rootSignature: Signature
  readonly newRootSignature: Signature
}

/** Names a device of the author's own, for people's eyes. */
export interface DeviceName {
  readonly type: 'device.name'
  readonly device: DeviceKeys['device']
  readonly name: string
}

/** Joins heads (E4); no effect. */
export interface Merge {
  readonly type: 'merge'
}

/** A kind that this version does not know (M5). */
export interface UnknownOperation {
  readonly type: 'unknown'
  readonly kind: number
}

/** Every kind of docs/protocol.md §4. */
export type KnownOperation =
  | Genesis
  | RoleSet
  | MemberRemove
  | MemberLeave
  | InviteCreate
  | InviteRevoke
  | Admit
  | DeviceAdd
  | DeviceRevoke
  | ProfileSet
  | EpochRotate
  | KeyShare
  | WorkspaceRename
  | RelaySet
  | PolicySet
  | OwnerTransfer
  | Forget
  | RootRotate
  | DeviceName
  | Merge

/** What a log entry holds. */
export type Operation = KnownOperation | UnknownOperation
