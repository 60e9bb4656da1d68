import { createRelayWorld, PATIENCE_MS } from '#relay/testing/relay-world'
import type { TestDevice } from '#relay/testing/test-device'

/** A world whose founder has let this many devices in. */
export async function createTeam(size: number, seed = 1) {
  const world = await createRelayWorld(seed)
  const others: TestDevice[] = []
  for (let i = 0; i < size; i++) {
    const relayKey = await world.key()
    await world.say(world.founder.relayKey, relayKey, 'member', 1)
    others.push(await world.device({ relayKey }))
  }
  await world.clock.advance(PATIENCE_MS)
  return { world, devices: [world.founder, ...others] as const }
}
