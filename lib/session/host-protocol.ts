import type { ChannelName } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { InvitationView, Notice, PersonView, RoleName } from '#lib/session/session-view'

/** What a tab may ask of the tab that leads (D5), and what it is told. Everything here can be cloned between tabs. */

export type AppendFailure =
  | { readonly type: 'not-allowed' }
  | { readonly type: 'content-refused'; readonly reason: string }
  | { readonly type: 'fence-lost' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }
  | { readonly type: 'nobody-leads' }

/** A channel as it stands on disk. */
export interface OpenedForTab {
  readonly state: Uint8Array
  /** Client ids of this device by slot; empty when it may not write here. */
  readonly clients: readonly number[]
  readonly newerVersion: boolean
}

/** Acts of power and other things that only the leader can do. */
export type HostCommand =
  | { readonly type: 'rename-workspace'; readonly name: string }
  | { readonly type: 'set-my-name'; readonly name: string }
  | { readonly type: 'create-invitation'; readonly role: 'editor' | 'viewer'; readonly singleUse: boolean; readonly days: number }
  | { readonly type: 'revoke-invitation'; readonly id: string }
  | { readonly type: 'dismiss-notice'; readonly id: string }
  | { readonly type: 'backup' }

export type CommandReply =
  | { readonly type: 'done' }
  | { readonly type: 'invitation'; readonly id: string; readonly link: string }
  | { readonly type: 'backup'; readonly bytes: Uint8Array; readonly code: string }

/** The facts about a workspace that only the leader knows; pages come from the index channel. */
export interface HostView {
  readonly name: string
  readonly role: RoleName
  readonly canWrite: boolean
  readonly canInvite: boolean
  readonly me: PersonView
  readonly members: readonly PersonView[]
  readonly invitations: readonly InvitationView[]
  readonly delivery: DeliveryView
  readonly notices: readonly Notice[]
}

export type HostEvent =
  | { readonly type: 'accepted'; readonly channel: string; readonly update: Uint8Array }
  /** Everything known of a channel is to be read anew. */
  | { readonly type: 'rebuilt'; readonly channel: string }
  | { readonly type: 'view'; readonly view: HostView }
  /** Someone's cursor in a channel, opened and checked (R7). */
  | { readonly type: 'presence'; readonly channel: string; readonly bytes: Uint8Array }

/** The road from a tab to the leader, which may be the same tab. */
export interface HostClient {
  open(name: ChannelName): Promise<OpenedForTab | undefined>
  append(name: ChannelName, update: Uint8Array): Promise<Result<void, AppendFailure>>
  run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  /** How many edits this tab has not been able to hand over. */
  reportPending(count: number): void
  showCursor(name: ChannelName | undefined, cursor: Uint8Array | undefined): void
}
