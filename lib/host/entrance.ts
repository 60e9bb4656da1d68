import type { EntryId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { type AdmissionDesk, createAdmissionDesk, type Mailboxes } from '#lib/host/admission-desk'
import type { Platform } from '#lib/host/browser-platform'
import type { AppendFailure } from '#lib/host/host-protocol'
import { createInvitationDesk, type InvitationDesk } from '#lib/host/invitation-desk'
import { openSpokenInvitations } from '#lib/host/spoken-invitations'
import type { MakeOperation } from '#lib/host/write-operation'
import { openWrongPins } from '#lib/host/wrong-pins'
import type { Replica } from '#lib/replica/replica'
import type { AppendRequest } from '#lib/replica/write-entry'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Genesis, Operation } from '#lib/workspace/operation'

/** All by which people come in: links, said aloud or not, and whoever answers at their mailboxes (I1–I10). */
export interface Entrance {
  readonly invitations: InvitationDesk
  readonly desk: AdmissionDesk
  /** Opens mailboxes and listens at them: of whatever the log has now. */
  attend(): void
}

export interface EntranceOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly genesis: Genesis
  readonly store: WorkspaceStore
  readonly platform: Platform
  readonly mailboxes: Mailboxes
  /** This relay's, as `location.origin` gives it. */
  readonly origin: string
  append(
    operation: Operation | MakeOperation,
    beside?: Pick<AppendRequest, 'epoch' | 'tail'>,
  ): Promise<Result<EntryId, AppendFailure>>
  inviterName(): string
  onRequests(): void
}

export async function openEntrance(options: EntranceOptions): Promise<Entrance> {
  const { replica, keys, genesis, store, mailboxes, origin, append, inviterName, onRequests } = options
  const { clock, random, crypto, stretch } = options.platform
  const nowSeconds = () => Math.floor(clock.now() / 1000)
  const spoken = await openSpokenInvitations({ store, mailboxes, crypto, random, stretch, nowSeconds })
  const parts = { replica, crypto, clock, random, append }
  const invitations = createInvitationDesk({ ...parts, stretch, spoken, origin, inviterName })
  const { cardFor } = invitations
  const wrongPins = await openWrongPins(store)
  const desk = createAdmissionDesk({ ...parts, keys, genesis, mailboxes, wrongPins, cardFor, onRequests })
  return {
    invitations,
    desk,
    attend() {
      desk.attend()
      spoken.attend(replica.membership.current()?.invites ?? new Map())
    },
  }
}
