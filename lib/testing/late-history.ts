/**
 * Histories of a team in which people are removed, made readers, lose a device and are let in again while others are apart,
 * with real replicas and documents. Whoever has not heard of their own end goes on writing: that is a back-dated edit.
 */
import { toHex } from '#lib/base/bytes'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { ENDED, EVERYBODY, type LateAct, type Name } from '#lib/testing/late-acts'
import type { createOfflineTeam } from '#lib/testing/offline-team'
import type { Role } from '#lib/workspace/role'

type Team = Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<Team['start']>>
type ActOf<T extends LateAct['type']> = Extract<LateAct, { type: T }>

export interface LateHistory {
  readonly members: readonly Member[]
  /** Everything anybody wrote, in pieces of single entries. */
  readonly runs: readonly (readonly SealedEntry[])[]
  /** Every word that was written on the page and in its discussion. */
  readonly words: readonly string[]
  readonly remarks: readonly string[]
  /** What somebody wrote on the page who may not any more, when everybody else knew. */
  readonly backDated: readonly string[]
  /** Everything that one of the members holds reaches this one. */
  exchangeAll(): Promise<void>
  /** What happened, so that a test can tell that it looked at it. */
  readonly seen: ReadonlySet<string>
}

const WRITING: readonly (Role | undefined)[] = ['owner', 'admin', 'editor']

