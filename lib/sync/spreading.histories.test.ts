import { describe, expect, it } from 'vitest'
import { concat } from '#lib/base/bytes'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import { HIGH_WATER_BYTES, WINDOW_BYTES } from '#lib/sync/sync-settings'
import { createCrowd } from '#lib/testing/crowd'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSyncNetwork, type SyncNetwork } from '#lib/testing/sync-network'

/** The same bytes, damaged by chance: flipped, cut, doubled, or made up. */
function damage(frame: Uint8Array, net: SyncNetwork): Uint8Array {
  const { random } = net
  const damaged = Uint8Array.from(frame)
  switch (random.below(4)) {
    case 0:
      damaged[random.below(damaged.length)] = random.below(256)
      return damaged
    case 1:
      return damaged.subarray(0, random.below(damaged.length))
    case 2:
      return concat(damaged, random.bytes(random.below(50)))
    default:
      return concat(Uint8Array.of(random.below(20)), random.bytes(random.below(200)))
  }
}

describe('spreading', () => {
  it('P10 R2 sends an edit about once to each of 30 devices, all frames counted, and misses none when 30 % go dark at once', async () => {
    const crowd = await createCrowd(1, 30)
    const { net } = crowd
    const EDITS = 60
    const copiesEach = (frames: number) => frames / EDITS / (crowd.alive().length - 1)
    await crowd.type(40)

    net.resetCounts()
    await crowd.type(EDITS)
    expect(copiesEach(net.count('data'))).toBeLessThanOrEqual(1.05)
    expect(copiesEach(net.count())).toBeLessThanOrEqual(1.3)

    crowd.goDark(0.3)
    await crowd.type(EDITS)
    expect(crowd.alive()).toHaveLength(21)
    await net.clock.advance(15_000)
    expect([crowd.missed(), net.converged(...crowd.alive())]).toEqual([0, true])
  }, 60_000)

  it('R2 heals the tree when a branch of it ends', async () => {
    const crowd = await createCrowd(2, 8)
    await crowd.type(10)
    const [gone, ...left] = crowd.alive().toReversed()
    gone?.engine.close()
    await crowd.type(1)
    await crowd.net.clock.advance(3000)
    expect(crowd.net.converged(...left)).toBe(true)
  })

  it('R2 closes a link for any damage, throws for none, and lets nothing false in', async () => {
    const net = createSyncNetwork(3)
    const [alice, bob] = [net.device(), net.device()]
    const written = [
      { device: alice, chain: await net.writer('log') },
      { device: alice, chain: await net.writer('content') },
      { device: bob, chain: await net.writer('content', 7) },
    ]
    for (let round = 0; round < 150; round++) {
      const pair = createMemoryLinkPair(net.clock)
      const toBob = createMemoryLinkPair(net.clock)
      alice.engine.connect(pair.a, { trusted: true, name: 'bob' })
      bob.engine.connect(toBob.a, { trusted: true, name: 'alice' })
      const after = net.random.below(12)
      let seen = 0
      pair.b.onFrame = (frame) => toBob.b.send(seen++ === after ? damage(frame, net) : frame)
      toBob.b.onFrame = (frame) => pair.b.send(frame)
      const { device, chain } = net.random.pick(written)
      await net.write(device, chain, 3)
      await net.clock.advance(200)
      for (const { cut } of [pair, toBob]) cut('over')
      await net.clock.advance(10)
    }
    expect(bob.blamed.length).toBeGreaterThan(50)
    net.connect(alice, bob)
    await net.clock.advance(5000)
    expect(net.converged(alice, bob)).toBe(true)
    expect(alice.shelf.size).toBe(450)
  })

  it('R2 catches up on a long history with little on its way at any time', async () => {
    const net = createSyncNetwork(4)
    const [writing, reading] = [net.device(), net.device()]
    const chain = await net.writer()
    await net.write(writing, chain, 30_000)
    let most = 0
    const pair = createMemoryLinkPair(net.clock, { bytesPerSecond: 4_000_000, delayMs: () => 20 })
    writing.engine.connect(pair.a, { trusted: true, name: 'reading' })
    reading.engine.connect(pair.b, { trusted: true, name: 'writing' })
    for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 20) {
      await net.clock.advance(20)
      most = Math.max(most, pair.a.queuedBytes())
    }
    expect(net.converged(writing, reading)).toBe(true)
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(HIGH_WATER_BYTES)
  }, 120_000)

  it('E9 sends no further ahead than the other side takes in', async () => {
    const net = createSyncNetwork(5)
    const [writing, stuck] = [net.device(), net.device()]
    const chain = await net.writer()
    await net.write(writing, chain, 100, 30_000)
    stuck.shelf.receive = () => new Promise(() => {})
    net.connect(writing, stuck)
    await net.clock.advance(30_000)
    await net.write(writing, chain, 50, 30_000)
    await net.clock.advance(30_000)
    expect(net.bytes()).toBeGreaterThan(WINDOW_BYTES)
    expect(net.bytes()).toBeLessThan(WINDOW_BYTES + 2 * MAX_FRAME_BYTES)
  })
})
