/**
 * Histories of a team whose devices compare segments with entries (S1): each is lived through with and without that, and
 * ends in the same documents; every segment is acknowledged in the end, and then the team comes to rest.
 */
import { describe, expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import { decodeAcknowledgement } from '#lib/document/acknowledgement'
import { openEntry } from '#lib/log/seal-entry'
import { channelTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam, type OfflineMate } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { type Cast, createCast } from '#lib/testing/simulation-cast'

const HISTORIES = process.env.DEEP ? 400 : Number(process.env.SEEDS ?? 8)
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1)
const STEPS = 40
const DAY_MS = 86_400_000
const NAMES = ['alice', 'bob', 'carol', 'dave', 'vera']
const WRITERS = 4
const small = { entries: 6, fewest: 3 }

function createTime() {
  let now = 1_700_000_000_000
  return {
    pass(ms: number) {
      now += ms
    },
    clock: { now: () => now, after: () => () => {} },
  }
}

async function gather(cast: Cast) {
  const time = createTime()
  const team = await createOfflineTeam(cast, small, undefined, time.clock)
  const mates: OfflineMate[] = await Promise.all(NAMES.map((name) => team.start(name)))
  return { team, time, mates }
}
type Gathered = Awaited<ReturnType<typeof gather>>

const fold = async ({ replica }: OfflineMate): Promise<void> => {
  while (await replica.fold()) {}
}
const acknowledge = async ({ replica }: OfflineMate): Promise<void> => {
  while (await replica.acknowledge()) {}
}

/** All segments that one made come to the other, as from a relay. */
async function offer(from: OfflineMate, to: OfflineMate): Promise<void> {
  for (const { chain } of from.replica.heads()) {
    const last = from.replica.segments(chain).at(-1)?.from ?? 0
    for (let next = 2; next <= last; ) {
      const segment = await from.replica.nextSegment(chain, next)
      if (segment) await to.replica.receiveSegment(segment.bytes)
      next = (segment?.to ?? last) + 1
    }
  }
}

async function spread({ team, mates }: Pick<Gathered, 'team' | 'mates'>): Promise<void> {
  for (const from of mates) await team.carry(from, ...mates.filter((one) => one !== from))
}

/** Every acknowledgement that somebody wrote into the page: the segments that each names, and how many others it names. */
async function written({ team, mates }: Gathered) {
  const found: { readonly segments: readonly string[]; readonly names: number }[] = []
  for (const { replica, keys } of mates) {
    const channel = channelTag(keys.tagKey, team.page)
    const secrets = keys.epochs[0] && replica.keys.channelKeys(keys.epochs[0].tag, channel)
    for (const head of replica.heads()) {
      if (
        !sameBytes(head.channel, channel) ||
        !sameBytes(replica.authorOf(channel, head.chain) ?? channel, keys.device.publicKey)
      )
        continue
      for (const entry of await replica.read(head.chain, 1, 10_000_000)) {
        const opened = secrets && openEntry(entry, secrets)
        if (!opened?.ok || opened.value.kind !== entryKind.acknowledge) continue
        const said = decodeAcknowledgement(opened.value.payload)
        const segments = said.ok ? said.value.map(({ segment }) => toHex(segment)) : []
        found.push({ segments, names: opened.value.dependencies.length })
      }
    }
  }
  return found
}

