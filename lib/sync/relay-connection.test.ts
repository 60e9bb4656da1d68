import { describe, expect, it } from 'vitest'
import type { Waking } from '#lib/base/waking'
import { createRelayConnection, type RelayState } from '#lib/sync/relay-connection'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createWallClock } from '#lib/testing/wall-clock'
import type { Link } from '#lib/transport/link'

const greeting: RoadFrame[] = [
  { type: 'hello', lowestVersion: 1, highestVersion: 1, features: 0, maxFrameBytes: 1, maxObjectBytes: 1, tail: [] },
  { type: 'challenge', nonce: new Uint8Array(32), store: new Uint8Array(16) },
]

/** A connection to a relay that does this with each link; `undefined` means that nobody answers. */
function connected(
  serve: ((link: Link, send: (frame: RoadFrame) => void) => void) | undefined,
  answer = async (): Promise<RoadFrame> => ({ type: 'read-door' }),
  onState: (state: RelayState) => void = () => {},
) {
  const clock = createVirtualClock()
  const wall = createWallClock(clock)
  const states: RelayState[] = []
  const attempts: number[] = []
  const frames: RoadFrame[] = []
  const waking = new Set<(why: Waking) => void>()
  const connection = createRelayConnection({
    clock: wall,
    random: createSeededRandom(1),
    async connect() {
      attempts.push(clock.now())
      if (serve === undefined) throw new Error('nobody')
      const pair = createMemoryLinkPair(clock, { delayMs: () => 5 })
      serve(
        pair.b,
        createRoadWriter((bytes) => pair.b.send(bytes)),
      )
      return pair.a
    },
    answer,
    onFrame: (frame) => void frames.push(frame),
    onLost: () => {},
    onState(state) {
      states.push(state)
      onState(state)
    },
    onWake(wake) {
      waking.add(wake)
      return () => waking.delete(wake)
    },
  })
  const wake = (why: Waking = 'returned') => {
    for (const each of waking) each(why)
  }
  return { clock, wall, states, attempts, frames, connection, wake }
}

