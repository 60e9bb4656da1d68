/** Membership logs as hostile members would write them: any operation by anybody, after any past. */
import type { EntryId } from '#lib/base/ids'
import { createHistory, deviceOf, type History, type Pen } from '#lib/testing/membership-history'
import type { SeededRandom } from '#lib/testing/seeded-random'

/** alice owns, and keeps her laptop. */
export const CAST = { ann: 'admin', ben: 'admin', cat: 'admin', eve: 'editor', ed: 'editor', vic: 'viewer' } as const
export const OUTSIDERS = ['oscar', 'olga'] as const
export const EVERYBODY = ['alice', ...Object.keys(CAST), ...OUTSIDERS] as const

const MOST_WRITTEN = 21

/** The cast, and then 3–20 random operations of all of them. */
export function createHostileHistory(random: SeededRandom, salt: number): History {
  const history = createHistory(salt)
  history.settle(CAST)
  const count = 3 + random.below(MOST_WRITTEN - 3)
  for (let i = 0; i < count; i++) {
    const after = random.chance(0.33) ? someHeads(history, random) : history.heads()
    writeAnything(history, random, {
      by: random.pick(EVERYBODY),
      device: random.chance(0.1) ? 'phone' : 'laptop',
      after,
    })
  }
  return history
}

/** One operation of any kind, about anybody. */
export function writeAnything(
  history: History,
  random: SeededRandom,
  pen: Required<Pick<Pen, 'by' | 'device' | 'after'>>,
): EntryId {
  const invites = history.entries.filter(({ operation }) => operation.type === 'invite.create')
  const invite = invites.length > 0 ? random.pick(invites).id : undefined
  const roles = ['admin', 'editor', 'commenter', 'viewer'] as const
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return history.give(pen, random.pick(EVERYBODY), random.pick(roles))
    case 3:
    case 4:
    case 5:
      return history.remove(pen, random.pick(EVERYBODY))
    case 6:
      return history.invite(pen, random.pick(['editor', 'viewer']), random.below(3))
    case 7:
      if (invite) return history.revokeInvite(pen, invite)
      break
    case 8:
    case 9:
    case 10:
      if (invite) {
        const after = random.chance(0.8) ? [...new Set([...pen.after, invite])] : pen.after
        return history.admit({ ...pen, after }, random.pick(EVERYBODY.slice(1)), invite)
      }
      break
    case 11:
      return history.addDevice(pen, 'phone')
    case 12:
      return history.revokeDevice(
        pen,
        deviceOf(pen.by, pen.by === 'alice' ? 'phone' : random.pick(['laptop', 'phone'])),
      )
    case 13:
      if (random.chance(0.5)) return history.write(pen, { type: 'member.leave' })
      break
  }
  return history.write(pen, { type: 'merge' })
}

/** What the heads were at some earlier time, when there were at most `before` operations. */
export function someHeads({ entries }: History, random: SeededRandom, before = entries.length): readonly EntryId[] {
  const some = entries.slice(0, 1 + random.below(before))
  const seen = new Set(some.flatMap(({ parents }) => parents))
  return some.filter(({ id }) => !seen.has(id)).map(({ id }) => id)
}
