import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { isLinkedRun } from '#lib/log/linked-run'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import type { AcknowledgedSegments } from '#lib/replica/acknowledged-segments'
import { checkpointKey } from '#lib/replica/channel-shelf'
import { entryToStored, storedToEntry } from '#lib/replica/entry-record'
import { createGatheredEntries } from '#lib/replica/gathered-entries'
import type { JudgeContext } from '#lib/replica/judge-content'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { beginSegmentCheck, type Truth } from '#lib/replica/segment-check'
import type { ChainSegments, HeldSegment } from '#lib/replica/segment-table'

/** What became of a run that reaches into what a segment stands for. */
export type Filling =
  /** Nothing of it does, or it goes on after that: `run` takes the usual way. */
  | { readonly type: 'beside'; readonly run: readonly SealedEntry[] }
  /** Kept until the rest of the stretch comes. */
  | { readonly type: 'gathered' }
  /** Nothing can be made of it without the entries from there on. */
  | { readonly type: 'gap'; readonly from: number }
  /**
   * The entries stand beside their segment now; it told the truth, or another, or they are not those that it stood for (E3).
   * `unsure`: they build on what is doubted itself by now, so that they are judged one by one, and nobody is to blame.
   */
  | {
      readonly type: 'filled'
      readonly cover: HeldSegment
      readonly outcome: Truth | 'other-entries'
      readonly run: readonly SealedEntry[]
    }
  /** Its author signed something else at a place for which a segment stands (E3). */
  | { readonly type: 'conflict'; readonly after: number }
  | { readonly type: 'failed' }

/** Puts entries where a segment stood for them (S0), and looks whether it was right. */
export interface CoverFill {
  take(run: readonly SealedEntry[], context: () => Promise<JudgeContext | undefined>): Promise<Filling>
  /** Before a run may part the chain at `seq`: what has to come of the segments that stand there or further on (E3). */
  parting(chain: ChainTag, seq: number): Filling | undefined
  /** Where entries are missing, one place a chain. */
  missing(): readonly { readonly chain: ChainTag; readonly from: number }[]
  /** How many entries are missing in all, but for those of segments that others found to be their fold (S1). */
  unchecked(): number
  /** Believes no segment of the chain from `after` on: the chain ends there until its entries come. */
  distrust(chain: ChainTag, after: number): Promise<boolean>
}

/** A checkpoint that rests on a segment must not outlive the belief in it. */
const forget = (channel: ChannelTag) => ({ key: checkpointKey(channel), value: undefined })

/** Of all chains together. */
const MAX_GATHERED_BYTES = 8 * 1_048_576
/** So long a segment is believed beside entries that contradict it: its own may be on their way. */
const PATIENCE_MS = 60_000

