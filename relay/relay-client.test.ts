import { describe, expect, it } from 'vitest'
import { blobOf } from '#lib/protocol/blob'
import { roomName } from '#lib/protocol/door'
import { MAX_BOX_BYTES } from '#lib/protocol/limits'
import { entryId } from '#lib/protocol/sealed-entry'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createTeam } from '#relay/testing/relay-team'
import { PATIENCE_MS, type RelayWorld } from '#relay/testing/relay-world'
import type { TestDevice } from '#relay/testing/test-device'

const usageOf = (world: RelayWorld) => world.store.usage(roomName(world.room.rootKey, world.room.random))
const stateOf = (device: TestDevice) => device.client().state()
const receivedOf = (world: RelayWorld, type: string) => world.received.get(type) ?? 0

describe('relay client', () => {
  it('R4 brings entries to members live, and says what is on the relay’s disk', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob] = devices
    await alice.write('content', 3)
    await world.clock.advance(200)
    expect(bob?.shelf.size).toBe(3)
    expect(alice.client().acknowledged(alice.chain('content'))).toBe(3)
    expect(await world.converged(...devices)).toBe(true)
  })

  it('R4 acknowledges nothing before it is on disk', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    const store = createMemoryLogStore(createSeededRandom(9))
    let release = () => {}
    const disk = new Promise<void>((resolve) => {
      release = resolve
    })
    let isSlow = false
    await world.restartRelay({
      ...store,
      async commit(writes) {
        if (isSlow) await disk
        return store.commit(writes)
      },
    })
    await world.clock.advance(PATIENCE_MS)
    isSlow = true
    await alice.write()
    await world.clock.advance(5000)
    expect([alice.client().acknowledged(alice.chain('content')), bob?.shelf.size]).toEqual([0, 0])
    release()
    await world.clock.advance(5000)
    expect([alice.client().acknowledged(alice.chain('content')), bob?.shelf.size]).toEqual([1, 1])
  })

  it('R5 meets whom it never meets: one leaves, the other comes', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    await bob?.client().close()
    await alice.write('log', 2)
    await alice.write('content', 20)
    await world.clock.advance(1000)
    await alice.client().close()
    await bob?.restart()
    await world.clock.advance(1000)
    expect(bob?.shelf.fingerprint()).toBe(alice.shelf.fingerprint())
  })

  it('R5 reads the membership log before anything else', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    await bob?.client().close()
    await alice.write('content', 5)
    await world.clock.advance(1000)
    await alice.write('log', 2)
    await world.clock.advance(1000)
    const lanes: string[] = []
    if (bob) bob.shelf.onStored = (run) => void lanes.push(run[0]?.header.lane ?? '')
    await bob?.restart()
    await world.clock.advance(1000)
    expect(lanes[0]).toBe('log')
    expect(lanes.at(-1)).toBe('content')
  })

  it('R4 gathers entries while confirmations are on their way', async () => {
    const { world, devices } = await createTeam(0)
    const [alice] = devices
    await alice.write('content', 300)
    await world.clock.advance(2000)
    expect(alice.client().acknowledged(alice.chain('content'))).toBe(300)
    expect(receivedOf(world, 'stored')).toBeLessThan(60)
  })

  it('R5 gathers own entries for two seconds while direct links carry them, into one run', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    alice.mayGather = true
    world.received.clear()
    for (let i = 0; i < 12; i++) {
      await alice.write('content')
      await world.clock.advance(100)
    }
    expect(alice.client().acknowledged(alice.chain('content'))).toBe(0)
    await world.clock.advance(2000)
    expect([alice.client().acknowledged(alice.chain('content')), bob?.shelf.size]).toEqual([12, 12])
    expect([receivedOf(world, 'stored'), receivedOf(world, 'blobs')]).toEqual([1, 1])
  })

  it('R5 gathers no longer when somebody waits at the relay or the tab may go, and never holds back an operation', async () => {
    const { world, devices } = await createTeam(1)
    const [alice] = devices
    const acknowledged = () => [alice.client().acknowledged(alice.chain('content'))]
    alice.mayGather = true
    await alice.write('content')
    alice.client().hurry()
    await world.clock.advance(200)
    expect(acknowledged()).toEqual([1])
    await alice.write('content', 2)
    await alice.write('log')
    await world.clock.advance(200)
    expect(alice.client().acknowledged(alice.chain('log'))).toBe(1)
    alice.mayGather = false
    await alice.write('content')
    await world.clock.advance(200)
    expect(acknowledged()).toEqual([4])
  })

  it('R5 brings what was gathered when a connection broke with the next one', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    alice.mayGather = true
    await alice.write('content', 3)
    world.cutAll()
    await world.clock.advance(PATIENCE_MS)
    expect(bob?.shelf.size).toBe(3)
  })

  it('R4 reads only the newest blob again, and what is new, after a restart', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    await alice.write('content', 30)
    await world.clock.advance(5000)
    await bob?.restart()
    world.received.clear()
    await world.clock.advance(5000)
    expect(receivedOf(world, 'blobs')).toBe(1)
    expect(bob?.client().acknowledged(alice.chain('content'))).toBe(30)
  })

  it('attack 54 R5 fills a relay that lost everything, door list included', async () => {
    const { world, devices } = await createTeam(3)
    for (const device of devices) await device.write('content', 4)
    await world.clock.advance(1000)
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    expect(devices.map(stateOf)).toEqual(['connected', 'connected', 'connected', 'connected'])
    expect(await world.converged(...devices)).toBe(true)
  })

  it('attack 54 R4 tells whoever comes first of a relay that was set back, and nothing of one that began anew', async () => {
    const { world, devices } = await createTeam(2)
    const [alice] = devices
    await alice.write('content', 4)
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    expect(devices.map(({ setBacks }) => setBacks)).toEqual([0, 0, 0])
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    expect(devices.reduce((sum, { setBacks }) => sum + setBacks, 0)).toBeGreaterThan(0)
    expect(await world.converged(...devices)).toBe(true)
  })

  it('attack 54 R4 tells of a relay that was set back and has more again than it had, and misses nothing', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob] = devices
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    for (let i = 0; i < 20; i++) {
      await alice.write()
      await world.clock.advance(1000)
    }
    await alice.client().close()
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    for (let i = 0; i < 30; i++) {
      await bob?.write()
      await world.clock.advance(1000)
    }
    await alice.restart()
    await world.clock.advance(PATIENCE_MS)
    expect(await world.converged(...devices)).toBe(true)
    expect(alice.setBacks).toBe(1)
  })

  it('R5 brings what others wrote when their author stays away', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob, carol] = devices
    await alice.write('content', 5)
    await world.clock.advance(1000)
    await alice.client().close()
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    await world.clock.advance(PATIENCE_MS)
    expect(await world.converged(alice, ...(bob && carol ? [bob, carol] : []))).toBe(true)
    expect(await usageOf(world)).toHaveLength(1)
  })

  for (const trouble of ['the disk is full', 'the connection breaks']) {
    it(`R5 reads a page again of which not all was taken, since ${trouble}`, async () => {
      const { world, devices } = await createTeam(2)
      const [alice, bob, carol] = devices as [TestDevice, TestDevice, TestDevice]
      await bob.client().close()
      for (let i = 0; i < 40; i++) {
        for (const one of [alice, carol]) await one.write()
        await world.clock.advance(100)
      }
      const { receive } = bob.shelf
      let runs = 0
      bob.shelf.receive = async (run) => {
        if (runs++ > 0) return receive(run)
        if (trouble === 'the disk is full') throw new Error(trouble)
        world.cutAll()
        await new Promise<void>((resolve) => void world.clock.after(100, resolve))
        return receive(run)
      }
      await bob.restart()
      await world.clock.advance(PATIENCE_MS)
      expect(bob.shelf.size).toBe(80)
    })
  }

  it('R5 uses what came too early once what it waits for has come', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob, carol] = devices
    await alice.write('content', 2)
    await world.clock.advance(1000)
    await alice.client().close()
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    const early = await alice.shelf.read(alice.chain('content'), 2, 1)
    const visitor = await world.inside(bob?.relayKey ?? world.founder.relayKey)
    visitor.send({ type: 'put', blobs: [blobOf(early).bytes] })
    await world.clock.advance(PATIENCE_MS)
    await alice.write('content', 1)
    await alice.restart()
    await world.clock.advance(PATIENCE_MS)
    expect(carol?.shelf.fingerprint()).toBe(alice.shelf.fingerprint())
  })

  it('attack 54 R4 keeps several claims to one place, and the true one wins', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob, carol] = devices
    await alice.write('content', 1)
    await world.clock.advance(1000)
    const [true1] = await alice.shelf.read(alice.chain('content'), 1, 1)
    const forged = { ...true1, salt: new Uint8Array(8) } as NonNullable<typeof true1>
    const id = entryId(forged.headerBytes, forged.salt, forged.box)
    await carol?.client().close()
    await world.restartRelay(createMemoryLogStore(createSeededRandom(7)))
    const mallory = await world.inside(bob?.relayKey ?? world.founder.relayKey)
    mallory.send({ type: 'put', blobs: [blobOf([{ ...forged, id }]).bytes] })
    await world.clock.advance(PATIENCE_MS)
    await carol?.restart()
    await world.clock.advance(PATIENCE_MS)
    expect(await world.converged(...devices)).toBe(true)
  })

  it('R3 turns a stranger away and lets it in once somebody vouches', async () => {
    const { world } = await createTeam(0)
    const relayKey = await world.key()
    const carol = await world.device({ relayKey })
    await world.clock.advance(1000)
    expect(stateOf(carol)).toBe('refused')
    await world.say(world.founder.relayKey, relayKey, 'member', 1)
    world.founder.client().doorChanged()
    carol.client().doorChanged()
    await world.clock.advance(1000)
    expect(stateOf(carol)).toBe('connected')
  })

  it('R3 lets a newcomer in within seconds when the word for it comes late', async () => {
    const { world } = await createTeam(0)
    const relayKey = await world.key()
    const carol = await world.device({ relayKey, isStranger: true })
    await world.clock.advance(1000)
    await world.say(world.founder.relayKey, relayKey, 'member', 1)
    world.founder.client().doorChanged()
    await world.clock.advance(4000)
    expect(stateOf(carol)).toBe('connected')
  })

  it('R3 shows a statement once, not with every change of the log', async () => {
    const { world } = await createTeam(3)
    world.received.clear()
    for (let i = 0; i < 5; i++) {
      world.founder.client().doorChanged()
      await world.clock.advance(100)
    }
    expect([receivedOf(world, 'door'), receivedOf(world, 'opened')]).toEqual([0, 0])
  })

  it('R3 sends a removed device away at once and for good', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob, carol] = devices
    await world.say(alice.relayKey, bob?.relayKey ?? alice.relayKey, 'none', 2)
    alice.client().doorChanged()
    await world.clock.advance(1000)
    expect(stateOf(bob ?? alice)).toBe('refused')
    expect([bob?.client().farewell(), carol?.client().farewell()]).toEqual(['not-admitted', undefined])
    await alice.write()
    await world.clock.advance(PATIENCE_MS)
    expect([stateOf(bob ?? alice), bob?.shelf.size, carol?.shelf.size]).toEqual(['refused', 0, 1])
  })

  it('R10 keeps the last receipt of each device for whoever comes', async () => {
    const { world, devices } = await createTeam(2)
    const [alice, bob, carol] = devices
    await carol?.client().close()
    alice.client().putReceipt(Uint8Array.of(1))
    await world.clock.advance(1000)
    alice.client().putReceipt(Uint8Array.of(2))
    await world.clock.advance(1000)
    await carol?.restart()
    await world.clock.advance(1000)
    expect(bob?.receipts.map((sealed) => sealed[0])).toEqual([1, 2])
    expect(carol?.receipts.at(-1)).toEqual(Uint8Array.of(2))
  })

  it('R7 hands presence on without keeping it', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    alice.client().sendPresence(Uint8Array.of(5))
    await world.clock.advance(1000)
    await bob?.restart()
    await world.clock.advance(1000)
    expect(bob?.presence).toEqual([Uint8Array.of(5)])
  })

  it('R4 comes back after any loss', async () => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    world.isUp = false
    world.cutAll()
    await alice.write('content', 10)
    await bob?.write('content', 10)
    await world.clock.advance(60_000)
    expect(stateOf(alice)).toBe('away')
    world.isUp = true
    await world.clock.advance(PATIENCE_MS)
    expect(await world.converged(...devices)).toBe(true)
  })

  it.each([-400, 400])('R4 R5 loses nothing when the clock is set by %i days', async (days) => {
    const { world, devices } = await createTeam(1)
    const [alice, bob] = devices
    await alice.write('content', 3)
    world.wall.set(days * 86_400_000)
    await alice.write('log')
    await bob?.write('content', 3)
    await world.clock.advance(PATIENCE_MS)
    await alice.write('content', 3)
    await world.clock.advance(1000)
    expect(alice.client().acknowledged(alice.chain('content'))).toBe(6)
    expect(await world.converged(...devices)).toBe(true)
  })

  it('R4 notices a relay that has gone silent', async () => {
    const { world, devices } = await createTeam(0)
    world.road.silent = true
    await world.clock.advance(90_000)
    expect(stateOf(devices[0])).not.toBe('connected')
  })

  it('R5 carries an entry of the greatest size', async () => {
    const { world, devices } = await createTeam(1)
    await devices[0].write('content', 1, MAX_BOX_BYTES)
    await world.clock.advance(5000)
    expect(await world.converged(...devices)).toBe(true)
  })
})
