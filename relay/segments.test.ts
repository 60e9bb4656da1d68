import { describe, expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { canonicalState } from '#lib/document/encode-state'
import { roomName } from '#lib/protocol/door'
import { carry, type FoldedDevice, foldedWorkspace } from '#lib/testing/folded-workspace'
import { joinRelay, memberKey, typed } from '#relay/testing/folded-relay'
import { createRelayWorld, PATIENCE_MS, type RelayWorld } from '#relay/testing/relay-world'

/** A device at the relay; the bytes on all its roads from then on, and the entries that it stored. */
async function join(
  world: RelayWorld,
  device: FoldedDevice,
  relayKey: SigningKey,
  mayFill = () => true,
  remembered?: Uint8Array,
) {
  const seen = { bytes: 0, entries: 0 }
  world.road.onSend = (frame) => {
    seen.bytes += frame.length
  }
  const joined = await joinRelay(world, device, { relayKey, mayFill, remembered })
  const { stored } = device.hooks
  device.hooks.stored = (run) => {
    seen.entries += run.length
    stored?.(run)
  }
  return { ...joined, seen }
}

/** Alice's page at a relay, of pages of a few entries: `folded` entries in segments, then as many that are not. */
async function writtenWorld(folded: number) {
  const world = await createRelayWorld(1, { pageBytes: 4096 })
  await world.clock.advance(PATIENCE_MS)
  const workspace = await foldedWorkspace({ entries: 64, fewest: 8 })
  const { alice } = workspace
  const writer = await join(world, alice, await memberKey(world))
  await world.clock.advance(1000)
  for (let i = 0; i < folded / 25; i++) {
    await alice.write(typed(25))
    await world.clock.advance(3000)
  }
  await alice.fold()
  for (let i = 0; i < folded / 25; i++) {
    await alice.write(typed(25))
    await world.clock.advance(3000)
  }
  const chain = alice.replica.heads().find(({ lane }) => lane === 'content')?.chain as ChainTag
  const used = async (lane: 'content' | 'segment'): Promise<number> => {
    const usage = await world.store.usage(roomName(world.room.rootKey, world.room.random))
    return usage.filter((one) => one.lane === lane).reduce((sum, { bytes }) => sum + bytes, 0)
  }
  return { ...workspace, world, writer, chain, used }
}

it('S0 R5 a newcomer reads segments at a relay instead of the entries that they stand for, and those at leisure', async () => {
  const world = await createRelayWorld()
  await world.clock.advance(PATIENCE_MS)
  const { alice, device } = await foldedWorkspace({ entries: 64, fewest: 8 })
  const writer = await join(world, alice, await memberKey(world))
  await world.clock.advance(1000)
  for (let i = 0; i < 8; i++) {
    await alice.write(typed(50))
    await world.clock.advance(3000)
  }
  const [carol, bob] = [await device(), await device()]
  const single = await join(world, carol, await memberKey(world))
  await world.clock.advance(5000)
  expect(await carol.text()).toBe(await alice.text())

  await alice.fold()
  await world.clock.advance(5000)
  const usage = await world.store.usage(roomName(world.room.rootKey, world.room.random))
  expect(usage.some(({ lane, bytes }) => lane === 'segment' && bytes > 0)).toBe(true)

  const folded = await join(world, bob, await memberKey(world))
  await world.clock.advance(5000)
  expect(canonicalState(await bob.doc())).toEqual(canonicalState(await alice.doc()))
  expect(folded.seen.entries * 3).toBeLessThan(single.seen.entries)
  expect(folded.seen.bytes * 2).toBeLessThan(single.seen.bytes)
  expect(bob.replica.covered()).toHaveLength(1)

  await world.clock.advance(PATIENCE_MS)
  expect(bob.replica.covered()).toEqual([])
  expect(canonicalState(await bob.doc())).toEqual(canonicalState(await alice.doc()))
  for (const { client } of [writer, single, folded]) await client.close()
})

it('S0 R5 reads the entries after all where a segment at the relay is of no use', async () => {
  const world = await createRelayWorld()
  await world.clock.advance(PATIENCE_MS)
  const { alice, device } = await foldedWorkspace({ entries: 64, fewest: 8 })
  const writer = await join(world, alice, await memberKey(world))
  for (let i = 0; i < 4; i++) {
    await alice.write(typed(50))
    await world.clock.advance(3000)
  }
  await alice.fold()
  await world.clock.advance(3000)
  const bob = await device()
  const refusing = Object.assign(Object.create(bob), {
    replica: { ...bob.replica, receiveSegment: async () => ({ type: 'waiting' as const }) },
  })
  const reader = await join(world, refusing, await memberKey(world))
  await world.clock.advance(10_000)
  expect(await bob.text()).toBe(await alice.text())
  for (const { client } of [writer, reader]) await client.close()
})

describe('what a newcomer does not bring again', () => {
  it('S0 R5 is what it has from the relay, entries that came at leisure included', async () => {
    const { world, writer, alice, device, chain, used } = await writtenWorld(200)
    const before = await used('content')
    const bob = await device()
    const reader = await join(world, bob, await memberKey(world))
    await world.clock.advance(30_000)
    expect(bob.replica.covered()).toHaveLength(1)
    await world.clock.advance(PATIENCE_MS)
    expect(bob.replica.covered()).toEqual([])
    expect(await used('content')).toBe(before)
    expect(reader.client.acknowledged(chain)).toBe(alice.replica.head(chain)?.seq)
    for (const { client } of [writer, reader]) await client.close()
  })

  it('S0 R5 is what the relay left out and a peer brought meanwhile, also after a restart', async () => {
    const { world, writer, alice, device, chain, used } = await writtenWorld(200)
    const before = await used('content')
    const bob = await device()
    const key = await memberKey(world)
    const first = await join(world, bob, key)
    await world.clock.advance(10_000)
    await first.client.close()
    await carry(alice, bob, { originals: true, chain, start: 2 })
    expect(bob.replica.covered()).toEqual([])
    const reader = await join(world, bob, key, () => true, first.saved())
    await world.clock.advance(PATIENCE_MS)
    expect(await used('content')).toBe(before)
    expect(reader.client.acknowledged(chain)).toBe(alice.replica.head(chain)?.seq)
    for (const { client } of [writer, reader]) await client.close()
  })
})

describe('entries that follow at leisure', () => {
  it('S0 R5 wait until nobody writes, and nothing that is held comes with them', async () => {
    const { world, writer, device, used } = await writtenWorld(200)
    const bob = await device()
    let isQuiet = false
    const reader = await join(world, bob, await memberKey(world), () => isQuiet)
    await world.clock.advance(PATIENCE_MS)
    expect(bob.replica.covered()).toHaveLength(1)
    const before = reader.seen.bytes
    isQuiet = true
    await world.clock.advance(PATIENCE_MS)
    expect(bob.replica.covered()).toEqual([])
    expect(reader.seen.bytes - before).toBeLessThan((await used('content')) * 0.75)
    for (const { client } of [writer, reader]) await client.close()
  })
})
