/**
 * People who write without replicas: each has seen some of what was written, and goes by the rule on late edits as
 * `late-model.ts` says it. Their entries are sealed and signed as anybody's.
 */
import * as Y from 'yjs'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { slotClients } from '#lib/protocol/derive'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail } from '#lib/protocol/entry-tail'
import { NO_ENTRY, SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Name } from '#lib/testing/late-acts'
import { countedOfEndedLives } from '#lib/testing/late-model'
import type { LateStage, StageChannel, Written } from '#lib/testing/late-stage'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { mayAppend } from '#lib/workspace/authorize'
import { createMembershipLog } from '#lib/workspace/membership-log'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Cut, KnownOperation } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

export interface Pen {
  readonly name: Name
  readonly device: DeviceId
  readonly person: PersonId
  /** Everything this device holds, and the newest operations of it. */
  readonly seen: Set<Written>
  heads: readonly EntryId[]
  /** The life that it writes, by channel. */
  readonly lives: Map<StageChannel, number>
  /** Goes on in a life that ended, as with altered software (W5). */
  isStubborn: boolean
}

export interface LatePens {
  of(name: Name): Pen
  /** The log as a pen has it. */
  stateOf(pen: Pen): MembershipState
  /** One edit, if its author may write there, as far as they know. */
  edit(pen: Pen, channel: StageChannel, word: string, change: (doc: Y.Doc) => void): Promise<Written | undefined>
  /** Keeps `newest` and what is before it (W2), if they may. */
  adopt(pen: Pen, channel: StageChannel, newest: Dependency): Promise<Written | undefined>
  /** Says no more than that this is there. */
  merge(pen: Pen, channel: StageChannel, newest: Dependency): Promise<Written | undefined>
  operate(pen: Pen, operation: KnownOperation): Promise<Written>
  /** The newest entry of each life of these devices that counts here, as a cut says it. */
  cutOf(pen: Pen, devices: readonly DeviceId[]): readonly Cut[]
  /** Of each life of which something is held back here: the newest entry. */
  heldBack(pen: Pen): readonly { readonly channel: StageChannel; readonly newest: Dependency }[]
  /** Everything that one holds reaches the other; with `isDeaf` nothing of the log. */
  tell(from: Pen, to: Pen, isDeaf?: boolean): void
  /** Everything, in the order in which it was written. */
  readonly written: readonly Written[]
  /** How far ended lives (chain, hex) count where everything has come. */
  limits(): ReadonlyMap<string, number>
  /** What counts of a channel within these limits; without any, all that may be kept. */
  counted(channel: StageChannel, limits?: ReadonlyMap<string, number>): readonly Written[]
}

type Limits = ReadonlyMap<string, number>

/** Where a chain stands. */
interface Chain {
  readonly seq: number
  readonly id: EntryId
  /** What it cites (E4). */
  readonly heads: readonly EntryId[]
  /** Of other chains (hex): up to where it named them. */
  readonly named: Map<string, number>
  /** Nothing in it counts any more. */
  readonly isOver: boolean
}

const chainAt = (seq: number, id: EntryId): Chain => ({ seq, id, heads: [], named: new Map(), isOver: false })

const EMPTY = new Uint8Array(0)

