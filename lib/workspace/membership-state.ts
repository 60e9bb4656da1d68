/** What the log says at some heads: who is here with which rights. Plain facts for everybody else; see M2. */
import type { DeviceId, EntryId, EpochTag, PersonId, WorkspaceId } from '#lib/base/ids'
import type { DoorStatement, RelayKey } from '#lib/protocol/door'
import type { InviteNote } from '#lib/workspace/invite-note'
import type { ExchangePublicKey, PaperKeys } from '#lib/workspace/keys'
import type { Cut, InviteCreate, RelayPlace } from '#lib/workspace/operation'
import type { GivenRole, Role } from '#lib/workspace/role'

/** Maps are keyed by the lower-case hex of their ids. */
export interface MembershipState {
  readonly workspaceId: WorkspaceId
  /** '' until somebody names it. */
  readonly name: string
  /** Since 1970, as the founder's clock had it. */
  readonly createdAtSeconds: number
  readonly owner: PersonId
  /** In join order. */
  readonly members: ReadonlyMap<string, Member>
  /** Who was a member once and is none now. */
  readonly formerMembers: ReadonlyMap<string, FormerMember>
  /** Every device ever bound to a person; only the active ones of members may do anything. */
  readonly devices: ReadonlyMap<string, DeviceRecord>
  /** In hex, of every device and recovery kit that anybody ever had. */
  readonly exchangeKeys: ReadonlySet<string>
  readonly invites: ReadonlyMap<string, Invite>
  /** The epoch in which one writes at these heads (E5, K3). */
  readonly epoch: Epoch
  /** The first, and every rotation that counts, in the order of the log. */
  readonly epochs: readonly Epoch[]
  /**
   * By operation (hex), in the order of the log: the epochs of all rotations by somebody who was an admin in their own past,
   * whether they count still or not. Somebody may have written in each.
   */
  readonly rotations: ReadonlyMap<string, EpochTag>
  readonly relays: readonly RelayPlace[]
  /** Statements for relay doors, in the order of the log, of one operation those first that give more (R3). */
  readonly doors: readonly DoorStatement[]
  /** By relay key (hex): the highest number that somebody could have said of it, whether the operation counts or not. */
  readonly doorNumbers: ReadonlyMap<string, number>
  readonly policy: Policy
  /** What ends somebody's standing, for the rule on late edits (§5). */
  readonly ends: readonly End[]
  readonly alarms: readonly Alarm[]
  /** Operations without effect, and why. */
  readonly voided: ReadonlyMap<string, VoidReason>
  /** What was cancelled and can be done again (M4). */
  readonly undone: readonly UndoneAct[]
  /** Log operations of each person (M7). */
  readonly operationsByPerson: ReadonlyMap<string, number>
  /** The owner used a kind from 128 on that this version does not know, or asks for a newer one (M5). */
  readonly needsNewerVersion: boolean
}

interface Person {
  readonly person: PersonId
  /** '' until they gave one. */
  readonly name: string
  /** From 0, over members and former members: does not move when others leave. */
  readonly joinOrder: number
}

/** Who was here once. */
export interface FormerMember extends Person {
  /** By themselves: nobody's removal had the last word. */
  readonly hasLeft: boolean
  /** Whose word it was: their own, or of who removed them. */
  readonly endedBy: PersonId | undefined
  /** When, in seconds since the genesis, as that person's clock had it. */
  readonly endedAtSeconds: number
}

/** A person with a role. */
export interface Member extends Person {
  readonly role: Role
  readonly paper: PaperKeys | undefined
  /** Active ones, earliest admission first. */
  readonly devices: readonly DeviceRecord[]
}

/** A device that a person brought in. */
export interface DeviceRecord {
  readonly device: DeviceId
  readonly person: PersonId
  readonly exchangeKey: ExchangePublicKey
  readonly relayKey: RelayKey
  /** E7's admitting operation: the lowest id of the device's admits and device.adds; the workspace for its founder. */
  readonly admission: EntryId | WorkspaceId
  /** '' until it gave itself one. */
  readonly name: string
  /** Not revoked, and its person is a member. */
  readonly active: boolean
}

/** Where a link stands; `suspended`: too many people used it at once, and nobody of them is in. */
export type InviteState = 'open' | 'used' | 'revoked' | 'suspended'

/** A link that counts. */
export interface Invite {
  readonly id: EntryId
  readonly author: PersonId
  readonly terms: InviteCreate
  readonly note: InviteNote
  /** Expiry is not looked at: that takes a clock (I5). */
  readonly state: InviteState
  /** Who came in by it. */
  readonly joined: readonly PersonId[]
}

/** A period under one secret. */
export interface Epoch {
  readonly tag: EpochTag
  /** 32 bytes; `undefined` for the first epoch, which the genesis commits to in its own way. */
  readonly commitment: Uint8Array | undefined
  /** The operations that made it: several for a joined epoch (K3), none for the first. */
  readonly operations: readonly EntryId[]
}

/** What the owner set; see `PolicySet`. */
export interface Policy {
  readonly editorsMayInvite: boolean
  readonly rotationDays: number
  readonly minimumVersion: number
}

/** A removal, demotion, revocation or leaving that counts. */
export interface End {
  readonly operation: EntryId
  /** Whose standing ends; with `device`, only that device's. */
  readonly person: PersonId
  readonly device: DeviceId | undefined
  /** What is left of it. */
  readonly role: Role | undefined
  /** The person's own word about themselves. */
  readonly isLeaving: boolean
  readonly cuts: readonly Cut[]
}

/** What somebody should look at. */
export type Alarm =
  /** More people at once than a link allows: nobody of them is in (I3). */
  | { readonly type: 'invitation-used-twice'; readonly invite: EntryId; readonly people: readonly PersonId[] }
  /** The owner handed the workspace to this person and at the same time something else: nobody was handed it (M3). */
  | { readonly type: 'transfer-contested'; readonly operation: EntryId; readonly person: PersonId }

/** What `by`, who was removed or demoted or lost the device unseen, had done in vain (M4). */
export type UndoneAct = { readonly operation: EntryId; readonly by: PersonId } & (
  | { readonly type: 'remove'; readonly person: PersonId; readonly keptInvites: readonly EntryId[] }
  | { readonly type: 'set-role'; readonly person: PersonId; readonly role: GivenRole }
  | { readonly type: 'revoke'; readonly invite: EntryId }
  | { readonly type: 'rename'; readonly name: string }
)

/** Why an operation has no effect. */
export type VoidReason =
  /** Its past names no device that signed it, or its person is no member there. */
  | 'no-member'
  /** The device was revoked. */
  | 'device-revoked'
  /** The author's role in its own past does not suffice. */
  | 'not-entitled'
  /** The author was removed, demoted or lost the device, unseen (M3). */
  | 'cancelled'
  /** A transfer that something else by the owner, or the heir's leaving, spoke against at the same time (M3). */
  | 'contested'
  /** Keys or signatures inside are not good. */
  | 'bad-proof'
  /** It speaks of a person, device or link that its past does not know. */
  | 'unknown-target'
  /** M7, or more devices than one may have (M3). */
  | 'too-many'
  /** It brings a device with an exchange or relay key that is somebody else's (M3). */
  | 'key-in-use'
  /** The link was revoked, or the person is a member already, or was removed and needs an admin. */
  | 'not-admissible'
  /** The link's uses were up. */
  | 'link-used-up'
  /** Others used the link at the same time. */
  | 'suspended'
  /** A rotation whose tag another one has too (K1). */
  | 'epoch-clash'
  /** A kind that has no effect in this version. */
  | 'no-effect'
