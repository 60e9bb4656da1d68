/**
 * How much a room and each relay key in it may store (R4). The last part of a room is kept for the log entries of
 * admins, so that nobody can fill it to prevent their own removal; files have half of it at most, so that text goes on
 * where they have filled theirs (F1).
 */
import { toHex } from '#lib/base/bytes'
import type { DoorLevel } from '#lib/protocol/door'
import type { DeclineReason } from '#lib/protocol/relay-frames'
import type { KeyUsage, UsageLane } from '#relay/log-store'
import type { StoreSpace } from '#relay/store-space'
import type { SyncLimits } from '#relay/sync-limits'

export interface RoomQuota {
  /** Counts `bytes` for the key, or tells why they may not be stored. */
  charge(key: Uint8Array, level: DoorLevel, lane: UsageLane, bytes: number): DeclineReason | undefined
  /** Takes a charge back, for a blob or piece that was there already. */
  refund(key: Uint8Array, lane: UsageLane, bytes: number): void
}

export function createRoomQuota(limits: SyncLimits, usage: readonly KeyUsage[], space: StoreSpace): RoomQuota {
  const used = new Map<string, number>()
  let total = 0
  let pieces = 0

  const nameOf = (key: Uint8Array, lane: UsageLane) => `${lane} ${toHex(key)}`
  const add = (account: string, lane: UsageLane, bytes: number) => {
    used.set(account, (used.get(account) ?? 0) + bytes)
    total += bytes
    if (lane === 'piece') pieces += bytes
  }
  for (const { key, lane, bytes } of usage) add(nameOf(key, lane), lane, bytes)

  return {
    charge(key, level, lane, bytes) {
      const account = nameOf(key, lane)
      const mine = (used.get(account) ?? 0) + bytes
      const isAdmin = level === 'admin' || level === 'root'
      if (mine > (lane === 'log' ? limits.keyLogBytes : limits.keyContentBytes)) return 'key-full'
      const hasReserve = lane === 'log' && (isAdmin || mine <= limits.keyReserveBytes)
      if (total + bytes > limits.roomBytes - (hasReserve ? 0 : limits.reserveBytes)) return 'room-full'
      if (lane === 'piece' && pieces + bytes > limits.roomBytes / 2) return 'room-full'
      if (!space.charge(bytes, hasReserve)) return 'store-full'
      add(account, lane, bytes)
      return undefined
    },
    refund(key, lane, bytes) {
      add(nameOf(key, lane), lane, -bytes)
      space.refund(bytes)
    },
  }
}
