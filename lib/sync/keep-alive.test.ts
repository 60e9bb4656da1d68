import { expect, it } from 'vitest'
import { createKeepAlive } from '#lib/sync/keep-alive'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createWallClock } from '#lib/testing/wall-clock'

/** What became of a link that rests for a minute, and is silent then. */
function watched() {
  const clock = createVirtualClock()
  const wall = createWallClock(clock)
  const seen: string[] = []
  const keepAlive = createKeepAlive(
    { clock: wall, random: createSeededRandom(1) },
    { restMs: 60_000, pingMs: 20_000, silentPings: 2 },
    { ping: () => seen.push('ping'), onSilent: () => seen.push('silent') },
  )
  return { clock, wall, seen, keepAlive }
}

it('R2 asks a link that rests for a sign of life, and gives it up when none comes', async () => {
  const { clock, seen, keepAlive } = watched()
  await clock.advance(50_000)
  keepAlive.heard()
  await clock.advance(59_000)
  expect(seen).toEqual([])
  await clock.advance(60_000)
  expect(seen).toEqual(['ping', 'ping', 'silent'])
})

it('R2 asks it as soon after the clock was set back', async () => {
  const { clock, wall, seen, keepAlive } = watched()
  keepAlive.heard()
  wall.set(-3_600_000)
  await clock.advance(190_000)
  expect(seen).toEqual(['ping', 'ping', 'silent'])
})
