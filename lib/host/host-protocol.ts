import type { ChannelName, PieceName } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { ConnectionView } from '#lib/host/connection-view'
import type { DeviceView } from '#lib/host/device-view'
import type { HeldBackView } from '#lib/host/held-back-view'
import type { InvitationView, InvitationWish, JoinRequestView, MadeInvitation } from '#lib/host/invitation-facts'
import type { KeysView } from '#lib/host/key-facts'
import type { KitStanding } from '#lib/host/kit-keeper'
import type { MemberStanding } from '#lib/host/member-standing'
import type { PairingDeposit, PairingWish } from '#lib/host/pairing-desk'
import type { PeopleView } from '#lib/host/people-view'
import type { PieceAbsence } from '#lib/host/piece-keeper'
import type { RoomMakingView } from '#lib/host/room-making'
import type { PolicyView, PolicyWish } from '#lib/host/set-policy'
import type { UndoneView } from '#lib/host/undone-view'
import type { VerifiedPerson } from '#lib/host/verified-people'
import type { Notice, PersonView } from '#lib/host/workspace-facts'
import type { RemoteCursor } from '#lib/presence/awareness-bridge'
import type { RequestedDevice } from '#lib/workspace/pairing-message'
import type { GivenRole, Role } from '#lib/workspace/role'

/** What a tab may ask of the tab that leads (D5), and what it is told. Everything here can be cloned between tabs. */

export type AppendFailure =
  | { readonly type: 'not-allowed' }
  | { readonly type: 'content-refused'; readonly reason: string }
  /** It builds on something that is shown and not stored yet. */
  | { readonly type: 'too-early' }
  | { readonly type: 'fence-lost' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }
  | { readonly type: 'nobody-leads' }
  /** No thread or too little room to make guessing slow. */
  | { readonly type: 'not-stretched' }
  /** The person, device or link is not here any more. */
  | { readonly type: 'not-found' }
  /** An owner hands over before leaving. */
  | { readonly type: 'owner-stays' }
  /** Who revokes their only device is nobody any more. */
  | { readonly type: 'last-device' }
  /** No operation holds it: too many kept links, or a name that is none. */
  | { readonly type: 'too-much' }
  /** No relay answers at that address, or the workspace uses it already. */
  | { readonly type: 'no-relay' }

/** A channel as it stands on disk. */
export interface OpenedForTab {
  readonly state: Uint8Array
  /** Client ids of this device by slot; empty when it may not write here. */
  readonly clients: readonly number[]
  readonly newerVersion: boolean
}

/** Who wrote what stands in a channel: a person's id by client id. A struct says nothing else of its author. */
export type ChannelAuthors = readonly (readonly [client: number, person: string])[]

/** Acts of power and other things that only the leader can do. */
export type HostCommand =
  | { readonly type: 'rename-workspace'; readonly name: string }
  | { readonly type: 'set-my-name'; readonly name: string }
  | ({ readonly type: 'create-invitation' } & InvitationWish)
  /** Six words that open the invitation behind `link`, for saying aloud. */
  | { readonly type: 'speak-invitation'; readonly link: string }
  /** `id` of a request in the view. */
  | { readonly type: 'admit-request'; readonly id: string }
  | { readonly type: 'refuse-request'; readonly id: string }
  | { readonly type: 'revoke-invitation'; readonly id: string }
  | { readonly type: 'set-role'; readonly person: string; readonly role: GivenRole }
  | { readonly type: 'remove-member'; readonly person: string; readonly keptInvitations: readonly string[] }
  | { readonly type: 'leave' }
  /** `id` of an `UndoneView`. */
  | { readonly type: 'redo'; readonly id: string }
  | { readonly type: 'transfer-ownership'; readonly person: string }
  | { readonly type: 'revoke-device'; readonly device: string }
  | { readonly type: 'rotate-keys' }
  /** This profile was copied: it goes on as a device of its own (E2). The leader's part then starts anew. */
  | { readonly type: 'renew-keys' }
  | { readonly type: 'set-policy'; readonly wish: PolicyWish }
  /** Those of a line of late edits in the view. */
  | { readonly type: 'keep-held-back'; readonly ids: readonly string[] }
  /** The edits of a line that is set aside (E3), and what writes them anew: `not-found` once that was done. */
  | { readonly type: 'read-set-aside'; readonly id: string }
  | { readonly type: 'write-anew'; readonly id: string; readonly update: Uint8Array }
  /** Edits of an ended life are about to be written anew: what is held back under them is kept as it is. */
  | { readonly type: 'keep-under'; readonly channel: ChannelName; readonly updates: readonly Uint8Array[] }
  /** Somebody compared safety numbers at this device, or takes that back (V5). */
  | { readonly type: 'note-verified'; readonly person: string; readonly verified: boolean }
  | { readonly type: 'dismiss-notice'; readonly id: string }
  /** Brings in a device whose code the person typed (V1). */
  | { readonly type: 'link-device'; readonly device: RequestedDevice; readonly name: string }
  /** The mailbox of a linking, as the tab wants it: said again and again until `leave-pairing`. */
  | { readonly type: 'attend-pairing'; readonly wish: PairingWish }
  | { readonly type: 'leave-pairing'; readonly mailboxKey: Uint8Array }
  /** The profile has a recovery kit, or another one: this workspace is to be in it (V2). */
  | { readonly type: 'keep-kit' }
  /** The linkings of this profile changed (V6). */
  | { readonly type: 'attend-links' }
  /** Hides this device's addresses from the others, or does not any more (R8). */
  | { readonly type: 'set-relay-only'; readonly on: boolean }
  /** Uses another relay, too, at an address as it was typed; or one no more, by its origin (R3, R5). */
  | { readonly type: 'add-relay'; readonly address: string }
  | { readonly type: 'remove-relay'; readonly origin: string }
  /** Makes room at a relay (S3); or stops that, and puts away what came of it. */
  | { readonly type: 'make-room'; readonly origin: string; readonly wish: 'begin' | 'leave' }
  /** Which of these channels hold these bytes (channels-holding.ts). */
  | { readonly type: 'look-through'; readonly channels: readonly ChannelName[]; readonly bytes: Uint8Array }
  /** Keeps a sealed piece of a file here, and brings it to the relays when that can be done (F1). */
  | { readonly type: 'keep-piece'; readonly name: PieceName; readonly bytes: Uint8Array }
  /** A sealed piece, from this device or a relay. */
  | { readonly type: 'read-piece'; readonly name: PieceName }
  /** The browser may have promised to keep this site's data, or a backup was downloaded. */
  | { readonly type: 'look-at-storage' }

