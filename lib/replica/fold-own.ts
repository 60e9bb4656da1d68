import type { ChainTag, EntryId } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { sealSegment } from '#lib/document/seal-segment'
import { buildSegment, createStretch, type FoldableEntry, type Stretch } from '#lib/document/segment'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createChainRest } from '#lib/replica/chain-rest'
import { storedToEntry } from '#lib/replica/entry-record'
import { headsBefore } from '#lib/replica/heads-before'
import type { JudgeContext } from '#lib/replica/judge-content'
import { createStretchJudge, type StretchJudge } from '#lib/replica/judge-stretch'
import { authorOf, openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'
import type { Head } from '#lib/sync/entry-source'

/** Sizes of segments; choices of this device alone. */
export interface FoldSettings {
  /** Entries of a whole segment. */
  readonly entries: number
  /** Fewer are not worth one. */
  readonly fewest: number
}

export const DEFAULT_FOLD_SETTINGS: FoldSettings = { entries: 1024, fewest: 16 }

/** Makes segments of own entries that were judged (S0), in slices: each call takes some milliseconds. */
export interface OwnFolding {
  /** One slice; `false` when there is nothing to do. */
  step(): Promise<boolean>
}

const SLICE = 64

/** Where the work stands: what was gathered of one chain since its last segment. */
interface Work {
  readonly head: Head
  /** The channel as it was found; of no use once it was built anew. */
  readonly context: JudgeContext
  stretch: Stretch
  judge: StretchJudge
  heads: readonly EntryId[]
  next: number
  before: SealedEntry | undefined
  /** How far the disk knows that this chain was examined. */
  saved: number
}

export function createOwnFolding(
  core: ReplicaCore,
  settling: Settling,
  key: SigningKey,
  isOwn: (author: ChainAuthor) => boolean,
  settings: FoldSettings,
  onFolded: (chain: ChainTag) => void,
): OwnFolding {
  let work: Work | undefined
  const rest = createChainRest(core)

  const examinedOf = (chain: ChainTag): number => Math.max(1, core.segments.chain(chain)?.examined ?? 0)
  /** All of it is here, too: of a life that went on elsewhere (E2) segments may stand for some. */
  const isFoldable = ({ chain, seq }: Head): boolean =>
    !core.forks.tree(chain) &&
    core.segments.chain(chain)?.doubtedAfter === undefined &&
    core.segments.coverIn(chain, 1, seq) === undefined

  /** An own chain with enough for a whole segment, or at rest with what is worth one, that was never folded. */
  async function find(): Promise<Work | undefined> {
    for (const head of core.heads.all()) {
      const count = core.heads.judged(head.chain) - examinedOf(head.chain)
      if (head.lane === 'log' || count < settings.fewest) continue
      const author = isFoldable(head) ? authorOf(core, head.channel, head.chain) : undefined
      if (!author || !isOwn(author) || (count < settings.entries && !(await rest.isAtRest(head)))) continue
      const next = examinedOf(head.chain) + 1
      const heads = await headsBefore(core, head.chain, next)
      const rows = await core.store.readChain(head.chain, next - 1, 1)
      const before = rows.ok && rows.value[0] ? storedToEntry(rows.value[0]) : undefined
      const copy = await settling.load(head.channel)
      if (!heads || !before?.ok || !copy) continue
      const context = settling.contextOf(copy, settling.chainOf(copy, head.chain, author))
      return { head, context, next, before: before.value, saved: next - 1, ...beginning(heads, context) }
    }
    return undefined
  }

  const beginning = (heads: readonly EntryId[], context: JudgeContext) => ({
    heads,
    stretch: createStretch(heads),
    judge: createStretchJudge(heads, context),
  })

  /** What was gathered becomes a segment, if it is worth one; the next stretch begins after it. */
  async function close(current: Work): Promise<boolean> {
    const { chain, channel } = current.head
    const { entries } = current.stretch
    const known = core.segments.chain(chain) ?? { channel, held: [], examined: 0, doubtedAfter: undefined }
    const last = entries.at(-1)
    const examined = last?.header.seq ?? current.next - 1
    const sealed = entries.length >= settings.fewest ? await seal(current, entries) : undefined
    const cited = entries.findLast(({ body }) => body.membershipHeads)?.body.membershipHeads ?? current.heads
    Object.assign(current, beginning(cited, current.context))
    if (!sealed || !last) {
      core.segments.put(chain, { ...known, examined })
      return true
    }
    const from = sealed.header.seq
    const held = [...known.held, { from, to: examined, lastId: last.id, id: sealed.id, covers: false }]
    const after = { ...known, held, examined }
    const stored = await core.store.commit({ entries: [], records: core.segments.records(chain, after, { sealed }) })
    if (!stored.ok) return false
    core.segments.put(chain, after)
    current.saved = examined
    onFolded(chain)
    return true
  }

  async function seal({ head, heads }: Work, entries: readonly FoldableEntry[]) {
    const header = entries[0]?.header
    const keys = header && core.keys.channelKeys(header.epoch, head.channel)
    const segment = buildSegment(entries, heads)
    return keys && segment.ok ? sealSegment(header, segment.value, keys, key, core.random) : undefined
  }

  /** What is not worth a segment is not to be read again at every start; once for many, since a commit costs more. */
  async function saveExamined(current: Work, atLeast: number): Promise<void> {
    const known = core.segments.chain(current.head.chain)
    if (!known || known.examined - current.saved < atLeast) return
    const records = core.segments.records(current.head.chain, known)
    if ((await core.store.commit({ entries: [], records })).ok) current.saved = known.examined
  }

  /** What was gathered to the end of a chain at rest becomes a segment; what is not worth one waits for what comes after it. */
  async function closeRest(current: Work): Promise<boolean> {
    const head = core.heads.get(current.head.chain)
    if (head?.seq !== current.next - 1 || !(await rest.isAtRest(head))) return true
    if (current.stretch.entries.length >= settings.fewest && !(await close(current))) return false
    rest.setFolded(head)
    return true
  }

  /** `false` where the stretch ends before this entry. */
  function take({ stretch, judge, before }: Work, entry: FoldableEntry | undefined): boolean {
    const mayBegin = stretch.entries.length > 0 || before?.signature !== undefined
    return entry !== undefined && mayBegin && judge.judge(entry) === 'accepted' && stretch.add(entry) === undefined
  }

  /** Takes the next entry into the stretch, or ends that and begins anew with it. */
  async function gather(current: Work, entry: SealedEntry): Promise<boolean> {
    const placed = openPlaced(core, entry)
    const body = typeof placed === 'object' && typeof placed.content === 'object' ? placed.content : undefined
    const foldable = body && { header: entry.header, id: entry.id, body }
    if (!take(current, foldable)) {
      if (!(await close(current))) return false
      if (!take(current, foldable))
        Object.assign(current, beginning(body?.membershipHeads ?? current.heads, current.context))
    }
    current.before = entry
    current.next = entry.header.seq + 1
    return current.stretch.entries.length < settings.entries || close(current)
  }

  return {
    async step() {
      work ??= await find()
      if (!work) return false
      const current = work
      const { chain } = current.head
      const isStale = core.shelf.loaded(current.head.channel) !== current.context.copy
      const isUsable = !isStale && isFoldable(current.head)
      const isOver = !isUsable || core.heads.judged(chain) < current.next
      const rows = isOver ? undefined : await core.store.readChain(chain, current.next, SLICE)
      for (const row of rows?.ok ? rows.value : []) {
        const entry = row.seq === current.next && row.seq <= core.heads.judged(chain) ? storedToEntry(row) : undefined
        if (!entry?.ok || !(await gather(current, entry.value))) {
          work = undefined
          return false
        }
      }
      const isEnd = isOver || !rows?.ok || rows.value.length === 0
      const isClosed = !isEnd || !isUsable || (await closeRest(current))
      await saveExamined(current, isEnd ? 1 : settings.entries)
      if (isEnd) work = isClosed ? await find() : undefined
      return work !== undefined
    },
  }
}
