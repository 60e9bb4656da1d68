/**
 * The meshes of a workspace over its epochs (docs/protocol.md K5): who was removed does not know where the others meet
 * from now on. A device goes over at a moment of its own, holds both meshes until it found everybody again, and a few stay
 * where they were, so that whoever slept learns of the new epoch there.
 */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { hash } from '#lib/crypto/hash'
import { newestEpochs } from '#lib/host/newest-epochs'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import type { Link } from '#lib/transport/link'
import type { Mesh, MeshOptions } from '#lib/transport/webrtc'

export interface Meshes {
  /** The log or the held secrets changed. */
  changed(): void
  /** A link of a mesh that is left over: only the log goes along it. */
  isLogOnly(link: Link): boolean
  close(): void
}

export interface MeshesOptions {
  readonly replica: Pick<Replica, 'keys' | 'membership'>
  readonly device: DeviceId
  readonly clock: Clock
  readonly random: Random
  start(epoch: HeldEpoch, onLink: MeshOptions['onLink']): Mesh
  readonly onLink: MeshOptions['onLink']
  /** Links became such along which only the log goes. */
  onLogOnly(): void
}

const GO_OVER_WITHIN_MS = 20_000
const LEAVE_AFTER_MS = 60_000
/** So many devices stay in the mesh of the epoch before, for so long. */
const STAYING = 3
const STAY_MS = 30 * 86_400_000
const LOOK_MS = 86_400_000

interface Place {
  readonly epoch: HeldEpoch
  readonly mesh: Mesh
  readonly links: WeakSet<Link>
}

interface LeftPlace extends Place {
  readonly leftAtMs: number
  isLogOnly: boolean
  cancel: Cancel
}

export function createMeshes(options: MeshesOptions): Meshes {
  const { replica, device, clock, random } = options
  let current: Place | undefined
  let before: LeftPlace | undefined
  let stopGoing: Cancel | undefined
  let isClosed = false

  function enter(epoch: HeldEpoch): void {
    const links = new WeakSet<Link>()
    const mesh = options.start(epoch, (link, peer) => {
      links.add(link)
      options.onLink(link, peer)
      if (before && isCovered(before)) leave()
    })
    current = { epoch, mesh, links }
  }

  /** Everybody who is met in the old mesh was met in the new one. */
  function isCovered({ mesh }: Place): boolean {
    const met = new Set(current?.mesh.peers().map((peer) => toHex(peer.device)))
    return mesh.peers().every((peer) => met.has(toHex(peer.device)) || !isActive(peer.device))
  }

  const isActive = (other: DeviceId): boolean =>
    replica.membership.current()?.devices.get(toHex(other))?.active === true

  /** Whether this device is one of those that stay: the lowest by a hash that nobody can choose. */
  function staysIn({ epoch, mesh }: Place): boolean {
    const here = [device, ...mesh.peers().flatMap((peer) => (isActive(peer.device) ? [peer.device] : []))]
    const ordered = here.map((one) => ({ one, rank: hash(one, epoch.tag) }))
    const lowest = ordered.sort((a, b) => compareBytes(a.rank, b.rank)).slice(0, STAYING)
    return lowest.some(({ one }) => sameBytes(one, device))
  }

  function goOver(): void {
    stopGoing = undefined
    const [newest] = newestEpochs(replica)
    if (isClosed || !current || !newest || sameBytes(newest.tag, current.epoch.tag)) return
    before?.cancel()
    before?.mesh.close()
    before = { ...current, leftAtMs: clock.now(), isLogOnly: false, cancel: clock.after(LEAVE_AFTER_MS, leave) }
    enter(newest)
    if (isCovered(before) && before.mesh.peers().length > 0) leave()
  }

  function leave(): void {
    if (!before) return
    before.cancel()
    if (!staysIn(before) || clock.now() - before.leftAtMs >= STAY_MS) {
      before.mesh.close()
      before = undefined
      return
    }
    before.cancel = clock.after(LOOK_MS, leave)
    if (before.isLogOnly) return
    before.isLogOnly = true
    options.onLogOnly()
  }

  return {
    changed() {
      const [newest] = newestEpochs(replica)
      if (isClosed || !newest) return
      if (!current) return enter(newest)
      if (sameBytes(newest.tag, current.epoch.tag)) return
      stopGoing ??= clock.after(randomBelow(random, GO_OVER_WITHIN_MS), goOver)
    },
    isLogOnly: (link) => before?.isLogOnly === true && before.links.has(link),
    close() {
      isClosed = true
      stopGoing?.()
      before?.cancel()
      before?.mesh.close()
      current?.mesh.close()
    },
  }
}
