/** The roads between simulated devices and the relay: delays, losses, silences, partitions, and frames that come twice. */
import { toHex } from '#lib/base/bytes'
import type { SyncPeer } from '#lib/sync/sync-engine'
import { createMemoryLinkPair, type MemoryLinkPair, type MemoryRoad } from '#lib/testing/memory-link'
import type { SeededRandom } from '#lib/testing/seeded-random'
import type { SimulatedDevice } from '#lib/testing/simulation-device'
import type { SimulatedRelay } from '#lib/testing/simulation-relay'
import type { VirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'

interface LinkEnd {
  readonly device: SimulatedDevice
  readonly other: SimulatedDevice | 'relay'
  readonly peer: SyncPeer
  isTrusted: boolean
}

interface Connection {
  readonly pair: MemoryLinkPair
  readonly road: MemoryRoad
  readonly ends: readonly (SimulatedDevice | 'relay')[]
  readonly peers: readonly LinkEnd[]
  /** Frames that the relay sent, to be sent once more. */
  readonly sent: Uint8Array[]
}

export interface SimulatedNetwork {
  /** Links two devices, or one with the relay, unless they are linked, apart or down. */
  join(a: SimulatedDevice, b: SimulatedDevice | 'relay'): void
  /** Something happens to one of the roads. */
  disturb(): void
  /** Two groups that do not reach each other. */
  part(devices: readonly SimulatedDevice[]): void
  /** No more trouble from here on, and no more groups. */
  heal(): void
  /** A device went down: its links are gone without a word. */
  drop(device: SimulatedDevice): void
  /** Tells each link anew whether its other end is a member (R1). */
  judgeTrust(device: SimulatedDevice): void
  /** The relay sends something old once more. */
  replay(): void
  readonly size: number
  isRelayLink(link: Link): boolean
}

export interface NetworkWorld {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly relay: SimulatedRelay
  onSaw(behaviour: string): void
}

export function createSimulatedNetwork({ clock, random, relay, onSaw }: NetworkWorld): SimulatedNetwork {
  const connections = new Set<Connection>()
  const groups = new Map<SimulatedDevice, number>()
  let isHealed = false
  const relayLinks = new WeakSet<Link>()

  const groupOf = (end: SimulatedDevice | 'relay'): number => (end === 'relay' ? 0 : (groups.get(end) ?? 0))
  const trusts = (device: SimulatedDevice, other: SimulatedDevice | 'relay'): boolean =>
    other === 'relay' ||
    device.replica().membership.current()?.devices.get(toHex(other.cast.keys.device.publicKey))?.active === true

  function isTrouble(probability: number, name: string): boolean {
    if (isHealed || !random.chance(probability)) return false
    onSaw(name)
    return true
  }

  function end(connection: Connection, reason: string): void {
    connections.delete(connection)
    connection.pair.cut(reason)
  }

  return {
    join(a, b) {
      const isLinked = [...connections].some(({ ends }) => ends.includes(a) && ends.includes(b))
      if (a === b || isLinked || !a.isUp() || (b !== 'relay' && !b.isUp()) || groupOf(a) !== groupOf(b)) return
      const sent: Uint8Array[] = []
      const road: MemoryRoad = {
        delayMs: () => 5 + random.below(isTrouble(0.1, 'delay') ? 2500 : 60),
        breaksNext: () => isTrouble(0.004, 'loss'),
        repeatsNext: () => isTrouble(0.002, 'duplication'),
      }
      const pair = createMemoryLinkPair(clock, road)
      const peers: LinkEnd[] = []
      const connection: Connection = { pair, road, ends: [a, b], peers, sent }
      const attach = (device: SimulatedDevice, other: SimulatedDevice | 'relay', link: MemoryLinkPair['a']) => {
        const isTrusted = trusts(device, other)
        const peer = device.engine().connect(link, { trusted: isTrusted, name: device.name })
        peer.onClose = () => connections.delete(connection)
        peers.push({ device, other, peer, isTrusted })
      }
      connections.add(connection)
      attach(a, b, pair.a)
      if (b !== 'relay') return attach(b, a, pair.b)
      relayLinks.add(pair.a)
      const send = pair.b.send
      pair.b.send = (frame) => {
        if (sent.length < 200) sent.push(frame)
        send(frame)
      }
      relay.engine().connect(pair.b, { trusted: true, name: 'relay' }).onClose = () => connections.delete(connection)
    },
    disturb() {
      const connection = connections.size > 0 ? random.pick([...connections]) : undefined
      if (!connection) return
      if (random.chance(0.5)) {
        onSaw('cut')
        end(connection, 'cut')
      } else {
        onSaw('silence')
        connection.road.silent = true
      }
    },
    part(devices) {
      onSaw('partition')
      for (const device of devices) groups.set(device, random.below(2))
      for (const connection of [...connections]) {
        if (new Set(connection.ends.map(groupOf)).size > 1) end(connection, 'partition')
      }
    },
    heal() {
      isHealed = true
      groups.clear()
      for (const connection of [...connections]) if (connection.road.silent) end(connection, 'healed')
    },
    drop(device) {
      for (const connection of [...connections]) if (connection.ends.includes(device)) end(connection, 'gone')
    },
    judgeTrust(device) {
      for (const { peers } of connections) {
        for (const item of peers) {
          if (item.device !== device || item.isTrusted === trusts(device, item.other)) continue
          item.isTrusted = !item.isTrusted
          item.peer.setTrusted(item.isTrusted)
        }
      }
    },
    replay() {
      const roads = [...connections].filter(({ ends, sent }) => ends.includes('relay') && sent.length > 0)
      if (roads.length === 0) return
      const { pair, sent } = random.pick(roads)
      onSaw('relay replays')
      pair.b.send(random.pick(sent))
    },
    isRelayLink: (link) => relayLinks.has(link),
    get size() {
      return connections.size
    },
  }
}
