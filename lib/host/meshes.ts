/**
 * The meshes of a workspace over its epochs (docs/protocol.md K5): who was removed does not know where the others meet
 * from now on. A device goes over at a moment of its own, holds both meshes until it found everybody again, and a few stay
 * where they were, also after a restart, so that whoever slept learns of the new epoch there.
 */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { hash } from '#lib/crypto/hash'
import { type LeftMesh, MAX_LEFT_MESHES } from '#lib/host/left-meshes-record'
import { newestEpochs } from '#lib/host/newest-epochs'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import type { Link } from '#lib/transport/link'
import type { Mesh, MeshOptions, MeshState } from '#lib/transport/webrtc'

export interface Meshes {
  /** The log or the held secrets changed. */
  changed(): void
  /** A link of a mesh that is left over: only the log goes along it. */
  isLogOnly(link: Link): boolean
  /** Of the mesh of the newest epoch. */
  state(): MeshState | undefined
  /** Somebody who was turned away is welcome again. */
  rejoin(): void
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
  /** Those held when the last start ended, the oldest first. */
  readonly leftBefore: readonly LeftMesh[]
  /** Notes them for the next start. */
  onLeft(left: readonly LeftMesh[]): void
}

const GO_OVER_WITHIN_MS = 20_000
const LEAVE_AFTER_MS = 60_000
/** So many devices stay in the mesh of an epoch before, for so long. */
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
  /** The oldest first. */
  let left: readonly LeftPlace[] = []
  let stopGoing: Cancel | undefined
  let isClosed = false

  function start(epoch: HeldEpoch, onLink: MeshOptions['onLink']): Place {
    const links = new WeakSet<Link>()
    const mesh = options.start(epoch, (link, peer) => {
      links.add(link)
      onLink(link, peer)
    })
    return { epoch, mesh, links }
  }

  function enter(epoch: HeldEpoch): void {
    current = start(epoch, (link, peer) => {
      options.onLink(link, peer)
      for (const place of left) if (!place.isLogOnly && isCovered(place)) leave(place)
    })
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

  function hold(places: readonly LeftPlace[]): void {
    for (const place of left) if (!places.includes(place)) end(place)
    left = places
    options.onLeft(left.map(({ epoch: { tag }, leftAtMs }) => ({ tag, leftAtMs })))
  }

  function end({ cancel, mesh }: LeftPlace): void {
    cancel()
    mesh.close()
  }

  function toLeft(place: Place, leftAtMs: number, isLogOnly: boolean): LeftPlace {
    const kept: LeftPlace = { ...place, leftAtMs, isLogOnly, cancel: clock.after(LEAVE_AFTER_MS, () => leave(kept)) }
    return kept
  }

  function goOver(): void {
    stopGoing = undefined
    const [newest] = newestEpochs(replica)
    if (isClosed || !current || !newest || sameBytes(newest.tag, current.epoch.tag)) return
    const place = toLeft(current, clock.now(), false)
    const others = left.filter(({ epoch }) => !sameBytes(epoch.tag, newest.tag))
    hold([...others, place].slice(-MAX_LEFT_MESHES))
    enter(newest)
    if (isCovered(place) && place.mesh.peers().length > 0) leave(place)
  }

  function leave(place: LeftPlace): void {
    place.cancel()
    if (!staysIn(place) || clock.now() - place.leftAtMs >= STAY_MS) {
      hold(left.filter((one) => one !== place))
      return
    }
    place.cancel = clock.after(LOOK_MS, () => leave(place))
    if (place.isLogOnly) return
    place.isLogOnly = true
    options.onLogOnly()
  }

  /** The stays of the last start go on: whoever slept may come today. */
  function goOnStaying(newest: HeldEpoch): void {
    const places = options.leftBefore.flatMap(({ tag, leftAtMs }) => {
      const epoch = replica.keys.all().find((one) => sameBytes(one.tag, tag))
      const isOver = sameBytes(tag, newest.tag) || clock.now() - leftAtMs >= STAY_MS
      return epoch && !isOver ? [toLeft(start(epoch, options.onLink), leftAtMs, true)] : []
    })
    if (options.leftBefore.length > 0) hold(places)
  }

  return {
    changed() {
      const [newest] = newestEpochs(replica)
      if (isClosed || !newest) return
      if (!current) {
        enter(newest)
        return goOnStaying(newest)
      }
      if (sameBytes(newest.tag, current.epoch.tag)) return
      stopGoing ??= clock.after(randomBelow(random, GO_OVER_WITHIN_MS), goOver)
    },
    isLogOnly: (link) => left.some(({ isLogOnly, links }) => isLogOnly && links.has(link)),
    state: () => current?.mesh.state(),
    rejoin() {
      for (const { mesh } of left) mesh.rejoin()
      current?.mesh.rejoin()
    },
    close() {
      isClosed = true
      stopGoing?.()
      for (const place of left) end(place)
      current?.mesh.close()
    },
  }
}
