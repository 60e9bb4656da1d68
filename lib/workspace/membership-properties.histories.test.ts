/** The properties of docs/protocol.md M3 under hostile random histories, other ones for each; `SEEDS=20000` goes deeper. */
import { expect, it, vi } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { CAST, createHostileHistory, EVERYBODY, someHeads, writeAnything } from '#lib/testing/hostile-history'
import { deviceOf, type History, personOf } from '#lib/testing/membership-history'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { rankOf } from '#lib/workspace/role'

const HISTORIES = Number(process.env.SEEDS ?? 300)

vi.setConfig({ testTimeout: 30_000 + 50 * HISTORIES })

/** Everything that the state says, as text. */
const printed = (facts: object): string =>
  JSON.stringify(facts, (_, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value)
    return value instanceof Map ? [...value] : value
  })

const isOf = (name: string, key: DeviceId | PersonId): boolean =>
  [personOf(name), deviceOf(name), deviceOf(name, 'phone')].some((own) => sameBytes(own, key))

/** Runs `check` on every seed's history; the seed that fails stands in the message. */
function forHistories(firstSeed: number, check: (history: History, random: SeededRandom) => void): void {
  for (let seed = firstSeed; seed < firstSeed + HISTORIES; seed++) {
    const random = createSeededRandom(seed)
    try {
      check(createHostileHistory(random, seed), random)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }
}

/** What counts, but for what `name` is to the workspace; a device's admitting operation is no matter of rights. */
function effective(history: History, name: string): string {
  const { members, formerMembers, invites, relays, epoch, ends } = history.state()
  const person = toHex(personOf(name))
  const others = [...members, ...formerMembers].filter(([key]) => key !== person)
  return withoutAdmissions({ others, invites, relays, epoch, ends: ends.filter((end) => toHex(end.person) !== person) })
}

function rights(history: History): string {
  const { members, invites, relays, name } = history.state()
  return printed([
    [...members.values()].map((member) => [member.person, member.role, member.name]),
    invites,
    relays,
    name,
  ])
}

const withoutAdmissions = (facts: object): string => printed(facts).replace(/"admission":"[0-9a-f]*"/g, '')

const wasMadeAdmin = (history: History, name: string): boolean =>
  history.entries.some(
    ({ operation }) => operation.type === 'role.set' && operation.role === 'admin' && isOf(name, operation.member),
  )

/** Six operations by `pen`'s device that know nothing of what came from `before` on, but something of each other. */
function backDate(history: History, random: SeededRandom, by: string, device: string, before: number): void {
  let own: readonly EntryId[] = []
  for (let i = 0; i < 6; i++) {
    const after = [...new Set([...someHeads(history, random, before), ...(random.chance(0.5) ? own : [])])]
    own = [writeAnything(history, random, { by, device, after })]
  }
}

it('attack 36 M2 comes to the same state in every order of delivery, with duplicates', () => {
  forHistories(1_000_000, (history, random) => {
    const expected = printed(history.state())
    const twice = random.shuffle([...history.entries, ...history.entries])
    expect(printed(history.state(twice))).toBe(expected)
  })
})

it('M3 keeps the owner, and makes nobody else one', () => {
  forHistories(2_000_000, (history) => {
    const owners = Object.entries(history.roles()).filter(([, role]) => role === 'owner')
    expect(owners).toEqual([['alice', 'owner']])
  })
})

it('M3 makes nobody an admin whom the owner did not make one', () => {
  forHistories(3_000_000, (history) => {
    const made = history.entries.flatMap(({ operation, device }) =>
      operation.type === 'role.set' && operation.role === 'admin' && isOf('alice', device)
        ? [toHex(operation.member)]
        : [],
    )
    const admins = [...history.state().members].filter(([, { role }]) => role === 'admin')
    for (const [person] of admins) expect(made).toContain(person)
  })
})

it('attack 32 M3 leaves nothing of what a removed person back-dates', () => {
  forHistories(4_000_000, (history, random) => {
    const removed = random.pick(Object.keys(CAST))
    const seen = history.entries.length
    history.remove({ by: 'alice' }, removed)
    const before = effective(history, removed)
    backDate(history, random, removed, 'laptop', seen)
    expect(effective(history, removed)).toBe(before)
    expect(history.roles()).not.toHaveProperty(removed)
  })
})

it('attack 28 M3 lets nobody below admin change anybody but themselves', () => {
  forHistories(5_000_000, (history, random) => {
    const nobody = random.pick(['eve', 'ed', 'vic', 'oscar', 'olga'])
    if (wasMadeAdmin(history, nobody)) return
    const admissible = history.entries.filter(({ operation }) => operation.type === 'invite.create')
    for (const { id } of admissible) history.revokeInvite({ by: 'alice' }, id)
    const before = effective(history, nobody)
    backDate(history, random, nobody, 'laptop', history.entries.length)
    expect(effective(history, nobody)).toBe(before)
  })
})

it('M3 lets less access win: a removal that has not seen much never raises its target', () => {
  forHistories(6_000_000, (history, random) => {
    const target = random.pick(EVERYBODY.slice(1))
    const before = history.roles()[target]
    history.remove({ by: 'alice', after: someHeads(history, random) }, target)
    expect(rankOf(history.roles()[target])).toBeLessThanOrEqual(rankOf(before))
  })
})

it('attack 33 M3 removes whom the owner promotes at the same time', () => {
  forHistories(7_000_000, (history) => {
    const after = history.heads()
    history.give({ by: 'alice', after }, 'eve', 'admin')
    history.remove({ by: 'alice', after }, 'eve')
    expect(history.roles()).not.toHaveProperty('eve')
  })
})

it('attack 49 I3 lets a late holder of a link, with an editor as accomplice, change nobody', () => {
  forHistories(8_000_000, (history, random) => {
    const links = history.entries.filter(({ operation }) => operation.type === 'invite.create')
    const link = random.pick(links)
    history.write({ by: 'alice' }, { type: 'merge' })
    const before = history.roles()
    const accomplice = random.pick(['eve', 'ed'])
    if (wasMadeAdmin(history, accomplice)) return
    const after = [...new Set([link.id, ...someHeads(history, random, history.entries.length - 1)])]
    history.admit({ by: accomplice, after }, 'mallory', link.id)
    const { mallory: _, ...now } = history.roles()
    expect(now).toEqual(before)
  })
})

it('attack 53 V3 leaves nothing of what a device back-dates once its root revoked it', () => {
  forHistories(9_000_000, (history, random) => {
    const person = random.pick(['alice', 'ann', 'eve'])
    const seen = history.entries.length
    history.revokeDevice({ by: person, device: 'root' }, deviceOf(person))
    const before = rights(history)
    backDate(history, random, person, 'laptop', seen)
    expect(rights(history)).toBe(before)
  })
})
