import { describe, expect, it } from 'vitest'
import { concat } from '#lib/base/bytes'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import { HIGH_WATER_BYTES, WINDOW_BYTES } from '#lib/sync/sync-settings'
import { createSyncNetwork, type SyncDevice, type SyncNetwork } from '#lib/testing/sync-network'
import { createMemoryLinkPair } from '#lib/transport/memory'

/** Devices that each dial `dials` others at random, as signaling's sampling makes them (R6). */
async function mesh(net: SyncNetwork, size: number, dials: number): Promise<SyncDevice[]> {
  const devices = Array.from({ length: size }, () => net.device())
  const pairs = new Set<string>()
  devices.forEach((_, i) => {
    for (const j of net.random.shuffle(devices.map((_, at) => at).filter((at) => at !== i)).slice(0, dials)) {
      pairs.add(`${Math.min(i, j)}-${Math.max(i, j)}`)
    }
  })
  for (const pair of pairs) {
    const [a, b] = pair.split('-').map((at) => devices[Number(at)])
    if (a && b) net.connect(a, b, { delayMs: () => 10 + net.random.below(50) })
  }
  await net.clock.advance(3000)
  return devices
}

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
  it('P10 R2 sends an edit about once to each of 50 devices, all frames counted', async () => {
    const net = createSyncNetwork(1)
    const devices = await mesh(net, 50, 6)
    const writers = await Promise.all(
      [0, 10, 20].map(async (at) => ({ device: devices[at], chain: await net.writer() })),
    )
    const edit = async (edits: number) => {
      for (let i = 0; i < edits; i++) {
        const { device, chain } = net.random.pick(writers)
        if (device) await net.write(device, chain)
        await net.clock.advance(150)
      }
    }
    await edit(60)
    await net.clock.advance(5000)

    net.resetCounts()
    await edit(200)
    const spent = net.count() - net.count('ping', 'pong')
    const copies = net.count('data')
    await net.clock.advance(5000)
    expect(net.converged(...devices)).toBe(true)
    expect(copies / 200 / 49).toBeLessThanOrEqual(1.05)
    expect(spent / 200 / 49).toBeLessThanOrEqual(1.3)
  }, 60_000)

  it('R2 heals the tree when a branch of it dies', async () => {
    const net = createSyncNetwork(2)
    const devices = await mesh(net, 8, 3)
    const [writing] = devices
    const chain = await net.writer()
    if (!writing) throw new Error('expected devices')
    for (let i = 0; i < 10; i++) {
      await net.write(writing, chain)
      await net.clock.advance(200)
    }
    devices[3]?.engine.close()
    const left = devices.filter((_, i) => i !== 3)
    await net.write(writing, chain)
    await net.clock.advance(3000)
    expect(net.converged(...left)).toBe(true)
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
