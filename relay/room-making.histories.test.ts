import { describe, expect, it } from 'vitest'
import { roomName } from '#lib/protocol/door'
import type { DropProgress } from '#lib/sync/relay-drops'
import { typist } from '#lib/testing/lone-replica'
import { createOfflineTeam, type OfflineMate } from '#lib/testing/offline-team'
import { joinRelay, memberKey } from '#relay/testing/folded-relay'
import { createRelayWorld, PATIENCE_MS, type RelayWorld } from '#relay/testing/relay-world'

/** Entries of a segment; so many of them are written, after one that stands for itself. */
const EACH = 40
const SEGMENTS = 8

const usedBy = async ({ store, room }: RelayWorld, lane: 'content' | 'segment'): Promise<number> =>
  (await store.usage(roomName(room.rootKey, room.random)))
    .filter((one) => one.lane === lane)
    .reduce((sum, { bytes }) => sum + bytes, 0)

/** What devices do while nobody writes (S0, S1). */
async function beAtLeisure(world: RelayWorld, ...mates: readonly OfflineMate[]): Promise<void> {
  for (const { replica } of mates) {
    while (await replica.fold());
    while (await replica.acknowledge());
  }
  await world.clock.advance(31_000)
  for (const { replica } of mates) while (await replica.acknowledge());
  await world.clock.advance(PATIENCE_MS)
}

/** A relay at which bob wrote at length; alice owns the workspace. Who is told of is online. */
async function writtenRelay() {
  const world = await createRelayWorld(1, { dropSeconds: 0 })
  await world.founder.client().close()
  const team = await createOfflineTeam(undefined, { entries: EACH, fewest: 8 }, undefined, world.clock)
  const keys = new Map([['alice', world.founder.relayKey]])
  async function comeOnline(mate: OfflineMate, remembered?: Uint8Array) {
    const relayKey = keys.get(mate.name) ?? (await memberKey(world))
    keys.set(mate.name, relayKey)
    const joined = await joinRelay(world, { ...mate, key: mate.device }, { relayKey, remembered })
    await world.clock.advance(PATIENCE_MS)
    return joined
  }
  const [alice, bob, carol] = [await team.start('alice'), await team.start('bob'), await team.start('carol')]
  const online = { alice: await comeOnline(alice), bob: await comeOnline(bob), carol: await comeOnline(carol) }
  const { type } = await typist(bob.replica, 0, team.page)
  for (let i = 0; i <= EACH * SEGMENTS; i++) {
    await type(`word ${i} `)
    await world.clock.advance(100)
  }
  await world.clock.advance(PATIENCE_MS)
  return { world, team, alice, bob, carol, online, comeOnline }
}

describe('an admin who makes room at a relay', () => {
  it('S1 S2 S3 loses nobody anything: newcomers, members who come back, and who was away all the time', async () => {
    const { world, team, alice, bob, carol, online, comeOnline } = await writtenRelay()
    const before = await usedBy(world, 'content')
    const dave = await team.start('dave')
    await dave.type('written far away')

    await beAtLeisure(world, bob)
    await beAtLeisure(world, alice, carol)
    const progress: DropProgress[] = []
    const dropping = online.alice.client.drop((now) => progress.push(now))
    await world.clock.advance(10_000)
    const summary = await dropping.summary
    expect(summary).toMatchObject({ end: 'through', segments: SEGMENTS, blobs: EACH * SEGMENTS, waiting: 0, unlike: 0 })
    expect(progress.at(-1)).toEqual({ segments: SEGMENTS, blobs: summary.blobs, bytes: summary.bytes })
    const after = await usedBy(world, 'content')
    expect(after).toBeLessThan(before / 10)

    for (const name of ['bob', 'carol'] as const) {
      await online[name].client.close()
      const mate = { bob, carol }[name]
      for (const memory of [online[name].saved(), undefined]) {
        const { client } = await comeOnline(mate, memory)
        await client.close()
      }
    }
    expect(await usedBy(world, 'content')).toBe(after)
    await online.alice.client.close()

    const vera = await team.start('vera')
    const visit = await comeOnline(vera)
    expect(await vera.text()).toBe(await alice.text())
    expect(vera.replica.covered()).not.toEqual([])
    await comeOnline(dave)
    for (const mate of [alice, bob, carol]) await comeOnline(mate)
    expect(await vera.text()).toContain('written far away')
    for (const mate of [bob, carol, dave, vera]) expect(await mate.state()).toBe(await alice.state())
    expect([...vera.refused, ...dave.refused]).toEqual([])
    await visit.client.close()
  })
})