export function createCoverFill(core: ReplicaCore, acknowledged: Pick<AcknowledgedSegments, 'isChecked'>): CoverFill {
  const gathered = createGatheredEntries(MAX_GATHERED_BYTES)
  /** Since when something contradicts segments, by chain (hex). */
  const contradictedAt = new Map<string, number>()

  /** A contradiction: the entries from the segment on are asked for, and after a while it counts no more. */
  function contradict(chain: ChainTag, cover: HeldSegment): Filling {
    const key = toHex(chain)
    const since = contradictedAt.get(key) ?? core.clock.now()
    contradictedAt.set(key, since)
    if (core.clock.now() - since < PATIENCE_MS) return { type: 'gap', from: cover.from }
    return { type: 'conflict', after: cover.from - 1 }
  }

  /** The first entry is next to what is held before the cover, or to what was gathered. */
  async function linkTo(
    chain: ChainTag,
    cover: HeldSegment,
    known: readonly SealedEntry[],
  ): Promise<EntryId | undefined> {
    const last = known.at(-1)
    if (last) return last.id
    await core.recallIds(chain, cover.from - 1, cover.from - 1)
    return core.idAt(chain, cover.from - 1)
  }

  async function fill(
    chain: ChainTag,
    cover: HeldSegment,
    entries: readonly SealedEntry[],
    context: () => Promise<JudgeContext | undefined>,
  ): Promise<Filling> {
    const segments = core.segments.chain(chain)
    if (!segments) return { type: 'failed' }
    const last = entries.at(-1)
    const isOther = !last || !sameBytes(last.id, cover.lastId)
    const sealed = await core.segments.read(chain, cover.from)
    const outcome = isOther ? 'other-entries' : await truthOf(sealed, cover, entries, await context())
    if (outcome === undefined) return { type: 'failed' }
    const isTrue = outcome === 'true'
    // it stood for its last entries alone: nobody else has a use for it
    const isRest = sealed !== undefined && sealed.header.seq < cover.from
    const held =
      isTrue && !isRest
        ? segments.held.map((one) => (one.from === cover.from ? { ...one, covers: false } : one))
        : segments.held.filter(({ from }) => from !== cover.from)
    const after: ChainSegments = { ...segments, held }
    const change = isTrue && !isRest ? {} : { dropped: [cover] }
    const records = [...core.segments.records(chain, after, change), ...(isTrue ? [] : [forget(segments.channel)])]
    const stored = await core.store.commit({ entries: entries.map(entryToStored), records })
    if (!stored.ok) return { type: 'failed' }
    core.segments.put(chain, after)
    contradictedAt.delete(toHex(chain))
    for (const { header, id } of entries) core.ids.set(chain, header.seq, id)
    const head = core.heads.get(chain)
    if (last && head?.seq === cover.to) core.heads.set({ ...head, id: last.id })
    return { type: 'filled', cover, outcome, run: [] }
  }

  async function truthOf(
    sealed: SealedSegment | undefined,
    cover: HeldSegment,
    entries: readonly SealedEntry[],
    context: JudgeContext | undefined,
  ): Promise<Truth | undefined> {
    const check = sealed && context && (await beginSegmentCheck(core, sealed, context))
    if (!check) return undefined
    const { chain, seq } = sealed.header
    const rows = seq < cover.from ? await core.store.readChain(chain, seq, cover.from - seq) : undefined
    const first = (rows?.ok ? rows.value : []).map(storedToEntry)
    if (first.length < cover.from - seq) return undefined
    for (const entry of first) if (entry.ok) await check.take(entry.value)
    for (const entry of entries) await check.take(entry)
    return check.truth()
  }

  return {
    async take(run, context) {
      const first = run[0]?.header
      const last = run.at(-1)?.header
      const beside: Filling = { type: 'beside', run }
      if (!first || !last) return beside
      const { chain } = first
      const cover = core.segments.coverIn(chain, first.seq, last.seq)
      if (!cover || !isLinkedRun(chain, run)) return beside
      const at = (seq: number): SealedEntry | undefined => run[seq - first.seq]
      const end = at(cover.to)
      const isOther = end !== undefined && !sameBytes(end.id, cover.lastId)
      const contradiction = isOther ? contradict(chain, cover) : undefined
      if (contradiction?.type === 'gap') return contradiction
      const rest = run.slice(Math.max(0, cover.to + 1 - first.seq))
      const known = gathered.of(chain).filter(({ header }) => header.seq >= cover.from && header.seq < first.seq)
      const next = cover.from + known.length
      const start = at(next)
      if (!start && contradiction) return contradiction
      if (!start) return rest.length > 0 ? { type: 'beside', run: rest } : { type: 'gap', from: cover.from }
      const link = await linkTo(chain, cover, known)
      if (!link || !sameBytes(link, start.header.prev)) {
        gathered.drop(chain)
        return known.length > 0 && !contradiction ? { type: 'gap', from: cover.from } : contradict(chain, cover)
      }
      const all = [...known, ...run.slice(next - first.seq, cover.to + 1 - first.seq)]
      if (all.at(-1)?.header.seq === cover.to) {
        gathered.drop(chain)
        const filling = await fill(chain, cover, all, context)
        return filling.type === 'filled' ? { ...filling, run: rest } : filling
      }
      gathered.keep(chain, all)
      return { type: 'gathered' }
    },
    parting(chain, seq) {
      const cover = core.segments.coverIn(chain, seq, Number.MAX_SAFE_INTEGER)
      return cover && contradict(chain, cover)
    },
    missing() {
      const places: { chain: ChainTag; from: number }[] = []
      for (const [chain, { held }] of core.segments.chains()) {
        const cover = held.find(({ covers }) => covers)
        if (cover) places.push({ chain, from: cover.from })
      }
      return places
    },
    unchecked() {
      const covers = [...core.segments.chains()].flatMap(([chain, { held }]) =>
        held.filter((one) => one.covers && !acknowledged.isChecked(chain, one)),
      )
      return covers.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    },
    async distrust(chain, after) {
      const head = core.heads.get(chain)
      if (!head) return false
      const none = { channel: head.channel, held: [], examined: 0, doubtedAfter: undefined }
      const segments: ChainSegments = core.segments.chain(chain) ?? none
      gathered.drop(chain)
      const dropped = segments.held.filter(({ from, covers }) => from > after && covers)
      const held = segments.held.filter((one) => !dropped.includes(one))
      const doubted: ChainSegments = { ...segments, held, doubtedAfter: after }
      const records = [...core.segments.records(chain, doubted, { dropped }), forget(segments.channel)]
      await core.recallIds(chain, after, after)
      const id = core.idAt(chain, after)
      if (!id || !(await core.store.commit({ entries: [], records })).ok) return false
      core.segments.put(chain, doubted)
      if (dropped.length === 0) return true
      core.ids.cut(chain, after)
      core.ids.set(chain, after, id)
      core.heads.set({ ...head, seq: after, id })
      core.heads.setJudged(chain, Math.min(after, core.heads.judged(chain)), id)
      return true
    },
  }
}