async function removeOne(by: OfflineMate, whom: OfflineMate): Promise<void> {
  const member = whom.person()
  const cuts = await by.replica.cutOf({ person: member })
  await by.operate({ type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
}

/** The page in the end; all choices follow from the seed, whether anybody compares or not. */
async function liveThrough(cast: Cast, seed: number, doesCompare: boolean) {
  const gathered = await gather(cast)
  const { team, time, mates } = gathered
  const random = createSeededRandom(seed)
  const removedAt = random.chance(0.5) ? random.below(STEPS) : undefined
  for (let step = 0; step < STEPS; step++) {
    const [one, other] = random.shuffle(mates)
    const [at, dice, ms] = [random.below(WRITERS), random.below(10), random.below(20_000)]
    const writer = mates[at]
    if (!one || !other || !writer) throw new Error('nobody')
    const isOut = removedAt !== undefined && removedAt <= step
    const [alice, , carol] = mates
    if (step === removedAt && alice && carol) await removeOne(alice, carol)
    if (dice < 4 && (writer !== carol || !isOut))
      for (let i = 0; i < 4; i++) await writer.type(`${writer.name}${step}.${i}`)
    if (dice === 4) mates[mates.indexOf(one)] = await team.start(one.name, copyMemoryDisk(one.disk))
    if (dice === 5) await one.replica.tidy('end')
    if (dice > 5) await team.carry(one, other)
    await fold(writer)
    const present = mates[mates.indexOf(other)]
    if (present) await offer(writer, present)
    time.pass(ms)
    if (doesCompare && present) await acknowledge(present)
  }
  time.pass(DAY_MS)
  for (const mate of mates) await fold(mate)
  await spread(gathered)
  await spread(gathered)
  return gathered
}

describe('a team that compares', () => {
  it('S1 W1 comes to the same documents as one that does not, and to rest', { timeout: 600_000 }, async () => {
    const cast = await createCast()
    let acknowledged = 0
    for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      const plain = await liveThrough(cast, seed, false)
      const compared = await liveThrough(cast, seed, true)
      const { mates, team, time } = compared
      for (let round = 0; round < 6; round++) {
        for (const from of mates) for (const to of mates) if (from !== to) await offer(from, to)
        time.pass(5000)
        for (const mate of mates) {
          await acknowledge(mate)
          await team.carry(mate, ...mates.filter((one) => one !== mate))
        }
      }
      time.pass(60_000)
      for (const mate of mates) await acknowledge(mate)
      await spread(compared)
      const all = await written(compared)
      for (const mate of mates) await acknowledge(mate)
      time.pass(60_000)
      for (const mate of mates) await acknowledge(mate)
      expect(await written(compared), `seed ${seed}`).toEqual(all)
      expect(all.every(({ names }) => names === 0)).toBe(true)
      acknowledged += all.length
      const ends = await Promise.all([...plain.mates, ...mates].map((mate) => mate.state()))
      expect(new Set(ends).size, `seed ${seed}`).toBe(1)
      const [alice] = mates
      const chains = alice?.replica.heads().map(({ chain }) => chain) ?? []
      for (const chain of chains.filter((one) => alice?.replica.heldBackAfter(one) === undefined)) {
        const made = mates.flatMap(({ replica }) => replica.segments(chain)).map(({ from, to }) => `${from}-${to}`)
        for (const { replica } of mates) {
          const ranges = replica.acknowledged(chain).map(({ from, to }) => `${from}-${to}`)
          expect(ranges.sort(), `seed ${seed}`).toEqual([...new Set(made)].sort())
        }
      }
      expect(
        mates.flatMap(({ refused }) => refused),
        `seed ${seed}`,
      ).toEqual([])
    }
    expect(acknowledged).toBeGreaterThan(HISTORIES)
  })

  it('S1 of five devices writes two acknowledgements, three at most, for a segment', { timeout: 120_000 }, async () => {
    const cast = await createCast()
    const gathered = await gather(cast)
    const { mates, team, time } = gathered
    const [alice, ...others] = mates
    if (!alice) throw new Error('nobody')
    for (let i = 0; i < 25; i++) await alice.type(`word${i}`)
    await fold(alice)
    await team.carry(alice, ...others)
    for (const one of others) await offer(alice, one)
    for (let ms = 0; ms < 90_000; ms += 250) {
      time.pass(250)
      for (const one of mates) await acknowledge(one)
      await spread({ team, mates: mates.filter(({ replica }) => replica.heads().length > 0) })
    }
    const all = await written(gathered)
    const times = new Map<string, number>()
    for (const segment of all.flatMap(({ segments }) => segments)) times.set(segment, (times.get(segment) ?? 0) + 1)
    expect(times.size).toBe(4)
    expect(Math.min(...times.values())).toBeGreaterThanOrEqual(2)
    expect(Math.max(...times.values())).toBeLessThanOrEqual(3)
    expect(all.length).toBeLessThanOrEqual(3)
  })
})
