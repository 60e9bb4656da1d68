import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'

/**
 * The open links, by the device (hex) at their other end. Links to one device in two meshes stand side by side: each mesh
 * would make a closed one anew (K5).
 */
export interface DeviceLinks<P> {
  add(other: DeviceId, peer: P): void
  /** That link closed; whether it was the last to its device. */
  remove(other: DeviceId, peer: P): boolean
  /** The devices to which more than the log goes along one link at least: the others count for nothing (K5). */
  reached(isLogOnly: (peer: P) => boolean): ReadonlySet<string>
  all(): readonly (readonly [device: string, peer: P])[]
}

export function createDeviceLinks<P>(): DeviceLinks<P> {
  const open = new Map<string, ReadonlySet<P>>()
  const all = () => [...open].flatMap(([key, peers]) => [...peers].map((peer) => [key, peer] as const))
  return {
    add: (other, peer) => void open.set(toHex(other), new Set([...(open.get(toHex(other)) ?? []), peer])),
    remove(other, peer) {
      const key = toHex(other)
      const left = new Set([...(open.get(key) ?? [])].filter((one) => one !== peer))
      if (left.size > 0) open.set(key, left)
      else open.delete(key)
      return left.size === 0
    },
    reached: (isLogOnly) => new Set(all().flatMap(([key, peer]) => (isLogOnly(peer) ? [] : [key]))),
    all,
  }
}
