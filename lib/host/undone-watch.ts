import { fromHex, sameBytes } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { type UndoneView, undoneView } from '#lib/host/undone-view'
import { bytesOf, decodeWith, encodeWith, listOf } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What can be done again, until it is so or this person put it away: then it stays away at this device (M4). */
export interface UndoneWatch {
  list(state: MembershipState, device: DeviceId, nowMs: number): readonly UndoneView[]
  /** A notice was put away, by its id; of others it knows nothing. */
  dismissed(noticeId: string): Promise<void>
}

const KEY = 'seen-undone'
const MOST_SEEN = 1024
const format = listOf(bytesOf(32), MOST_SEEN)

/** Its operation, or nothing for an id of something else. */
const operationOf = (noticeId: string): Uint8Array =>
  (noticeId.startsWith('undone/') && fromHex(noticeId.slice('undone/'.length))) || new Uint8Array()

export async function openUndoneWatch(store: WorkspaceStore): Promise<UndoneWatch> {
  const kept = await store.record(KEY)
  const read = kept.ok && kept.value ? decodeWith(format, kept.value) : undefined
  let seen: readonly Uint8Array[] = read?.ok ? read.value : []
  return {
    list: (state, device, nowMs) =>
      undoneView(state, device, nowMs).filter(({ id }) => !seen.some((one) => sameBytes(one, operationOf(id)))),
    async dismissed(noticeId) {
      const operation = operationOf(noticeId)
      if (operation.length !== 32 || seen.some((one) => sameBytes(one, operation))) return
      seen = [...seen, operation].slice(-MOST_SEEN)
      await store.commit({ entries: [], records: [{ key: KEY, value: encodeWith(format, seen) }] })
    },
  }
}
