import { expect, it } from 'vitest'
import type { PieceName } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { HELLO } from '#lib/protocol/frame-hello'
import { createPieceRoad } from '#lib/sync/piece-road'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'

/** A relay that lets everybody in, answers pings, and nothing else. */
function silentRelay(onPut: () => void): Link {
  const reader = createRoadReader()
  const write = createRoadWriter((bytes) => link.onFrame?.(bytes))
  const answers: Partial<Record<RoadFrame['type'], readonly RoadFrame[]>> = {
    hello: [HELLO, { type: 'challenge', nonce: new Uint8Array(32), store: new Uint8Array(16) }],
    open: [{ type: 'opened', level: 'member', end: 0, door: new Uint8Array(32) }],
    ping: [{ type: 'pong', nonce: 0 }],
  }
  const link: Link = {
    kind: 'memory',
    queuedBytes: () => 0,
    onFrame: undefined,
    onClose: undefined,
    send(bytes) {
      const frame = reader.read(bytes)
      if (!frame.ok || !frame.value) return
      if (frame.value.type === 'put-piece') onPut()
      for (const answer of answers[frame.value.type] ?? []) queueMicrotask(() => write(answer))
    },
    drained: async () => {},
    close() {},
  }
  return link
}

it('F1 leaves a relay that answers nothing, and offers everything again, however much waits', async () => {
  const [clock, random, crypto] = [createVirtualClock(), createSeededRandom(1), createNodeCrypto()]
  let [visits, puts] = [0, 0]
  const room = { rootKey: random.bytes(32), random: random.bytes(32) }
  const road = createPieceRoad({
    ...{ clock, random, crypto, room, origin: 'https://relay.example', relayKey: await crypto.signingKey() },
    async connect() {
      visits++
      return silentRelay(() => puts++)
    },
  })
  for (let i = 0; i < 6; i++) void road.put(random.bytes(32) as PieceName, async () => random.bytes(10))
  await clock.advance(59_000)
  expect([visits, puts]).toEqual([1, 3])
  await clock.advance(10_000)
  expect([visits, puts]).toEqual([2, 6])
})

it('F1 tells at once of a piece that cannot be read here, and goes on with the next', async () => {
  const [clock, random, crypto] = [createVirtualClock(), createSeededRandom(1), createNodeCrypto()]
  const room = { rootKey: random.bytes(32), random: random.bytes(32) }
  let puts = 0
  const road = createPieceRoad({
    ...{ clock, random, crypto, room, origin: 'https://relay.example', relayKey: await crypto.signingKey() },
    connect: async () => silentRelay(() => puts++),
  })
  const name = () => random.bytes(32) as PieceName
  const failed: string[] = []
  for (let i = 0; i < 3; i++)
    void road.put(name(), () => Promise.reject(new Error('disk'))).catch(({ message }) => failed.push(message))
  void road.put(name(), async () => random.bytes(10))
  await clock.advance(1000)
  expect([failed, puts]).toEqual([['disk', 'disk', 'disk'], 1])
})
