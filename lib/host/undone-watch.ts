import { fromHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { openSeenList } from '#lib/host/seen-list'
import { type UndoneView, undoneView } from '#lib/host/undone-view'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What can be done again, until it is so or this person put it away: then it stays away at this device (M4). */
export interface UndoneWatch {
  list(state: MembershipState, device: DeviceId, nowMs: number): readonly UndoneView[]
  /** A notice was put away, by its id; of others it knows nothing. */
  dismissed(noticeId: string): Promise<void>
}

/** Its operation, or nothing for an id of something else. */
const operationOf = (noticeId: string): Uint8Array =>
  (noticeId.startsWith('undone/') && fromHex(noticeId.slice('undone/'.length))) || new Uint8Array()

export async function openUndoneWatch(store: WorkspaceStore): Promise<UndoneWatch> {
  const seen = await openSeenList(store, 'seen-undone', 32)
  return {
    list: (state, device, nowMs) => undoneView(state, device, nowMs).filter(({ id }) => !seen.has(operationOf(id))),
    async dismissed(noticeId) {
      const operation = operationOf(noticeId)
      if (operation.length === 32) await seen.add(operation)
    },
  }
}
