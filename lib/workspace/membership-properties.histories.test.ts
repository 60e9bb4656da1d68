/**
 * The properties of docs/protocol.md M3 under hostile random histories with real signatures, devices, transfers and
 * rotations: twelve properties, each with histories of its own. `SEEDS` says how many, `FIRST_SEED` lives through others; what
 * fails names the `AGAIN` that lives through that one alone.
 */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { sameBytes, toHex, utf8 } from '#lib/base/bytes'
import type { DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import {
  anyProgram,
  backDated,
  CAST,
  EVERYBODY,
  liveThrough,
  ownerOf,
  type Step,
  someHeads,
  take,
} from '#lib/testing/hostile-history'
import { createHistory, type History } from '#lib/testing/membership-history'
import { createSignedCast } from '#lib/testing/signed-cast'
import { rankOf } from '#lib/workspace/role'

const HISTORIES = process.env.DEEP ? 4_000 : Number(process.env.SEEDS ?? 200)
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1)
/** Seed and path of one history, as a failure named them. */
const [SEED_AGAIN, PATH_AGAIN] = process.env.AGAIN?.split('/') ?? []

vi.setConfig({ testTimeout: 60_000 + 600 * HISTORIES })

const cast = createSignedCast()
const settled = createHistory(0, [], cast)
settled.settle(CAST)

const sees = fc.nat(999)
const member = fc.constantFrom(...EVERYBODY.slice(1, 7))

/** Lives through a history after another, and shrinks what breaks the property. */
function holds<T extends unknown[]>(
  chosen: { [Index in keyof T]: fc.Arbitrary<T[Index]> },
  property: (history: History, ...choices: T) => void,
): void {
  const tried = fc.property(anyProgram, fc.tuple<T>(...chosen), (program, choices) =>
    property(liveThrough(program, settled), ...choices),
  )
  fc.assert(tried, {
    numRuns: HISTORIES,
    seed: SEED_AGAIN === undefined ? FIRST_SEED + seedOfProperty() : Number(SEED_AGAIN),
    ...(PATH_AGAIN === undefined ? {} : { path: PATH_AGAIN }),
    reporter(details) {
      if (!details.failed) return
      const { seed, counterexamplePath } = details
      throw new Error(`Again: AGAIN=${seed}/${counterexamplePath}\n${fc.defaultReportMessage(details)}`, {
        cause: details.errorInstance,
      })
    },
  })
}

/** Without one of its own, every property would live through the same histories. */
const seedOfProperty = (): number =>
  new DataView(hash(utf8(expect.getState().currentTestName ?? '')).buffer).getUint16(0)

/** Everything that the state says, as text. */
const printed = (facts: object): string =>
  JSON.stringify(facts, (_, value: unknown) => {
    if (value instanceof Uint8Array) return toHex(value)
    return value instanceof Map ? [...value] : value
  })

const isOf = (name: string, key: DeviceId | PersonId): boolean =>
  [cast.personOf(name), ...['laptop', 'phone', 'tablet'].map((which) => cast.deviceOf(name, which))].some((own) =>
    sameBytes(own, key),
  )

