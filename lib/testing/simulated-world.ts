import { createSeededRandom } from '#lib/testing/seeded-random'
import { CAST_BEGINS_AT, type Cast, createSeededCrypto, keyRingOf } from '#lib/testing/simulation-cast'
import type { DeviceWorld } from '#lib/testing/simulation-device'
import { createSimulatedNetwork } from '#lib/testing/simulation-network'
import { createSimulationOracle } from '#lib/testing/simulation-oracle'
import { createSimulatedRelay } from '#lib/testing/simulation-relay'
import { createVirtualClock } from '#lib/testing/virtual-clock'

/** Time, dice, roads, a relay and an oracle for one history of `cast`; `saw` gathers what occurred. All of it follows from `seed`. */
export function createSimulatedWorld(cast: Cast, seed: number, hasKeyDuties = false) {
  const [founder] = cast.devices
  if (!founder) throw new Error('an empty cast')
  const random = createSeededRandom(seed)
  const clock = createVirtualClock(CAST_BEGINS_AT)
  const saw = new Set<string>()
  const onSaw = (behaviour: string): void => void saw.add(behaviour)
  const oracle = createSimulationOracle(keyRingOf(founder.keys))
  for (const entry of cast.entries) oracle.wrote(founder.name, entry)
  const relay = createSimulatedRelay(clock, random.fork(), onSaw)
  const network = createSimulatedNetwork({ clock, random: random.fork(), relay, onSaw })
  const world: DeviceWorld = {
    clock,
    random,
    crypto: createSeededCrypto(random.fork()),
    oracle,
    hasKeyDuties,
    onSaw,
    isRelayLink: (link) => network.isRelayLink(link),
    onMembership: (device) => device.isUp() && network.judgeTrust(device),
    onDown: (device) => network.drop(device),
  }
  return { founder, random, clock, saw, onSaw, oracle, relay, network, world }
}