/** `random` seals. */
export function createLatePens(stage: LateStage, names: readonly Name[], random: SeededRandom): LatePens {
  const log = createMembershipLog(stage.keysOf('alice').workspaceId, stage.epoch)
  for (const operation of stage.operations) log.add(operation)
  const written: Written[] = [...stage.first]
  const chains = new Map([...stage.begun].map(([key, { seq, id }]): [string, Chain] => [key, chainAt(seq, id)]))
  const authors = new Map<string, DeviceId>()
  const pens = new Map(names.map((name) => [name, penOf(name)]))
  for (const { entry } of stage.first)
    authors.set(toHex(entry.header.chain), stage.keysOf('alice').device.publicKey as DeviceId)

  function stateAt(heads: readonly EntryId[]): MembershipState {
    const state = heads === stage.heads ? stage.state : log.stateAt(heads)
    if (!state) throw new Error('heads that nobody has')
    return state
  }

  function penOf(name: Name): Pen {
    const device = stage.keysOf(name).device.publicKey as DeviceId
    const person = stateAt(stage.heads).devices.get(toHex(device))?.person
    if (!person) throw new Error('nobody')
    return { name, device, person, seen: new Set(stage.first), heads: stage.heads, lives: new Map(), isStubborn: false }
  }

  const bodies = new Map(written.map(({ entry, body }) => [entry, body]))
  const known = new Map<Pen, { readonly size: number; readonly heads: readonly EntryId[]; readonly limits: Limits }>()

  function limitsOf(pen: Pen): Limits {
    const { seen, heads } = pen
    const before = known.get(pen)
    if (before?.size === seen.size && before.heads === heads) return before.limits
    const limits = limitsIn(seen, heads)
    known.set(pen, { size: seen.size, heads, limits })
    return limits
  }

  /** How far ended lives (chain, hex) count among these entries, for whoever has that much of the log. */
  function limitsIn(some: Iterable<Written>, heads: readonly EntryId[]): Limits {
    const now = stateAt(heads)
    if (now.ends.length === 0) return new Map()
    const view = {
      now,
      stateAt,
      authorOf: (_: unknown, chain: ChainTag) => authors.get(toHex(chain)),
      open: (entry: SealedEntry) => (entry.header.lane === 'content' ? bodies.get(entry) : undefined),
    }
    return countedOfEndedLives(
      view,
      [...some].map(({ entry }) => entry),
    )
  }
  const isIn = ({ tag }: StageChannel, { entry }: Written): boolean => sameBytes(entry.header.channel, tag)
  const isWithin = (limits: Limits, { entry: { header } }: Written): boolean =>
    header.lane === 'content' && header.seq <= (limits.get(toHex(header.chain)) ?? Number.POSITIVE_INFINITY)
  const nameOf = ({ header, id }: SealedEntry): Dependency => ({
    chain: header.chain,
    seq: header.seq,
    idPrefix: id.slice(0, 16),
  })

  /** Of each chain the newest. */
  function newestOf(some: Iterable<Written>): Written[] {
    const newest = new Map<string, Written>()
    for (const one of some) {
      const key = toHex(one.entry.header.chain)
      if ((newest.get(key)?.entry.header.seq ?? 0) < one.entry.header.seq) newest.set(key, one)
    }
    return [...newest.values()]
  }

  /** The operations on which none of the others builds. */
  function headsOf(some: Iterable<Written>): readonly EntryId[] {
    const operations = [...some].filter(({ entry }) => entry.header.lane === 'log')
    const cited = new Set(operations.flatMap(({ body }) => (body.membershipHeads ?? []).map(toHex)))
    const heads = operations.filter(({ entry }) => !cited.has(toHex(entry.id))).map(({ entry }) => entry.id)
    return heads.length > 0 ? heads : stage.heads
  }

  async function write(
    pen: Pen,
    channel: StageChannel,
    { life = 0, isVoid = false, word }: { life?: number; isVoid?: boolean; word?: string },
    part: Pick<EntryBody, 'kind' | 'payload'> & { readonly dependencies?: readonly Dependency[] },
  ): Promise<Written> {
    const { device } = stage.keysOf(pen.name)
    const { heads } = pen
    const chain = channel.chainOf(pen.device, life)
    const key = toHex(chain)
    const before = chains.get(key) ?? chainAt(0, NO_ENTRY as EntryId)
    const seq = before.seq + 1
    const isSame = before.heads.length === heads.length && before.heads.every((head, i) => head === heads[i])
    const body: EntryBody = {
      dependencies: [],
      ...part,
      ...(isSame ? {} : { membershipHeads: heads }),
      seconds: 0,
      tail: seq === 1 ? [channelNameTail(channel.name)] : [],
    }
    const header = {
      ...{ version: VERSION, suite: SUITE, channel: channel.tag, chain, seq, prev: before.id },
      lane: channel === stage.log ? ('log' as const) : ('content' as const),
      epoch: stage.epoch,
    }
    const entry = await signEntry(sealEntry(header, body, channel.keys, random), device)
    const isOver = before.isOver || isVoid
    for (const { chain, seq } of part.dependencies ?? []) before.named.set(toHex(chain), seq)
    chains.set(key, { ...before, seq, id: entry.id, heads: isVoid ? before.heads : heads, isOver })
    authors.set(key, pen.device)
    const one: Written = { entry, body, by: pen.name, word, isVoid: isOver }
    bodies.set(entry, body)
    written.push(one)
    pen.seen.add(one)
    return one
  }

  /** The life to write in: another one where the last was ended (E2, W5), which begins with a link to it. */
  async function goOn(
    pen: Pen,
    channel: StageChannel,
    kind: number,
  ): Promise<{ life: number; isVoid: boolean } | undefined> {
    const state = stateAt(pen.heads)
    const type = channel === stage.discussion ? 'discussion' : 'body'
    if (!mayAppend(state, pen.device, type, kind)) return undefined
    const life = pen.lives.get(channel) ?? 0
    const chain = toHex(channel.chainOf(pen.device, life))
    const isEnded = limitsOf(pen).has(chain)
    if (!isEnded || pen.isStubborn) return { life, isVoid: isEnded }
    const newest = newestOf(pen.seen).find(({ entry }) => toHex(entry.header.chain) === chain)
    pen.lives.set(channel, life + 1)
    const dependencies = newest ? [nameOf(newest.entry)] : []
    await write(pen, channel, { life: life + 1 }, { kind: entryKind.merge, payload: EMPTY, dependencies })
    return { life: life + 1, isVoid: false }
  }

  /** What counts for them; who goes on across an end shows on whatever they hold. */
  const counted = (pen: Pen, channel: StageChannel): Written[] => {
    const limits = pen.isStubborn ? new Map<string, number>() : limitsOf(pen)
    return written.filter((one) => pen.seen.has(one) && isIn(channel, one) && isWithin(limits, one))
  }

  /** A page, ready for an edit of that life's. */
  function docFor(pen: Pen, channel: StageChannel, life: number, all: readonly Written[]): Y.Doc {
    const doc = docOf(all.filter(({ isVoid }) => !isVoid))
    const admission = stateAt(pen.heads).devices.get(toHex(pen.device))?.admission
    if (!admission) throw new Error('a stranger')
    doc.clientID = slotClients(pen.device, admission, channel.tag, life)[0] ?? 0
    return doc
  }

  return {
    of(name) {
      const pen = pens.get(name)
      if (!pen) throw new Error('nobody')
      return pen
    },
    stateOf: ({ heads }) => stateAt(heads),
    async edit(pen, channel, word, change) {
      const place = await goOn(pen, channel, entryKind.update)
      if (!place) return undefined
      const chain = channel.chainOf(pen.device, place.life)
      const all = counted(pen, channel)
      const doc = docFor(pen, channel, place.life, all)
      const updates: Uint8Array[] = []
      doc.on('update', (update: Uint8Array) => updates.push(update))
      doc.transact(() => change(doc))
      const others = all.filter(({ entry, by }) => by !== 'vera' && !sameBytes(entry.header.chain, chain))
      const named = chains.get(toHex(chain))?.named
      const dependencies = newestOf(others)
        .map(({ entry }) => nameOf(entry))
        .filter((one) => one.seq > (named?.get(toHex(one.chain)) ?? 0))
      const payload = Y.mergeUpdates(updates)
      return write(pen, channel, { ...place, word }, { kind: entryKind.update, payload, dependencies })
    },
    async adopt(pen, channel, newest) {
      const place = await goOn(pen, channel, entryKind.adopt)
      return place && write(pen, channel, place, { kind: entryKind.adopt, payload: EMPTY, dependencies: [newest] })
    },
    async merge(pen, channel, newest) {
      const place = await goOn(pen, channel, entryKind.merge)
      return place && write(pen, channel, place, { kind: entryKind.merge, payload: EMPTY, dependencies: [newest] })
    },
    async operate(pen, operation) {
      const one = await write(pen, stage.log, {}, encodeOperation(operation))
      const { id, header } = one.entry
      const place = { parents: pen.heads, device: pen.device, life: 0, seq: header.seq }
      log.add({ id, ...place, operation, proofsValid: true })
      pen.heads = [id]
      return one
    },
    cutOf(pen, devices) {
      const limits = limitsOf(pen)
      const theirs = [...pen.seen].filter((one) => {
        const author = authors.get(toHex(one.entry.header.chain))
        return author && isWithin(limits, one) && devices.some((device) => sameBytes(device, author))
      })
      return newestOf(theirs)
        .map(({ entry: { header, id } }) => ({ chain: header.chain, seq: header.seq, id }))
        .sort((a, b) => (toHex(a.chain) < toHex(b.chain) ? -1 : 1))
    },
    heldBack(pen) {
      const limits = limitsOf(pen)
      return newestOf([...pen.seen].filter(({ entry }) => entry.header.lane === 'content'))
        .filter((one) => !isWithin(limits, one))
        .map((one) => ({
          channel: isIn(stage.discussion, one) ? stage.discussion : stage.page,
          newest: nameOf(one.entry),
        }))
    },
    tell(from, to, isDeaf = false) {
      for (const one of from.seen) if (!isDeaf || one.entry.header.lane === 'content') to.seen.add(one)
      if (!isDeaf) to.heads = headsOf(to.seen)
    },
    written,
    limits: () => limitsIn(written, headsOf(written)),
    counted: (channel, limits = new Map()) =>
      written.filter((one) => !one.isVoid && isIn(channel, one) && isWithin(limits, one)),
  }
}

/** What these entries amount to. */
export function docOf(counted: readonly Written[]): Y.Doc {
  const doc = createQuietDoc()
  const updates = counted.flatMap(({ body }) => (body.kind === entryKind.update ? [body.payload] : []))
  const applied = applyAccepted(doc, ...updates)
  if (!applied.ok) throw new Error(applied.error.type)
  return doc
}