/** What counts, but for what `name` is to the workspace; a device's admitting operation is no matter of rights. */
function effective(history: History, name: string): string {
  const { owner, members, formerMembers, invites, relays, epoch, ends } = history.state()
  const person = toHex(cast.personOf(name))
  const others = [...members, ...formerMembers].filter(([key]) => key !== person)
  const links = [...invites.values()].map((invite) => ({
    ...invite,
    joined: invite.joined.filter((one) => toHex(one) !== person),
  }))
  const endsOfOthers = ends.filter((end) => toHex(end.person) !== person)
  return withoutAdmissions({ owner, others, links, relays, epoch, ends: endsOfOthers })
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

/** The owner, whose laptop can still write: whoever revokes their last device needs their root. */
function actingOwner(history: History): string {
  const owner = ownerOf(history)
  fc.pre(history.state().devices.get(toHex(cast.deviceOf(owner)))?.active === true)
  return owner
}

/** Who was ever told to be the owner, whether that counted or not. */
const wasNamedOwner = (history: History, name: string): boolean =>
  name === 'alice' ||
  history.entries.some(({ operation }) => operation.type === 'owner.transfer' && isOf(name, operation.to))

/** `by`'s steps, which know nothing of what came from `before` on, but something of each other. */
function backDate(history: History, steps: readonly Step[], by: string, device: string, before: number): void {
  let own: EntryId | undefined
  for (const step of steps) {
    const also = own && step.act.type !== 'merge' ? [own] : []
    own = take(history, { ...step, by, device, forged: false, sees: step.sees ?? 999 }, before, also)
  }
}

it('attack 36 M2 comes to the same state in every order of delivery, with duplicates', () => {
  holds([fc.infiniteStream(fc.nat())], (history, dice) => {
    const expected = printed(history.state())
    const twice = [...history.entries, ...history.entries]
    const order = new Map(twice.map((_, i) => [i, dice.next().value ?? 0]))
    const shuffled = twice.map((_, i) => i).sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    expect(printed(history.state(shuffled.flatMap((i) => twice[i] ?? [])))).toBe(expected)
  })
})

it('M3 has exactly one owner at any heads: the founder, or whom an owner named', () => {
  holds([sees], (history, point) => {
    for (const state of [history.state(), history.log().stateAt(someHeads(history, point))]) {
      const owners = [...(state?.members.values() ?? [])].filter(({ role }) => role === 'owner')
      expect(owners.map(({ person }) => person)).toEqual([state?.owner])
    }
    expect(wasNamedOwner(history, ownerOf(history))).toBe(true)
  })
})

it('M3 lets nobody unmake the owner who was never named one', () => {
  holds([backDated, member], (history, steps, name) => {
    fc.pre(!wasNamedOwner(history, name))
    const owner = ownerOf(history)
    backDate(history, steps, name, 'laptop', history.entries.length)
    expect(ownerOf(history)).toBe(owner)
  })
})

it('M3 makes nobody an admin whom no owner made one, least of all by a link', () => {
  holds([], (history) => {
    const made = history.entries.flatMap(({ operation, device }) => {
      const owner = EVERYBODY.find((name) => isOf(name, device) && wasNamedOwner(history, name))
      if (owner === undefined) return []
      if (operation.type === 'owner.transfer') return [toHex(cast.personOf(owner)), toHex(operation.to)]
      return operation.type === 'role.set' && operation.role === 'admin' ? [toHex(operation.member)] : []
    })
    const admins = [...history.state().members].filter(([, { role }]) => role === 'admin')
    for (const [person] of admins) expect(made).toContain(person)
  })
})

it('attack 32 M3 leaves nothing of what a removed person back-dates', () => {
  holds([backDated, member], (history, steps, removed) => {
    fc.pre(!wasNamedOwner(history, removed))
    const seen = history.entries.length
    history.remove({ by: actingOwner(history) }, removed)
    const before = effective(history, removed)
    backDate(history, steps, removed, 'laptop', seen)
    expect(effective(history, removed)).toBe(before)
    expect(history.roles()).not.toHaveProperty(removed)
  })
})

it('attack 32 attack 35 M3 leaves nothing of what a removed former owner back-dates, while their transfer counts', () => {
  holds([backDated, fc.constantFrom('ann', 'ben')], (history, steps, heir) => {
    const former = actingOwner(history)
    fc.pre(former !== heir)
    const seen = history.entries.length
    history.give({ by: former }, heir, 'admin')
    const transfer = history.handOver({ by: former }, heir)
    fc.pre(actingOwner(history) === heir)
    history.remove({ by: heir }, former)
    const before = effective(history, former)
    backDate(history, steps, former, 'laptop', seen)
    const isUndone = history.state().voided.has(toHex(transfer))
    if (!isUndone) expect(effective(history, former)).toBe(before)
    if (ownerOf(history) !== heir) expect(isUndone).toBe(true)
  })
})

it('attack 28 M3 lets nobody below admin change anybody but themselves', () => {
  const anyNobody = fc.constantFrom('eve', 'ed', 'vic', 'oscar', 'olga')
  holds([backDated, anyNobody], (history, steps, nobody) => {
    fc.pre(!wasMadeAdmin(history, nobody) && !wasNamedOwner(history, nobody))
    fc.pre(!history.state().policy.editorsMayInvite)
    const links = history.entries.filter(({ operation }) => operation.type === 'invite.create')
    const by = actingOwner(history)
    for (const { id } of links) history.revokeInvite({ by }, id)
    const before = effective(history, nobody)
    backDate(history, steps, nobody, 'laptop', history.entries.length)
    expect(effective(history, nobody)).toBe(before)
  })
})

it('M3 lets less access win: a removal that has not seen much never raises its target', () => {
  holds([fc.constantFrom(...EVERYBODY), sees], (history, target, point) => {
    const owner = ownerOf(history)
    fc.pre(target !== owner)
    const before = history.roles()[target]
    history.remove({ by: owner, after: someHeads(history, point) }, target)
    expect(rankOf(history.roles()[target])).toBeLessThanOrEqual(rankOf(before))
  })
})

it('attack 33 M3 removes whom the owner promotes at the same time', () => {
  holds([], (history) => {
    const by = actingOwner(history)
    fc.pre(by !== 'eve')
    const after = history.heads()
    history.give({ by, after }, 'eve', 'admin')
    history.remove({ by, after }, 'eve')
    expect(history.roles()).not.toHaveProperty('eve')
  })
})

it('attack 49 I3 lets a late holder of a link, with an editor as accomplice, change nobody', () => {
  holds([fc.nat(20), fc.constantFrom('eve', 'ed'), sees], (history, nth, accomplice, point) => {
    fc.pre(!wasMadeAdmin(history, accomplice) && !wasNamedOwner(history, accomplice))
    const links = history.entries.filter(({ operation }) => operation.type === 'invite.create')
    const link = links[nth % links.length]?.id ?? history.entries[0]?.id
    if (!link) return
    history.write({ by: actingOwner(history) }, { type: 'merge' })
    const before = history.roles()
    const after = [...new Set([link, ...someHeads(history, point, history.entries.length - 1)])]
    history.admit({ by: accomplice, after }, 'mallory', link)
    const { mallory: _, ...now } = history.roles()
    expect(now).toEqual(before)
  })
})

it('attack 53 V3 leaves nothing of what a lost device back-dates once its root revoked it', () => {
  holds([backDated, fc.constantFrom('alice', 'ann', 'eve')], (history, steps, person) => {
    const seen = history.entries.length
    history.revokeDevice({ by: person, device: 'root' }, cast.deviceOf(person))
    const before = rights(history)
    backDate(history, steps, person, 'laptop', seen)
    expect(rights(history)).toBe(before)
  })
})

it('attack 29 M2 takes nothing that another key signed than the device it names', () => {
  const history = settled.fork(1)
  const length = history.entries.length
  history.give({ by: 'alice', forger: 'mallory' }, 'eve', 'admin')
  expect(history.entries).toHaveLength(length)
  history.give({ by: 'alice' }, 'eve', 'admin')
  expect(history.roles()).toMatchObject({ eve: 'admin' })
})

it('M3 takes no device from anybody for whoever claims its keys, back-dated or not', () => {
  const claims = fc.array(fc.tuple(fc.constantFrom(...EVERYBODY), sees), { minLength: 1, maxLength: 6 })
  const devicesOfOthers = (history: History, name: string) =>
    [...history.state().devices.values()]
      .filter(({ person, active }) => active && !isOf(name, person))
      .map(({ device }) => toHex(device))
      .sort()
  holds([member, claims], (history, name, made) => {
    const before = devicesOfOthers(history, name)
    for (const [whom, seen] of made)
      take(history, { by: name, device: 'laptop', sees: seen, forged: false, act: { type: 'claim-keys', whom } })
    expect(devicesOfOthers(history, name)).toEqual(before)
  })
})