/** What the acts come to; one that its person could not do does nothing. The team is `createLateCast`'s. */
export async function liveLateHistory(team: Team, acts: readonly LateAct[]): Promise<LateHistory> {
  const seen = new Set<string>()
  const [words, remarks]: [string[], string[]] = [[], []]
  const members = new Map<Name, Member>()
  for (const name of EVERYBODY) members.set(name, await team.start(name))
  const memberOf = (name: Name): Member => {
    const member = members.get(name)
    if (!member) throw new Error('nobody')
    return member
  }
  const alice = () => memberOf('alice')
  /** Those whose standing ended and who have not heard of it: nobody who knows talks to them. */
  const away = new Set<Name>()

  const stateOf = (as: Member) => as.replica.membership.current()
  const roleOf = (name: Name, as: Member) => stateOf(as)?.members.get(toHex(memberOf(name).person()))?.role
  const mayWrite = (name: Name, as: Member): boolean =>
    WRITING.includes(roleOf(name, as)) && stateOf(as)?.devices.get(toHex(memberOf(name).device))?.active === true

  async function write({ who, inDiscussion }: Omit<ActOf<'write'>, 'type'>): Promise<string | undefined> {
    const word = `${who.replace(' ', '')}n${words.length + remarks.length}`
    const member = memberOf(who)
    const isWritten = await (inDiscussion ? member.remark(word) : member.type(word)).then(
      () => true,
      () => false,
    )
    if (!isWritten) return undefined
    if (inDiscussion) seen.add('discussed')
    ;(inDiscussion ? remarks : words).push(word)
    return word
  }

  async function meet({ one, other }: Omit<ActOf<'meet'>, 'type'>): Promise<void> {
    if (one === other || away.has(one) || away.has(other)) return
    await team.carry(memberOf(one), memberOf(other))
    await team.carry(memberOf(other), memberOf(one))
  }

  async function end({ by, whom, left, hasCut, hears }: ActOf<'end'>): Promise<void> {
    const judge = memberOf(by)
    const [own, role] = [roleOf(by, judge), roleOf(whom, judge)]
    const isBelow = own === 'owner' ? by !== whom : own === 'admin' && role !== 'admin'
    if (!isBelow || !role || (left !== 'nothing' && !WRITING.includes(role))) return
    const member = memberOf(whom).person()
    const cuts = hasCut ? await judge.replica.cutOf({ person: member }) : []
    seen.add(left === 'nothing' ? 'removed' : 'demoted')
    if (by === 'carol') seen.add('by the second admin')
    if (role === 'admin') seen.add('the second admin')
    await (left === 'nothing'
      ? judge.operate({ type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
      : judge.operate({ type: 'role.set', member, role: left, cuts, doors: [] }))
    if (!hears) away.add(whom)
  }

  async function revoke({ hasCut, hears }: ActOf<'revoke'>): Promise<void> {
    const bob = memberOf('bob')
    const { device } = memberOf('bob 2')
    const known = stateOf(bob)?.devices
    if (!known?.get(toHex(bob.device))?.active || !known.get(toHex(device))?.active) return
    const cuts = hasCut ? await bob.replica.cutOf({ device }) : []
    await bob.operate({ type: 'device.revoke', device, cuts, doors: [], rotation: undefined })
    seen.add('revoked')
    if (!hears) away.add('bob 2')
  }

  /** Says so on one device; who does not hear of it goes on like somebody with altered software. */
  async function leave({ who, hasCut }: ActOf<'leave'>): Promise<void> {
    const member = memberOf(who)
    const person = member.person()
    if (!stateOf(member)?.members.has(toHex(person))) return
    const stays = await team.start(who, copyMemoryDisk(member.disk))
    await member.operate({ type: 'member.leave', cuts: hasCut ? await member.replica.cutOf({ person }) : [] })
    await team.carry(member, alice())
    seen.add('left')
    members.set(who, stays)
    away.add(who)
  }

  async function comeBack({ who }: ActOf<'come back'>): Promise<void> {
    if (!away.delete(who)) return
    seen.add('came back')
    await meet({ one: who, other: 'alice' })
  }

  async function letInAgain({ nth }: ActOf<'let in again'>): Promise<void> {
    const readers = ENDED.filter((name) => ['viewer', 'commenter'].includes(roleOf(name, alice()) ?? ''))
    const whom = readers[nth % readers.length]
    if (!whom) return
    seen.add('let in again')
    const role = whom === 'carol' ? 'admin' : 'editor'
    await alice().operate({ type: 'role.set', member: memberOf(whom).person(), role, cuts: [], doors: [] })
  }

  async function keep({ who, nth }: ActOf<'keep'>): Promise<void> {
    const member = memberOf(who)
    const items = await member.replica.heldBack()
    const item = items[nth % items.length]
    if (!item || !mayWrite(who, member)) return
    seen.add('kept')
    await member.append({ channel: item.name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [item.newest] })
  }

  /** A reader says that they build on whatever they hold. */
  async function speakAsReader({ nth }: ActOf<'speak as a reader'>): Promise<void> {
    const vera = memberOf('vera')
    const heads = vera.replica.heads().filter(({ lane }) => lane === 'content')
    const head = heads[nth % heads.length]
    if (!head) return
    const keeps = [{ chain: head.chain, seq: head.seq, idPrefix: head.id.slice(0, 16) }]
    await vera
      .append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0), keeps })
      .then(() => seen.add('a reader spoke'))
      .catch(() => undefined)
  }

  async function restart({ who, isTidy }: ActOf<'restart'>): Promise<void> {
    const member = memberOf(who)
    if (isTidy) await member.replica.tidy('end')
    members.set(who, await team.start(who, member.disk))
  }

  async function take(act: LateAct): Promise<unknown> {
    switch (act.type) {
      case 'write':
        return write(act)
      case 'meet':
        return meet(act)
      case 'end':
        return end(act)
      case 'revoke':
        return revoke(act)
      case 'leave':
        return leave(act)
      case 'come back':
        return comeBack(act)
      case 'let in again':
        return letInAgain(act)
      case 'keep':
        return keep(act)
      case 'speak as a reader':
        return speakAsReader(act)
      case 'restart':
        return restart(act)
    }
  }

  for (const act of acts) await take(act)
  const present = EVERYBODY.filter((name) => !away.has(name))
  for (let round = 0; round < 2; round++) for (const other of present) await meet({ one: 'alice', other })
  const backDated: string[] = []
  for (const who of away) {
    if (who === 'vera' || mayWrite(who, alice())) continue
    const word = await write({ who, inDiscussion: false })
    if (word) backDated.push(word)
  }
  if (backDated.length > 0) seen.add('back-dated')
  const heard = new Map<string, readonly SealedEntry[]>()
  for (const member of members.values()) {
    for (const run of await team.runsOf(member)) heard.set(toHex(run.at(-1)?.id ?? new Uint8Array()), run)
  }
  const everybody = [...members.values()]
  const runs = [...heard.values()]
  return {
    members: everybody,
    runs,
    words,
    remarks,
    backDated,
    seen,
    async exchangeAll() {
      for (const member of everybody) await team.tell(member, runs)
    },
  }
}
