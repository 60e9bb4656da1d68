/**
 * How much a room and each relay key in it may store (R4). The last part of a room is kept for the log entries of
 * admins, so that nobody can fill it to prevent their own removal.
 */
import { toHex } from '#lib/base/bytes'
import type { BlobLane } from '#lib/protocol/blob'
import type { DoorLevel } from '#lib/protocol/door'
import type { DeclineReason } from '#lib/protocol/relay-frames'
import type { KeyUsage } from '#relay/log-store'
import type { StoreSpace } from '#relay/store-space'
import type { SyncLimits } from '#relay/sync-limits'

export interface RoomQuota {
  /** Counts `bytes` for the key, or tells why they may not be stored. */
  charge(key: Uint8Array, level: DoorLevel, lane: BlobLane, bytes: number): DeclineReason | undefined
  /** Takes a charge back, for a blob that was there already. */
  refund(key: Uint8Array, lane: BlobLane, bytes: number): void
}

export function createRoomQuota(limits: SyncLimits, usage: readonly KeyUsage[], space: StoreSpace): RoomQuota {
  const used = new Map(usage.map(({ key, lane, bytes }) => [`${lane} ${toHex(key)}`, bytes]))
  let total = usage.reduce((sum, { bytes }) => sum + bytes, 0)

  const add = (account: string, bytes: number) => {
    used.set(account, (used.get(account) ?? 0) + bytes)
    total += bytes
  }

  return {
    charge(key, level, lane, bytes) {
      const account = `${lane} ${toHex(key)}`
      const mine = (used.get(account) ?? 0) + bytes
      const isAdmin = level === 'admin' || level === 'root'
      if (mine > (lane === 'log' ? limits.keyLogBytes : limits.keyContentBytes)) return 'key-full'
      const hasReserve = lane === 'log' && (isAdmin || mine <= limits.keyReserveBytes)
      if (total + bytes > limits.roomBytes - (hasReserve ? 0 : limits.reserveBytes)) return 'room-full'
      if (!space.charge(bytes, hasReserve)) return 'store-full'
      add(account, bytes)
      return undefined
    },
    refund(key, lane, bytes) {
      add(`${lane} ${toHex(key)}`, -bytes)
      space.refund(bytes)
    },
  }
}
