import { compareBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import type { SyncPeer } from '#lib/sync/sync-engine'

/**
 * The open links, by the device (hex) at their other end. Of several to one device the newest stays, also where they belong
 * to two meshes (K5). Both ends may have seen them come in another order, so one of them decides; the other does after a
 * while, and never about the last.
 */
export interface DeviceLinks<P extends Pick<SyncPeer, 'close'>> {
  add(other: DeviceId, peer: P): void
  /** That link closed; whether it was the last to its device. */
  remove(other: DeviceId, peer: P): boolean
  devices(): ReadonlySet<string>
  all(): readonly (readonly [device: string, peer: P])[]
}

/** So long the device with the higher key waits for the other to close the older of two links. */
const DUPLICATE_MS = 1000

export function createDeviceLinks<P extends Pick<SyncPeer, 'close'>>(device: DeviceId, clock: Clock): DeviceLinks<P> {
  /** The oldest first. */
  const open = new Map<string, readonly P[]>()

  function keepNewest(key: string): void {
    for (const older of open.get(key)?.slice(0, -1) ?? []) older.close('replaced')
  }

  return {
    add(other, peer) {
      const key = toHex(other)
      const older = open.get(key) ?? []
      open.set(key, [...older, peer])
      if (older.length === 0) return
      if (compareBytes(device, other) < 0) keepNewest(key)
      else clock.after(DUPLICATE_MS, () => keepNewest(key))
    },
    remove(other, peer) {
      const key = toHex(other)
      const left = open.get(key)?.filter((one) => one !== peer) ?? []
      if (left.length > 0) open.set(key, left)
      else open.delete(key)
      return left.length === 0
    },
    devices: () => new Set(open.keys()),
    all: () => [...open].flatMap(([key, peers]) => peers.map((peer) => [key, peer] as const)),
  }
}
