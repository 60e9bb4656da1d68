import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { encodeFrame } from '#lib/protocol/frames'
import type { Lane } from '#lib/protocol/outer-header'
import type { SyncPeer } from '#lib/sync/sync-engine'
import type { MemoryRoad } from '#lib/testing/memory-link'
import { createSyncNetwork, type SyncDevice } from '#lib/testing/sync-network'

describe('sync engine', () => {
  it('R2 brings two devices together that wrote apart', async () => {
    const net = createSyncNetwork(1)
    const [a, b] = [net.device(), net.device()]
    await net.write(a, await net.writer('log'), 3)
    await net.write(a, await net.writer('content', 2), 50)
    await net.write(b, await net.writer('content', 2), 70)
    await net.write(b, await net.writer('content', 40), 1)
    net.connect(a, b)
    await net.clock.advance(1000)
    expect(net.converged(a, b)).toBe(true)
    expect(a.shelf.size).toBe(124)
    expect([a.blamed, b.blamed]).toEqual([[], []])
  })

  it('P5 pushes a keystroke once, in one small frame', async () => {
    const net = createSyncNetwork(2)
    const [a, b] = [net.device(), net.device()]
    const chain = await net.writer()
    await net.write(a, chain, 2)
    net.connect(a, b)
    await net.clock.advance(2000)
    net.resetCounts()
    await net.write(a, chain)
    await net.clock.advance(1000)
    expect(net.converged(a, b)).toBe(true)
    expect(net.count('data')).toBe(1)
    // frame 2 ‖ flags 1 ‖ lane 1 ‖ seq 1 ‖ count 1 ‖ salt 8 ‖ length 1 ‖ box 64 ‖ signature 64
    expect(net.bytes()).toBe(143)
  })

  it('R2 says one root in an idle round', async () => {
    const net = createSyncNetwork(3)
    const [a, b] = [net.device(), net.device()]
    await net.write(a, await net.writer(), 5)
    net.connect(a, b)
    await net.clock.advance(5000)
    net.resetCounts()
    await net.clock.advance(60_000)
    expect(net.count('have')).toBeGreaterThanOrEqual(2)
    expect(net.count('have')).toBeLessThanOrEqual(4)
    expect(net.count('have', 'ping', 'pong')).toBe(net.count())
  })

  it('R2 spreads along a tree, never back to its source', async () => {
    const net = createSyncNetwork(4)
    const devices = Array.from({ length: 3 }, () => net.device())
    const [a, b, c] = devices as [SyncDevice, SyncDevice, SyncDevice]
    net.connect(a, b)
    net.connect(b, c)
    const chain = await net.writer()
    await net.write(a, chain)
    await net.clock.advance(2000)
    net.resetCounts()
    await net.write(a, chain, 10)
    await net.clock.advance(2000)
    expect(net.converged(a, b, c)).toBe(true)
    expect(net.count('data')).toBe(20)
  })

  it('attack 3 takes the same entry a thousand times for one', async () => {
    const net = createSyncNetwork(5)
    const [a, b] = [net.device(), net.device()]
    const chain = await net.writer()
    net.connect(a, b)
    await net.write(a, chain)
    const run = await a.shelf.read(chain.chain, 1, 1000)
    for (let i = 0; i < 1000; i++) await b.shelf.receive(run)
    await net.clock.advance(100)
    expect(b.shelf.size).toBe(1)
    expect(net.converged(a, b)).toBe(true)
  })

  it('attack 5 fills the gap that a dropped entry leaves', async () => {
    const net = createSyncNetwork(6)
    const [a, b, c] = [net.device(), net.device(), net.device()]
    const chain = await net.writer()
    await net.write(a, chain, 3)
    const [first, , third] = await a.shelf.read(chain.chain, 1, 10_000)
    if (!first || !third) throw new Error('expected three entries')
    await b.shelf.receive([first])
    await b.shelf.receive([third])
    expect(b.shelf.size).toBe(1)
    net.connect(a, b)
    net.connect(b, c)
    await net.clock.advance(1000)
    expect(net.converged(a, b, c)).toBe(true)
  })

  it('attack 6 gets a withheld tail from whoever else has it', async () => {
    const net = createSyncNetwork(7)
    const [alice, mallory, bob, carol] = [net.device(), net.device(), net.device(), net.device()]
    const chain = await net.writer()
    await net.write(alice, chain, 20)
    await mallory.shelf.receive((await alice.shelf.read(chain.chain, 1, 300)).slice(0, 5))
    net.connect(mallory, bob)
    await net.clock.advance(1000)
    net.connect(carol, bob)
    net.connect(alice, carol)
    await net.clock.advance(1000)
    expect(net.converged(alice, bob, carol)).toBe(true)
  })

  it('R1 gives an unknown device the log alone, and the rest once it is known', async () => {
    const net = createSyncNetwork(8)
    const [a, b] = [net.device(), net.device()]
    await net.write(a, await net.writer('log'), 4)
    await net.write(a, await net.writer('content'), 6)
    await net.write(b, await net.writer('content', 3), 2)
    const { left, right } = net.connect(a, b, {}, false)
    await net.clock.advance(20_000)
    expect([a.shelf.size, b.shelf.size]).toEqual([10, 6])
    left.setTrusted(true)
    await net.clock.advance(1000)
    expect([a.shelf.size, b.shelf.size]).toEqual([10, 6])
    right.setTrusted(true)
    await net.clock.advance(1000)
    expect(net.converged(a, b)).toBe(true)
  })

  it('R1 takes from a device that was here once what it wrote itself, offered unasked, and gives it nothing', async () => {
    const net = createSyncNetwork(12)
    const [former, present] = [net.device(), net.device()]
    const [own, others] = [await net.writer('content'), await net.writer('content', 3)]
    await net.write(former, own, 6)
    await net.write(former, others, 2)
    await net.write(present, await net.writer('content', 4), 3)
    const { left, right } = net.connect(former, present, {}, false)
    left.setTrusted(true)
    right.mayBring = ({ chain }) => toHex(chain) === toHex(own.chain)
    left.offer([own, others].map(({ chain }) => ({ chain, from: 1 })))
    await net.clock.advance(20_000)
    expect([former.shelf.size, present.shelf.size]).toEqual([8, 9])
    expect(present.shelf.head(others.chain)).toBeUndefined()
    expect([former.blamed, present.blamed]).toEqual([[], []])
  })

  it('R1 stops at 1 MiB of log towards a device that is not known', async () => {
    const net = createSyncNetwork(9)
    const [a, b] = [net.device(), net.device()]
    const log = await net.writer('log')
    await net.write(a, log, 60, 30_000)
    const { left, right } = net.connect(a, b, {}, false)
    await net.clock.advance(30_000)
    expect(b.shelf.size).toBeGreaterThan(20)
    expect(b.shelf.size).toBeLessThan(36)
    expect([a.blamed, b.blamed]).toEqual([[], []])
    for (const peer of [left, right]) peer.setTrusted(true)
    await net.clock.advance(5000)
    expect(net.converged(a, b)).toBe(true)
  })

  it('R1 sends the log before content, so that content finds its author', async () => {
    const net = createSyncNetwork(10)
    const order: Lane[] = []
    const [a, b] = [net.device(), net.device()]
    for (let i = 0; i < 5; i++) {
      await net.write(a, await net.writer('content', 2 + i), 20)
      await net.write(a, await net.writer('log'), 20)
    }
    const stored = b.shelf.onStored
    b.shelf.onStored = (run) => {
      order.push(run[0]?.header.lane ?? 'log')
      stored?.(run)
    }
    net.connect(a, b)
    await net.clock.advance(2000)
    expect(net.converged(a, b)).toBe(true)
    expect(order.lastIndexOf('log')).toBeLessThan(order.indexOf('content'))
  })

  it('E8 asks for the log when nobody is known to have written a chain', async () => {
    const net = createSyncNetwork(11)
    const known = new Map<string, DeviceId>()
    const [a, b] = [net.device(), net.device({ knows: known })]
    const [log, content] = [await net.writer('log'), await net.writer('content')]
    known.set(toHex(log.chain), log.device)
    net.connect(a, b)
    await net.clock.advance(1000)
    b.shelf.onStored = (run) => {
      if (run[0]?.header.lane === 'log') known.set(toHex(content.chain), content.device)
      b.engine.committed(run)
    }
    await net.write(a, content)
    await net.write(a, log)
    await net.clock.advance(2000)
    await net.write(a, content)
    await net.clock.advance(2000)
    expect(net.converged(a, b)).toBe(true)
  })

  it('E8 closes the link that brings a forged entry, and no other', async () => {
    const net = createSyncNetwork(12)
    const authors = new Map<string, DeviceId>()
    const [mallory, alice, bob] = [net.device(), net.device(), net.device({ knows: authors })]
    const [forged, honest] = [await net.writer(), await net.writer()]
    authors.set(toHex(honest.chain), honest.device)
    authors.set(toHex(forged.chain), honest.device)
    net.connect(mallory, bob)
    net.connect(alice, bob)
    await net.write(mallory, forged)
    await net.write(alice, honest)
    await net.clock.advance(1000)
    expect(bob.blamed).toEqual([{ type: 'bad-entry', reason: 'signature' }])
    await net.write(alice, honest)
    await net.clock.advance(1000)
    expect(bob.shelf.size).toBe(2)
  })

  it('E10 carries an entry that is longer than a frame, and one that is longer than the window', async () => {
    const net = createSyncNetwork(13)
    const [a, b] = [net.device(), net.device()]
    const chain = await net.writer()
    await net.write(a, chain, 1, 1_100_000)
    net.connect(a, b)
    await net.clock.advance(1000)
    await net.write(a, chain, 1, 200_000)
    await net.write(a, chain, 3)
    await net.clock.advance(5000)
    expect(net.converged(a, b)).toBe(true)
    expect(net.count('slice')).toBeGreaterThan(20)
  })

  it('R2 closes a link within 90 s of its going silent', async () => {
    const net = createSyncNetwork(14)
    const [a, b] = [net.device(), net.device()]
    const road: MemoryRoad = {}
    const { left } = net.connect(a, b, road)
    const ends: string[] = []
    left.onClose = (reason) => ends.push(reason)
    await net.clock.advance(300_000)
    expect(ends).toEqual([])
    road.silent = true
    await net.clock.advance(90_000)
    expect(ends).toEqual(['silent'])
    expect(a.blamed).toEqual([])
  })

  it('P11 R2 says no more than four frames a minute on an idle link, and compares as soon as ever once something is new', async () => {
    const net = createSyncNetwork(16)
    const [a, b] = [net.device(), net.device()]
    const chain = await net.writer()
    await net.write(a, chain)
    const road: MemoryRoad = {}
    net.connect(a, b, road)
    await net.clock.advance(120_000)
    net.resetCounts()
    await net.clock.advance(600_000)
    expect(net.count()).toBeLessThanOrEqual(40)
    for (let round = 0; round < 5; round++) {
      road.silent = true
      await net.write(a, chain)
      await net.clock.advance(1000)
      road.silent = false
      await net.clock.advance(15_000)
      expect(net.converged(a, b)).toBe(true)
      await net.clock.advance(120_000)
    }
  })

  it('R7 R10 hands presence and receipts over from trusted links only, the last presence before as soon as it is trusted', async () => {
    const net = createSyncNetwork(15)
    const [a, b] = [net.device(), net.device()]
    const { left, right } = net.connect(a, b)
    const got: string[] = []
    const listen = (peer: SyncPeer) => {
      peer.onPresence = (sealed) => got.push(`presence ${sealed[0]}`)
      peer.onReceipt = (sealed) => got.push(`receipt ${sealed[0]}`)
    }
    listen(right)
    await net.clock.advance(100)
    a.engine.sendPresence(Uint8Array.of(1))
    left.sendReceipt(Uint8Array.of(2))
    await net.clock.advance(100)
    right.setTrusted(false)
    a.engine.sendPresence(Uint8Array.of(3))
    left.sendReceipt(Uint8Array.of(5))
    await net.clock.advance(100)
    expect(got).toEqual(['presence 1', 'receipt 2'])
    right.setTrusted(true)
    left.setTrusted(false)
    a.engine.sendPresence(Uint8Array.of(6))
    left.sendReceipt(Uint8Array.of(4))
    await net.clock.advance(100)
    expect(got).toEqual(['presence 1', 'receipt 2', 'presence 3'])
  })

  it('attack 7 brings each branch of a fork to whoever holds the other, once', async () => {
    const net = createSyncNetwork(16)
    const [a, b] = [net.device(), net.device()]
    const chain = await net.writer()
    const branch = chain.branch()
    await net.write(a, chain)
    await net.write(b, branch)
    const got: string[] = []
    for (const { shelf } of [a, b]) {
      const { receive } = shelf
      shelf.receive = (run) => {
        got.push(toHex(run.at(-1)?.id ?? new Uint8Array()))
        return receive(run)
      }
    }
    net.connect(a, b)
    await net.clock.advance(60_000)
    const newest = [a, b].map(({ shelf }) => toHex(shelf.head(chain.chain)?.id ?? new Uint8Array()))
    expect(got.toSorted()).toEqual(newest.toSorted())
    expect([a.blamed, b.blamed]).toEqual([[], []])
  })

  it('S0 fetches entries for whoever needs them, where only a segment stands for them here', async () => {
    const net = createSyncNetwork(17)
    const [asking, between, holding] = [net.device(), net.device(), net.device()]
    const chain = await net.writer()
    await net.write(holding, chain, 3)
    const missing = [{ chain: chain.chain, from: 1 }]
    between.shelf.covered = () => (between.shelf.size === 0 ? missing : [])
    between.shelf.holds = () => true
    net.connect(between, holding)
    const { a } = net.connect(asking, between)
    await net.clock.advance(2000)
    expect(between.shelf.size).toBe(0)
    a.send(encodeFrame({ type: 'originals', wants: missing }))
    await net.clock.advance(2000)
    expect(between.shelf.size).toBe(3)
  })

  it('S0 fetches entries for whoever holds the first of those for which a segment stands here', async () => {
    const net = createSyncNetwork(18)
    const [asking, between, holding] = [net.device(), net.device(), net.device()]
    const chain = await net.writer()
    await net.write(holding, chain, 3)
    between.shelf.covered = () => (between.shelf.size === 0 ? [{ chain: chain.chain, from: 1 }] : [])
    between.shelf.holds = () => true
    between.shelf.head = (line) => holding.shelf.head(line)
    net.connect(between, holding)
    const { a } = net.connect(asking, between)
    await net.clock.advance(2000)
    expect(between.shelf.size).toBe(0)
    a.send(encodeFrame({ type: 'want', wants: [{ chain: chain.chain, from: 2 }] }))
    await net.clock.advance(2000)
    expect(between.shelf.size).toBe(3)
  })

  it('S0 asks everybody in turn, so that whoever holds the entries is asked', async () => {
    for (const seed of [21, 22, 23, 24, 25, 26]) {
      const net = createSyncNetwork(seed)
      const [lacking, between, holding] = [net.device(), net.device(), net.device()]
      const chain = await net.writer()
      await net.write(holding, chain, 3)
      between.shelf.covered = () => (between.shelf.size === 0 ? [{ chain: chain.chain, from: 1 }] : [])
      between.shelf.holds = () => true
      lacking.shelf.holds = () => true
      net.connect(between, lacking)
      net.connect(between, holding)
      await net.clock.advance(190_000)
      expect(between.shelf.size).toBe(3)
    }
  })
  it('S0 S3 asks nobody for ever, where no one has the entries', async () => {
    const net = createSyncNetwork(27)
    const devices = [net.device(), net.device(), net.device()]
    const { chain } = await net.writer()
    for (const { shelf } of devices) shelf.covered = () => [{ chain, from: 2 }]
    for (const [i, device] of devices.entries()) net.connect(device, devices[(i + 1) % 3] as SyncDevice)
    await net.clock.advance(3_600_000)
    expect(net.count('originals')).toBeGreaterThan(0)
    expect(net.count('originals')).toBeLessThan(40)
    net.resetCounts()
    await net.clock.advance(3_600_000)
    expect(net.count('originals')).toBe(0)
  })
})