describe('connection to a relay', () => {
  it('R4 pauses longer after each failure, at most half a minute, never the same', async () => {
    const { clock, attempts, connection } = connected(undefined)
    await clock.advance(300_000)
    const pauses = attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0))
    expect(pauses[0]).toBeLessThanOrEqual(500)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000)
    expect(Math.max(...pauses)).toBeGreaterThan(15_000)
    expect(new Set(pauses).size).toBe(pauses.length)
    connection.close()
    expect(clock.waiting).toBe(0)
  })

  it('R4 tries at once when the network may be back, until it is closed', async () => {
    const { clock, attempts, connection, wake } = connected(undefined)
    await clock.advance(60_000)
    const before = attempts.length
    wake()
    expect(attempts).toHaveLength(before + 1)
    connection.close()
    wake()
    expect(attempts).toHaveLength(before + 1)
  })

  it('R4 tries once more at once when the network came back while an attempt from before was failing', async () => {
    const { clock, attempts, connection, wake } = connected(undefined)
    await clock.advance(60_000)
    wake()
    const before = attempts.length
    wake()
    wake()
    await clock.advance(0)
    expect(attempts).toHaveLength(before + 1)
    connection.close()
    expect(clock.waiting).toBe(0)
  })

  it.each([
    [true, 1],
    [false, 2],
  ])('R4 keeps a link over another network if it answers: %s', async (answers, links) => {
    const { clock, attempts, connection, states, wake } = connected((link, send) => {
      for (const frame of greeting) send(frame)
      const reader = createRoadReader()
      link.onFrame = (bytes) => {
        const frame = reader.read(bytes)
        if (answers && frame.ok && frame.value?.type === 'ping') send({ type: 'pong', nonce: 0 })
      }
    })
    await clock.advance(100)
    connection.established()
    await clock.advance(1000)
    wake()
    await clock.advance(12_000)
    expect(attempts).toHaveLength(links)
    expect(states).toEqual(answers ? ['connected'] : ['connected', 'away'])
  })

  it('R4 opens one link where whoever is told of a loss asks for the relay at once', async () => {
    const { clock, attempts, connection } = connected(
      (_, send) => {
        for (const frame of greeting) send(frame)
      },
      undefined,
      (state) => state === 'away' && connection.wake(),
    )
    await clock.advance(100)
    connection.established()
    connection.restart()
    await clock.advance(5000)
    expect(attempts).toHaveLength(2)
  })

  it('R4 gives up a silent link however often somebody looks', async () => {
    const { clock, connection, states, wake } = connected((_, send) => {
      for (const frame of greeting) send(frame)
    })
    await clock.advance(100)
    connection.established()
    for (let i = 0; i < 2; i++) {
      wake('seen')
      await clock.advance(9000)
    }
    expect(states).toEqual(['connected', 'away'])
  })

  it('R2 asks who turned it away when the network is back, not whenever somebody looks, and no more rarely for it', async () => {
    const { clock, attempts, connection, wake } = connected((_, send) => send({ type: 'bye', reason: 'not-admitted' }))
    await clock.advance(10)
    expect(connection.state()).toBe('refused')
    for (let i = 0; i < 20; i++) {
      wake('seen')
      await clock.advance(10)
    }
    expect(attempts).toHaveLength(1)
    for (let i = 0; i < 20; i++) {
      wake()
      await clock.advance(10)
    }
    expect(attempts).toHaveLength(21)
    await clock.advance(1000)
    expect(attempts).toHaveLength(22)
  })

  it('R2 answers the challenge of a relay whose version it speaks', async () => {
    const { clock, frames } = connected((_, send) => {
      for (const frame of greeting) send(frame)
      send({ type: 'subscribed', end: 1 })
    })
    await clock.advance(100)
    expect(frames).toEqual([{ type: 'subscribed', end: 1 }])
  })

  it('R4 comes back at once where the answer to a challenge could not be made', async () => {
    const { clock, attempts } = connected(
      (_, send) => {
        for (const frame of greeting) send(frame)
      },
      () => Promise.reject(new Error('no memory')),
    )
    await clock.advance(2_000)
    expect(attempts.length).toBeGreaterThan(1)
  })

  it('R2 asks a relay of another version ever more rarely', async () => {
    const { clock, attempts, connection } = connected((_, send) => {
      send({ ...greeting[0], lowestVersion: 5, highestVersion: 6 } as RoadFrame)
    })
    await clock.advance(3_600_000)
    const before = attempts.length
    await clock.advance(3_600_000)
    expect(connection.state()).toBe('refused')
    expect(attempts.length - before).toBeLessThan(31)
  })

  it('R4 leaves a relay that says nothing, speaks nonsense or falls silent', async () => {
    for (const serve of [() => {}, (link: Link) => link.send(Uint8Array.of(33, 1))]) {
      const { clock, attempts } = connected(serve)
      await clock.advance(60_000)
      expect(attempts.length).toBeGreaterThan(1)
    }
    const silent = connected((_, send) => {
      for (const frame of greeting) send(frame)
    })
    await silent.clock.advance(100)
    silent.connection.established()
    await silent.clock.advance(100_000)
    expect(silent.states).toEqual(['connected', 'away'])
  })

  it('R4 leaves a relay that falls silent after the clock was set back', async () => {
    const { clock, wall, connection, states } = connected((_, send) => {
      for (const frame of greeting) send(frame)
    })
    await clock.advance(100)
    connection.established()
    wall.set(-3_600_000)
    await clock.advance(100_000)
    expect(states).toEqual(['connected', 'away'])
  })

  it('R4 is over when it is closed', async () => {
    const { clock, attempts, connection } = connected(() => {})
    await clock.advance(10)
    connection.close()
    await clock.advance(100_000)
    expect([attempts.length, clock.waiting]).toEqual([1, 0])
  })
})
