/**
 * The acts of `late-acts.ts` by pens instead of replicas (so nobody restarts): many times as quick as `late-history.ts`, and
 * what people write without having heard of their own end may build on what they did hear of.
 */
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { startThread } from '#lib/document/discussion'
import { ENDED, type Ended, EVERYBODY, type LateAct, type Name } from '#lib/testing/late-acts'
import { createLatePens, type LatePens, type Pen } from '#lib/testing/late-pens'
import type { LateStage } from '#lib/testing/late-stage'
import type { SeededRandom } from '#lib/testing/seeded-random'
import type { Role } from '#lib/workspace/role'

type ActOf<T extends LateAct['type']> = Omit<Extract<LateAct, { type: T }>, 'type'>

export interface QuickLateHistory {
  readonly pens: LatePens
  /** What somebody wrote who may not any more, when everybody else knew. */
  readonly backDated: readonly string[]
  /** What happened, so that a test can tell that it looked at it. */
  readonly seen: ReadonlySet<string>
}

const WRITING: readonly (Role | undefined)[] = ['owner', 'admin', 'editor']

/** What the acts come to; one that its person could not do does nothing. */
export async function liveQuickly(
  stage: LateStage,
  acts: readonly LateAct[],
  random: SeededRandom,
): Promise<QuickLateHistory> {
  const seen = new Set<string>()
  const pens = createLatePens(stage, EVERYBODY, random)
  const alice = pens.of('alice')
  /** Those whose standing ended and who have not heard of it: they hear what is written, and nothing of the log. */
  const away = new Set<Name>()
  const left = new Set<Name>()
  let words = 0

  const roleOf = ({ person }: Pen, as: Pen): Role | undefined => pens.stateOf(as).members.get(toHex(person))?.role
  const isActive = (device: DeviceId, as: Pen): boolean => pens.stateOf(as).devices.get(toHex(device))?.active === true
  const mayWrite = (pen: Pen, as: Pen): boolean => WRITING.includes(roleOf(pen, as)) && isActive(pen.device, as)
  const devicesOf = ({ person }: Pen): DeviceId[] =>
    EVERYBODY.map(pens.of).flatMap((pen) => (toHex(pen.person) === toHex(person) ? [pen.device] : []))

  async function write({ who, inDiscussion }: ActOf<'write'>): Promise<string | undefined> {
    const word = `${who.replace(' ', '')}n${words++}`
    const written = await (inDiscussion
      ? pens.edit(pens.of(who), stage.discussion, word, (doc) => void startThread(doc, NOWHERE, word, 0))
      : pens.edit(pens.of(who), stage.page, word, addParagraph(word)))
    if (written && inDiscussion) seen.add('discussed')
    if (written?.isVoid) seen.add('crossed an end')
    return written && word
  }

  function meet({ one, other }: ActOf<'meet'>): void {
    const [a, b] = [pens.of(one), pens.of(other)]
    if (one === other || (away.has(one) && away.has(other))) return
    if (away.has(one) || away.has(other)) seen.add('listened')
    if (!away.has(one)) pens.tell(a, b, away.has(other))
    if (!away.has(other)) pens.tell(b, a, away.has(one))
  }

  async function end({ by, whom, left: kept, hasCut, hears }: ActOf<'end'>): Promise<void> {
    const [judge, pen] = [pens.of(by), pens.of(whom)]
    const [own, role] = [roleOf(judge, judge), roleOf(pen, judge)]
    const isBelow = own === 'owner' ? by !== whom : own === 'admin' && role !== 'admin'
    if (left.has(by) || !isBelow || !role || (kept !== 'nothing' && !WRITING.includes(role))) return
    const member = pen.person
    const cuts = hasCut ? pens.cutOf(judge, devicesOf(pen)) : []
    seen.add(kept === 'nothing' ? 'removed' : 'demoted')
    if (by === 'carol') seen.add('by the second admin')
    if (role === 'admin') seen.add('the second admin')
    await (kept === 'nothing'
      ? pens.operate(judge, { type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
      : pens.operate(judge, { type: 'role.set', member, role: kept, cuts, doors: [] }))
    if (!hears) away.add(whom)
  }

  async function revoke({ hasCut, hears }: ActOf<'revoke'>): Promise<void> {
    const [bob, { device }] = [pens.of('bob'), pens.of('bob 2')]
    if (left.has('bob') || !isActive(bob.device, bob) || !isActive(device, bob)) return
    const cuts = hasCut ? pens.cutOf(bob, [device]) : []
    await pens.operate(bob, { type: 'device.revoke', device, cuts, doors: [], rotation: undefined })
    seen.add('revoked')
    if (!hears) away.add('bob 2')
  }

  /** Says so, and goes on like somebody with altered software. */
  async function leave({ who, hasCut }: ActOf<'leave'>): Promise<void> {
    const pen = pens.of(who)
    if (left.has(who) || !roleOf(pen, pen)) return
    const before = pen.heads
    const said = await pens.operate(pen, {
      type: 'member.leave',
      cuts: hasCut ? pens.cutOf(pen, devicesOf(pen)) : [],
    })
    pens.tell(pen, alice)
    pen.seen.delete(said)
    pen.heads = before
    left.add(who)
    away.add(who)
    seen.add('left')
  }

  function comeBack({ who }: ActOf<'come back'>): void {
    if (!away.delete(who)) return
    seen.add('came back')
    meet({ one: who, other: 'alice' })
  }

  async function letInAgain({ nth }: ActOf<'let in again'>): Promise<Ended | undefined> {
    const readers = ENDED.filter((name) => ['viewer', 'commenter'].includes(roleOf(pens.of(name), alice) ?? ''))
    const whom = readers[nth % readers.length]
    if (!whom) return undefined
    seen.add('let in again')
    const pen = pens.of(whom)
    const role = whom === 'carol' ? 'admin' : 'editor'
    await pens.operate(alice, { type: 'role.set', member: pen.person, role, cuts: [], doors: [] })
    pen.isStubborn = nth % 2 === 0
    return whom
  }

  /** Whoever was let in again writes, in a new life or across the end. */
  async function returnOfAReader(present: readonly Name[]): Promise<void> {
    const whom = await letInAgain({ nth: random.below(99) })
    if (!whom || !present.includes(whom)) return
    meet({ one: 'alice', other: whom })
    await write({ who: whom, inDiscussion: false })
    await write({ who: whom, inDiscussion: random.chance(0.5) })
    meet({ one: 'alice', other: whom })
    for (const { channel, newest } of pens.heldBack(alice)) {
      if (random.chance(0.7) && (await pens.adopt(alice, channel, newest))) seen.add('kept')
    }
  }

  async function keep({ who, nth }: ActOf<'keep'>): Promise<void> {
    const pen = pens.of(who)
    const items = pens.heldBack(pen)
    const item = items[nth % items.length]
    if (item && mayWrite(pen, pen) && (await pens.adopt(pen, item.channel, item.newest))) seen.add('kept')
  }

  /** A reader says that they build on whatever they hold. */
  async function speakAsReader({ nth }: ActOf<'speak as a reader'>): Promise<void> {
    const vera = pens.of('vera')
    const [{ entry } = { entry: undefined }] = [...vera.seen]
      .filter((one) => one.by !== 'vera' && toHex(one.entry.header.channel) === toHex(stage.page.tag))
      .slice(nth % Math.max(1, vera.seen.size))
    if (!entry) return
    const { chain, seq } = entry.header
    if (await pens.merge(vera, stage.page, { chain, seq, idPrefix: entry.id.slice(0, 16) })) seen.add('a reader spoke')
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
        return undefined
    }
  }

  for (const who of ENDED) if (random.chance(0.5)) await write({ who, inDiscussion: false })
  for (const act of acts) await take(act)
  const present = EVERYBODY.filter((name) => !away.has(name))
  for (let round = 0; round < 2; round++) for (const other of present) meet({ one: 'alice', other })
  await returnOfAReader(present)
  const held = pens.heldBack(pens.of('vera')).find(({ channel }) => channel === stage.page)
  if (held && (await pens.merge(pens.of('vera'), stage.page, held.newest)))
    seen.add('a reader spoke of what is held back')
  const backDated: string[] = []
  for (const who of away) {
    if (who === 'vera' || mayWrite(pens.of(who), alice)) continue
    const word = await write({ who, inDiscussion: false })
    if (word) backDated.push(word)
  }
  if (backDated.length > 0) seen.add('back-dated')
  return { pens, backDated, seen }
}

const NOWHERE = { from: {}, to: {}, quote: '' }

const addParagraph = (word: string) => (doc: Y.Doc) => {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(word)])
  doc.getXmlFragment('body').push([paragraph])
}
