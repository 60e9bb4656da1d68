import { beforeAll, expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import { epochTagOf } from '#lib/protocol/derive'
import { bring, type KeyHolder, type OfflineTeam, startKeyHolder } from '#lib/testing/key-holder'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { keyDuties } from '#lib/workspace/key-duties'
import type { MembershipState } from '#lib/workspace/membership-state'

const SEEDS = Number(process.env.SEEDS ?? 25)
const FIRST = Number(process.env.FIRST_SEED ?? 1)
const STEPS = 14
/** So long nothing happens at the end: longer than any duty waits. */
const QUIET_SECONDS = 100

let team: OfflineTeam
beforeAll(async () => {
  team = await createOfflineTeam()
})

const stateOf = ({ replica }: KeyHolder): MembershipState => {
  const state = replica.membership.current()
  if (!state) throw new Error('no log')
  return state
}
const isMember = (of: KeyHolder, who: KeyHolder): boolean => stateOf(of).devices.get(toHex(who.device))?.active === true

/** People who remove, leave, rotate and write without knowing of each other, and then meet again. */
async function liveThrough(seed: number): Promise<void> {
  const random = createSeededRandom(seed)
  const clock = createVirtualClock()
  const people: KeyHolder[] = []
  for (const name of ['alice', 'bob', 'carol', 'dave', 'vera', 'alice 2']) {
    people.push(await startKeyHolder(team, name, clock, random))
  }
  const [alice, bob, carol] = people
  if (!alice || !bob || !carol) throw new Error('nobody')
  const rest = () => people.filter((one) => one !== alice)
  await alice.acts.setRole(bob.id(), 'admin')
  await alice.acts.setRole(carol.id(), 'admin')
  await bring(team, alice, ...rest())

  async function act(who: KeyHolder): Promise<void> {
    const other = random.pick(people)
    const dice = random.below(10)
    if (dice < 3) await who.acts.removeMember(other.id(), [])
    else if (dice < 4) await who.acts.leave()
    else if (dice < 6) await who.acts.rotateKeys()
    else await who.acts.setRole(other.id(), random.pick(['viewer', 'editor', 'admin'] as const))
  }
  for (let step = 0; step < STEPS; step++) {
    const who = random.pick(people)
    const dice = random.below(10)
    if (dice < 4) await act(who)
    else if (dice < 6) await who.type(`w${step}`).catch(() => undefined)
    else if (dice < 9) await bring(team, who, random.pick(people))
    else await clock.advance(random.below(8000))
  }

  /** Roads are good again: what somebody writes is with everybody within a second. */
  const sizes = new Map<KeyHolder, number>()
  for (let second = 0; second < QUIET_SECONDS; second++) {
    for (const one of people) {
      await one.keeper.settled()
      if (second > 0 && sizes.get(one) === one.replica.membership.size) continue
      await bring(team, one, ...people.filter((other) => other !== one))
      for (const each of people) sizes.set(each, each.replica.membership.size)
      second = Math.min(second, 1)
    }
    await clock.advance(1000)
  }

  const members = people.filter((one) => isMember(alice, one))
  const former = people.filter((one) => !members.includes(one))
  const texts = await Promise.all(members.map((one) => one.text()))
  expect(new Set(texts).size, `seed ${seed}: one text`).toBe(1)
  for (const one of members) {
    const state = stateOf(one)
    expect(one.epoch(), `seed ${seed}: one epoch`).toBe(alice.epoch())
    expect(one.holds(), `seed ${seed}: ${one.name} has the newest key`).toBe(true)
    const duties = keyDuties(state, one.replica.membership.handedOut(), () => false)
    expect(duties, `seed ${seed}: nothing left to do`).toEqual({ due: undefined, missing: [] })
  }
  const last = await alice.type('afterwards')
  for (const one of people) await bring(team, alice, one)
  for (const one of members) expect(await one.text(), `seed ${seed}: ${one.name} reads on`).toContain('afterwards')
  const { ends } = stateOf(alice)
  const handed = alice.replica.membership.handedOut()
  for (const one of former) {
    expect(one.replica.keys.secretOf(last.header.epoch), `seed ${seed}: ${one.name} is out`).toBeUndefined()
    expect(await one.text(), `seed ${seed}: ${one.name} reads nothing new`).not.toContain('afterwards')
    const person = stateOf(alice).devices.get(toHex(one.device))?.person
    const removals = ends.filter((end) => person && sameBytes(end.person, person)).map(({ operation }) => operation)
    for (const { operation, rotation } of handed) {
      const isTheirs = rotation && removals.some((removal) => sameBytes(removal, operation))
      const secret = isTheirs && one.replica.keys.secretOf(epochTagOf(rotation.commitment))
      expect(secret, `seed ${seed}: ${one.name} never had the key of their removal`).toBeFalsy()
    }
  }
  for (const { keeper } of people) keeper.close()
}

it(`attack 41 attack 42 K1 K2 K3 whoever is removed reads nothing new, everybody else all of it, in ${SEEDS} histories`, {
  timeout: 60_000 + SEEDS * 20_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) await liveThrough(seed)
})
