import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { copyMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { CAST_BEGINS_AT, type Cast, createCast, createSeededCrypto, keyRingOf } from '#lib/testing/simulation-cast'
import { createSimulatedDevice, type SimulatedDevice } from '#lib/testing/simulation-device'
import { createSimulationOracle } from '#lib/testing/simulation-oracle'
import { typeWord } from '#lib/testing/simulation-tab'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { encodeOperation } from '#lib/workspace/operation-format'

describe('devices whose profile was copied', () => {
  let cast: Cast
  beforeAll(async () => {
    cast = await createCast()
  })

  /** bob, his copy, and carol, linked to nobody. */
  async function scene() {
    const clock = createVirtualClock(CAST_BEGINS_AT)
    const random = createSeededRandom(1)
    const oracle = createSimulationOracle(keyRingOf(cast.devices[0]?.keys as never))
    for (const entry of cast.entries) oracle.wrote('cast', entry)
    const crypto = createSeededCrypto(random.fork())
    const world = {
      clock,
      random,
      crypto,
      oracle,
      onSaw() {},
      isRelayLink: () => false,
      onMembership() {},
      onDown() {},
    }
    const page = bodyChannelName(cast.pages[0] as never)
    const start = async (person: string, name: string, disk?: MemoryDisk): Promise<SimulatedDevice> => {
      const found = cast.devices.find((one) => one.name === person)
      if (!found) throw new Error('nobody')
      const device = createSimulatedDevice(world, found, copyMemoryDisk(disk ?? found.disk), { name })
      await device.start()
      return device
    }
    const type = async (device: SimulatedDevice, times: number): Promise<void> => {
      const tab = device.tabs[0] ?? (await device.openTab(page, 0))
      for (let i = 0; i < times; i++) {
        tab.edit((doc) => typeWord(doc, random.below(1e6), random))
        await tab.flush()
      }
    }
    const rename = (device: SimulatedDevice, name: string) =>
      device
        .replica()
        .append({ channel: logChannelName, ...encodeOperation({ type: 'profile.set', name, paper: undefined }) })
    const link = (a: SimulatedDevice, b: SimulatedDevice): void => {
      const pair = createMemoryLinkPair(clock, { delayMs: () => 20 })
      a.engine().connect(pair.a, { trusted: true, name: b.name })
      b.engine().connect(pair.b, { trusted: true, name: a.name })
    }
    /** Everything that one holds, entry by entry or with segments where it has some. */
    const carry = async (from: SimulatedDevice, to: SimulatedDevice, how: 'single' | 'folded' = 'single') => {
      for (const { chain, seq, from: first = 1 } of from.replica().heads()) {
        for (let next = first; next <= seq; ) {
          const piece =
            how === 'folded'
              ? await from.replica().readFolded(chain, next, 500)
              : ({ type: 'run', run: await from.replica().read(chain, next, 500) } as const)
          if (piece.type === 'segment') await to.replica().receiveSegment(piece.bytes)
          else await to.replica().receive(piece.run)
          next = (piece.type === 'segment' ? piece.to : (piece.run.at(-1)?.header.seq ?? seq)) + 1
        }
      }
    }
    return {
      clock,
      page,
      start,
      type,
      carry,
      rename,
      link,
      blamed: (all: SimulatedDevice[]) => all.flatMap((d) => d.blamed),
    }
  }

  const heldBy = (device: SimulatedDevice): string[] =>
    [...device.replica().heads(), ...device.replica().judgedHeads()]
      .map(({ chain, seq, id }) => `${toHex(chain)} ${seq} ${toHex(id)}`)
      .sort()

  async function shownBy(device: SimulatedDevice, name: ChannelName): Promise<string> {
    const opened = await device.replica().open(name)
    const doc = createQuietDoc()
    if (opened.ok) applyAcceptedV2(doc, opened.value.state)
    return toHex(canonicalState(doc))
  }

  /** Writes so much before the copy, on each side after it, and brings all together. */
  async function meet(before: number, one: number, other: number) {
    const { clock, page, start, type, link, blamed } = await scene()
    const bob = await start('bob', 'bob')
    await type(bob, before)
    const copy = await start('bob', 'bob again', bob.disk)
    const carol = await start('carol', 'carol')
    await type(bob, one)
    await type(copy, other)
    link(bob, carol)
    await clock.advance(60_000)
    link(copy, carol)
    await clock.advance(60_000)
    const all = [bob, copy, carol]
    expect(new Set(all.map((device) => heldBy(device).join())).size).toBe(1)
    expect(new Set(await Promise.all(all.map((device) => shownBy(device, page)))).size).toBe(1)
    expect(blamed(all)).toEqual([])
    return { bob, carol }
  }

  it.each([
    [0, 1, 1],
    [2, 5, 3],
    [1, 3, 5],
    [3, 70, 70],
    [1, 150, 4],
    [70, 4, 150],
  ])('E3 attack 7 hold all lines alike: %i entries, then %i beside %i', async (before, one, other) => {
    const { carol } = await meet(before, one, other)
    const branches = carol
      .replica()
      .heads()
      .filter(({ from }) => from === before + 1)
    expect(branches.length).toBe(2)
  })

  it('E3 judges both lines of the log, also where they part at its first entry', async () => {
    const { clock, start, rename, link } = await scene()
    const [bob, copy, carol] = [
      await start('bob', 'bob'),
      await start('bob', 'bob again'),
      await start('carol', 'carol'),
    ]
    expect([(await rename(bob, 'Bob')).ok, (await rename(copy, 'Robert')).ok]).toEqual([true, true])
    link(bob, carol)
    link(copy, carol)
    await clock.advance(60_000)
    const names = [bob, copy, carol].map((device) => device.replica().membership.current()?.members)
    const counted = names.map((members) => [...(members?.values() ?? [])].map(({ name }) => name).join())
    expect(new Set(counted).size).toBe(1)
    expect(counted[0]).toMatch(/Bob|Robert/)
    expect(new Set([bob, copy, carol].map((device) => heldBy(device).join())).size).toBe(1)
  })

  it('E3 tells a device that some of its text is held back, and again after a start', async () => {
    const { bob, carol } = await meet(1, 2, 3)
    const told = () => bob.refusals.filter(({ type }) => type === 'held-back').length
    expect([told(), carol.refusals.map(({ type }) => type).includes('held-back')]).toEqual([1, false])
    bob.kill()
    await bob.start()
    expect(told()).toBe(2)
  })

  it('E3 brings all lines to a device that starts with an empty disk', async () => {
    const { carol } = await meet(2, 4, 3)
    const runs = []
    for (const { chain, seq } of carol.replica().heads()) {
      for (let next = 1; next <= seq; ) {
        const run = await carol.replica().read(chain, next, 500)
        runs.push(run)
        next = (run.at(-1)?.header.seq ?? seq) + 1
      }
    }
    const { start } = await scene()
    const dave = await start('dave', 'dave')
    for (const run of runs.toReversed()) await dave.replica().receive(run)
    expect(heldBy(dave)).toEqual(heldBy(carol))
  })

  it.each([0, 1])(
    'E3 S0 counts who builds on a branch under a segment once its entries come: branch %i',
    async (on) => {
      const { clock, page, start, type, carry } = await scene()
      const bob = await start('bob', 'bob')
      await type(bob, 1)
      const copy = await start('bob', 'bob again', bob.disk)
      const [carol, alice, dave] = [
        await start('carol', 'carol'),
        await start('alice', 'alice'),
        await start('dave', 'dave'),
      ]
      await type(bob, 1)
      await type(copy, 1)
      const branches = on === 0 ? [bob, copy] : [copy, bob]
      const [endorsed, other] = branches as [SimulatedDevice, SimulatedDevice]
      await type(carol, 1)
      await carry(endorsed, carol)
      await clock.advance(2100)
      await type(carol, 40)
      while (await carol.replica().fold()) {}
      await type(carol, 1)
      await dave.openTab(page, 0)
      await carry(endorsed, dave)
      await carry(carol, dave, 'folded')
      expect(dave.replica().covered()).toHaveLength(1)
      await carry(other, dave)
      for (const device of [carol, bob, copy]) await carry(device, alice)
      for (let places = dave.replica().covered(); places.length > 0; places = dave.replica().covered()) {
        await carry(carol, dave)
        expect(dave.replica().covered()).not.toEqual(places)
      }
      expect(heldBy(dave)).toEqual(heldBy(alice))
    },
  )
})
