/**
 * Random histories of a team in which people are removed, made readers and let in again while others are apart, with real
 * replicas and documents. Whoever has not heard of their own end goes on writing, which is what a back-dated edit is.
 */
import { toHex } from '#lib/base/bytes'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import type { createOfflineTeam } from '#lib/testing/offline-team'
import type { SeededRandom } from '#lib/testing/seeded-random'

type Team = Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<Team['start']>>

export interface LateHistory {
  readonly members: readonly Member[]
  /** Everything anybody wrote, in pieces of single entries. */
  readonly runs: readonly (readonly SealedEntry[])[]
  /** Every word that was written, by the hex of its entry's chain. */
  readonly words: readonly { readonly word: string; readonly by: string }[]
  /** What somebody wrote who had been removed, when everybody else knew. */
  readonly backDated: readonly string[]
  /** Everything that one of the members holds reaches this one. */
  exchangeAll(): Promise<void>
  /** What happened, so that a test can tell that it looked at it. */
  readonly seen: ReadonlySet<string>
}

const WRITERS = ['bob', 'carol', 'dave'] as const

/** alice manages; bob, carol and dave write and are removed; vera may only read, and speaks for others all the same. */
export async function liveLateHistory(team: Team, random: SeededRandom, steps = 26): Promise<LateHistory> {
  const seen = new Set<string>()
  const words: { word: string; by: string }[] = []
  const byName = new Map<string, Member>()
  for (const name of ['alice', ...WRITERS, 'vera']) byName.set(name, await team.start(name))
  const memberOf = (name: string): Member => {
    const member = byName.get(name)
    if (!member) throw new Error('nobody')
    return member
  }
  /** Those who were removed and have not heard of it: nobody who knows talks to them. */
  const away = new Set<string>()
  let written = 0

  const roleOf = (name: string, as: Member): string | undefined =>
    as.replica.membership.current()?.members.get(toHex(memberOf(name).person()))?.role

  async function type(name: string): Promise<string | undefined> {
    const word = `${name}${++written}`
    const entry = await memberOf(name)
      .type(word)
      .catch(() => undefined)
    if (!entry) return undefined
    words.push({ word, by: toHex(entry.header.chain) })
    return word
  }

  async function meet(one: string, other: string): Promise<void> {
    if (one === other || away.has(one) || away.has(other)) return
    await team.carry(memberOf(one), memberOf(other))
    await team.carry(memberOf(other), memberOf(one))
  }

  async function end(name: string, isDemotion: boolean): Promise<void> {
    const alice = memberOf('alice')
    const member = memberOf(name).person()
    if (roleOf(name, alice) !== 'editor') return
    const held = await alice.replica.cutOf({ person: member })
    const cuts = random.chance(0.3) ? [] : held
    seen.add(isDemotion ? 'demoted' : 'removed')
    if (isDemotion) await alice.operate({ type: 'role.set', member, role: 'viewer', cuts, doors: [] })
    else await alice.operate({ type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
    if (random.chance(0.7)) away.add(name)
  }

  /** Says so on one device; who does not hear of it goes on like somebody with altered software. */
  async function leave(name: string): Promise<void> {
    const member = memberOf(name)
    const person = member.person()
    if (!member.replica.membership.current()?.members.has(toHex(person))) return
    const stays = await team.start(name, copyMemoryDisk(member.disk))
    const cuts = await member.replica.cutOf({ person })
    await member.operate({ type: 'member.leave', cuts: random.chance(0.3) ? [] : cuts })
    await team.carry(member, memberOf('alice'))
    seen.add('left')
    byName.set(name, stays)
    away.add(name)
  }

  async function promote(name: string): Promise<void> {
    const alice = memberOf('alice')
    if (roleOf(name, alice) !== 'viewer') return
    seen.add('let in again')
    await alice.operate({ type: 'role.set', member: memberOf(name).person(), role: 'editor', cuts: [], doors: [] })
  }

  async function keep(name: string): Promise<void> {
    const member = memberOf(name)
    const [item] = random.shuffle(await member.replica.heldBack())
    if (!item || !['owner', 'editor'].includes(roleOf(name, member) ?? '')) return
    seen.add('kept')
    await member.append({ channel: item.name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [item.newest] })
  }

  /** A reader says that they build on whatever they hold. */
  async function speakAsReader(): Promise<void> {
    const vera = memberOf('vera')
    const heads = vera.replica.heads().filter(({ lane }) => lane === 'content')
    const head = heads.length > 0 ? random.pick(heads) : undefined
    if (!head) return
    const keeps = [{ chain: head.chain, seq: head.seq, idPrefix: head.id.slice(0, 16) }]
    await vera
      .append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0), keeps })
      .then(() => seen.add('a reader spoke'))
      .catch(() => undefined)
  }

  async function restart(name: string): Promise<void> {
    const member = memberOf(name)
    if (random.chance(0.7)) await member.replica.tidy('end')
    byName.set(name, await team.start(name, member.disk))
  }

  const everybody = ['alice', ...WRITERS, 'vera']
  for (let step = 0; step < steps; step++) {
    const act = random.below(21)
    if (act < 8) await type(random.pick(['alice', ...WRITERS]))
    else if (act < 14) await meet(random.pick(everybody), random.pick(everybody))
    else if (act < 16)
      await (random.chance(0.2) ? leave(random.pick(WRITERS)) : end(random.pick(WRITERS), random.chance(0.5)))
    else if (act === 16) await promote(random.pick(WRITERS))
    else if (act === 17 || act === 20) await keep(random.pick(['alice', ...WRITERS]))
    else if (act === 18) await speakAsReader()
    else await restart(random.pick(everybody))
  }

  const present = everybody.filter((name) => !away.has(name))
  for (let round = 0; round < 2; round++) for (const one of present) await meet('alice', one)
  const backDated: string[] = []
  for (const name of away) {
    const word = roleOf(name, memberOf('alice')) === 'editor' ? undefined : await type(name)
    if (word) backDated.push(word)
  }
  if (backDated.length > 0) seen.add('back-dated')
  const heard = new Map<string, readonly SealedEntry[]>()
  for (const member of byName.values()) {
    for (const run of await team.runsOf(member)) heard.set(toHex(run.at(-1)?.id ?? new Uint8Array()), run)
  }
  const members = [...byName.values()]
  return {
    members,
    runs: [...heard.values()],
    words,
    backDated,
    seen,
    async exchangeAll() {
      for (const run of heard.values()) for (const member of members) await member.replica.receive(run)
      for (const member of members) for (const other of members) if (member !== other) await team.carry(member, other)
    },
  }
}
