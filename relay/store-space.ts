/**
 * How much all rooms together may store (R4). The last part is kept for the log entries of admins in rooms that are there,
 * as in each room: so nothing else is taken then, and nobody founds a room.
 */
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import type { LogStore } from '#relay/log-store'
import type { SyncLimits } from '#relay/sync-limits'

export interface StoreSpace {
  /** Counts `bytes` unless they would leave too little; false then. */
  charge(bytes: number, hasReserve: boolean): boolean
  /** Takes a charge back, for a blob that was there already. */
  refund(bytes: number): void
  /** Whether less than a frame is left besides the reserve. */
  isFull(): boolean
  /** Counts anew what the store has, where it is bounded: other nodes may have brought something. */
  count(): Promise<void>
}

export function createStoreSpace(
  { storeBytes, storeReserveBytes }: Pick<SyncLimits, 'storeBytes' | 'storeReserveBytes'>,
  store: Pick<LogStore, 'bytes'>,
): StoreSpace {
  let used = 0
  const leaves = (bytes: number, hasReserve: boolean) =>
    used + bytes <= storeBytes - (hasReserve ? 0 : storeReserveBytes)
  return {
    charge(bytes, hasReserve) {
      if (!leaves(bytes, hasReserve)) return false
      used += bytes
      return true
    },
    refund(bytes) {
      used -= bytes
    },
    isFull: () => !leaves(MAX_FRAME_BYTES, false),
    async count() {
      if (Number.isFinite(storeBytes)) used = await store.bytes()
    },
  }
}
