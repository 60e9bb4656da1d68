import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, WorkspaceId } from '#lib/base/ids'
import type { JoinRequestView } from '#lib/host/invitation-facts'
import { refusalOfJoin } from '#lib/workspace/admission'
import type { Invite, MembershipState } from '#lib/workspace/membership-state'
import type { JoinRecord } from '#lib/workspace/operation'

/** A join that an admin is asked about, as it lies in the mailbox. */
export interface JoinRequest {
  readonly invite: Invite
  readonly join: JoinRecord
  /** Of the deposit. */
  readonly number: number
  readonly words: readonly string[]
}

/** Those who wait for this person's word (I10). A request that was decided elsewhere or has no object any more is not told. */
export interface JoinRequests {
  add(invite: Invite, join: JoinRecord, number: number): Promise<void>
  find(id: string): JoinRequest | undefined
  drop(id: string): void
  /** Somebody else answered that deposit; false where nobody was asked about it. */
  answered(invite: EntryId, number: number): boolean
  list(state: MembershipState, nowMs: number): readonly JoinRequestView[]
}

/** Whoever has a link may ask as often as they like; nobody reads more than so many. */
const MAX_WAITING = 64

export const requestId = (join: JoinRecord): string => toBase64Url(join.keys.device)

export function createJoinRequests(workspaceId: WorkspaceId, device: DeviceId): JoinRequests {
  const waiting = new Map<string, JoinRequest>()
  return {
    async add(invite, join, number) {
      if (waiting.size >= MAX_WAITING) return
      const { wordsOfJoin } = await import('#lib/workspace/join-words')
      const words = wordsOfJoin(workspaceId, join.root, join.keys.device)
      waiting.set(requestId(join), { invite, join, number, words })
    },
    find: (id) => waiting.get(id),
    drop: (id) => void waiting.delete(id),
    answered(invite, number) {
      const [found] = [...waiting].find(([, one]) => one.number === number && sameBytes(one.invite.id, invite)) ?? []
      return found !== undefined && waiting.delete(found)
    },
    list(state, nowMs) {
      const open = [...waiting].filter(([, { join }]) => !refusalOfJoin(state, device, join, Math.floor(nowMs / 1000)))
      return open.map(([id, { invite, join, words }]) => ({
        id,
        name: join.name,
        role: invite.terms.role,
        label: state.invites.get(toHex(invite.id))?.note.label ?? '',
        words,
      }))
    },
  }
}