export type CommandReply =
  | { readonly type: 'done' }
  | ({ readonly type: 'invitation' } & MadeInvitation)
  | { readonly type: 'piece'; readonly found: Result<Uint8Array, PieceAbsence> }
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'set-aside'; readonly channel: ChannelName; readonly updates: readonly Uint8Array[] }
  /** For the new device alone. */
  | { readonly type: 'device-linked'; readonly box: Uint8Array }
  | { readonly type: 'channels'; readonly channels: readonly ChannelName[] }
  | { readonly type: 'pairing-deposits'; readonly deposits: readonly PairingDeposit[] }

/** The facts about a workspace that only the leader knows; pages come from the index channel. */
export interface HostView {
  /** '' until somebody names it. */
  readonly name: string
  readonly role: Role
  readonly canWrite: boolean
  readonly canComment: boolean
  readonly canInvite: boolean
  readonly me: PersonView
  /** In join order; includes me. */
  readonly members: readonly PersonView[]
  readonly invitations: readonly InvitationView[]
  /** People who wait to be let in, for an admin. */
  readonly requests: readonly JoinRequestView[]
  readonly delivery: DeliveryView
  readonly connection: ConnectionView
  /** Mine, the first one first; empty while the workspace is a draft. */
  readonly devices: readonly DeviceView[]
  readonly kit: KitStanding
  readonly notices: readonly Notice[]
  readonly people: PeopleView
  /** What was undone and I may do again, or had done. */
  readonly undone: readonly UndoneView[]
  /** Whether I am still a member, and if not, why. */
  readonly standing: MemberStanding
  readonly keys: KeysView
  readonly policy: PolicyView
  readonly roomMaking: RoomMakingView
  readonly verified: readonly VerifiedPerson[]
  /** Edits that do not count and wait for somebody's word. */
  readonly heldBack: readonly HeldBackView[]
}

/** Requests of the tab bus. */
export type HostCalls = {
  readonly open: { readonly payload: ChannelName; readonly answer: OpenedForTab | undefined }
  readonly append: {
    readonly payload: { readonly channel: ChannelName; readonly update: Uint8Array }
    readonly answer: Result<void, AppendFailure>
  }
  /** Persons (base64url) by the client ids that they wrote a channel under. */
  readonly authors: { readonly payload: ChannelName; readonly answer: ChannelAuthors }
  readonly run: { readonly payload: HostCommand; readonly answer: Result<CommandReply, AppendFailure> }
  readonly view: { readonly payload: undefined; readonly answer: HostView }
  /** How many edits a tab has not been able to hand over. */
  readonly pending: { readonly payload: number; readonly answer: undefined }
  /** Where this tab's person is, and their cursor; `undefined` channel: nowhere. */
  readonly presence: {
    readonly payload: { readonly channel: ChannelName | undefined; readonly cursor: Uint8Array | undefined }
    readonly answer: undefined
  }
}

/** What the leader tells every tab. */
export type HostEvents = {
  /** Committed content of a channel (hex of its tag), whoever wrote it. */
  readonly accepted: { readonly channel: string; readonly update: Uint8Array }
  /** Everything known of a channel is to be read anew. */
  readonly rebuilt: { readonly channel: string }
  readonly view: HostView
  /** Who is in a channel now, with their cursors; replaces what was said before (R7). */
  readonly presence: { readonly channel: string; readonly here: readonly RemoteCursor[] }
}

/** The road from a tab to the leader, which may be the same tab. */
export interface HostClient {
  open(name: ChannelName): Promise<OpenedForTab | undefined>
  append(name: ChannelName, update: Uint8Array): Promise<Result<void, AppendFailure>>
  /** Empty when nobody answers. */
  authors(name: ChannelName): Promise<ChannelAuthors>
  run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  view(): Promise<HostView | undefined>
  reportPending(count: number): void
  showPresence(channel: ChannelName | undefined, cursor: Uint8Array | undefined): void
}
