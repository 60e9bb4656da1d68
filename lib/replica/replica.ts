import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import { openSegment } from '#lib/document/seal-segment'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import { createAcknowledging } from '#lib/replica/acknowledge-segments'
import { createAcknowledgedSegments } from '#lib/replica/acknowledged-segments'
import { type ChannelWriter, writersOf } from '#lib/replica/channel-copy'
import type { Occasion } from '#lib/replica/channel-shelf'
import { cutOf, type EndingStanding } from '#lib/replica/cut-of'
import { createDurabilityGate } from '#lib/replica/durability-gate'
import { createCoverFill } from '#lib/replica/fill-cover'
import { createOwnFolding, DEFAULT_FOLD_SETTINGS, type FoldSettings } from '#lib/replica/fold-own'
import { createHeldBackList, type HeldBack } from '#lib/replica/held-back'
import type { KeyRing } from '#lib/replica/key-ring'
import { ownChain, ownSlots } from '#lib/replica/own-chain'
import { createOwnLives } from '#lib/replica/own-lives'
import { createOwnWriting } from '#lib/replica/own-writing'
import { createPendingRuns } from '#lib/replica/pending-runs'
import { nextSegment, readFolded, readLine } from '#lib/replica/read-line'
import { authorOf, takeInRun } from '#lib/replica/receive-run'
import { createReplicaCore, type ReplicaParts } from '#lib/replica/replica-core'
import type { ReplicaEvents } from '#lib/replica/replica-events'
import { holdsClaim, judgedHeads, lineHead, lineHeads, lineOf, saveProgress } from '#lib/replica/replica-heads'
import { createSetAsideList, type SetAside } from '#lib/replica/set-aside'
import { createSettling } from '#lib/replica/settle-channel'
import { type MakeFromLog, makeFrom } from '#lib/replica/standing-log'
import { storeEntries } from '#lib/replica/store-entries'
import { isStraight } from '#lib/replica/straight-chain'
import { authenticSegment, takeInSegment } from '#lib/replica/take-segment'
import { createUnderSegments } from '#lib/replica/under-segments'
import { readWaitingBoxes } from '#lib/replica/waiting-boxes'
import { type WriteAnewError, writeAnew } from '#lib/replica/write-anew'
import { type AppendError, type AppendRequest, channelTagOf } from '#lib/replica/write-entry'
import type { StorageError } from '#lib/storage/storage'
import type { EntrySource, Head, Reception, SegmentComparison, SegmentReception } from '#lib/sync/entry-source'
import type { MembershipLog } from '#lib/workspace/membership-log'
import type { Cut, EpochBoxes } from '#lib/workspace/operation'

export interface OpenedChannel {
  readonly channel: ChannelTag
  /** Everything accepted so far, as one V2 update. */
  readonly state: Uint8Array
  /** Client ids of this device's current life, by slot; empty when it may not write. */
  readonly slots: readonly number[]
  /** Holds entries that only a newer version understands (E1). */
  readonly opaque: boolean
  /** The channel may leave memory again. */
  release(): void
}

/** One workspace's copy: the only place that accepts an entry (E8) and the only one that writes one. */
export interface Replica extends EntrySource {
  readonly membership: MembershipLog
  readonly keys: KeyRing
  /** Seals, signs and commits an own entry; resolves when it is durable (E12). */
  append(request: AppendRequest): Promise<Result<SealedEntry, AppendError>>
  /**
   * Writes the operation that `make` comes to: its author has seen exactly what it was made from. `make` must not wait for
   * this replica.
   */
  appendMade<E>(make: MakeFromLog<E>): Promise<Result<SealedEntry, AppendError | E>>
  /** Keeps what is held back under edits that cannot be written as they are, since their life ended (W2). */
  keepUnder(channel: ChannelName, updates: readonly Uint8Array[]): Promise<Result<void, AppendError>>
  open(name: ChannelName): Promise<Result<OpenedChannel, StorageError>>
  /** Whose the client ids of a channel are, as far as something of theirs is judged here. */
  writersIn(name: ChannelName): Promise<readonly ChannelWriter[]>
  /** Decodes what the next edit of a channel is judged by, so that it need not wait for that. */
  warm(name: ChannelName): Promise<void>
  /** What was judged here, per chain: the content of receipts (R10). */
  judgedHeads(): readonly Head[]
  deviceOf(head: Head): DeviceId | undefined
  /** Chains at one place of which stand several entries (E3), and whose they are. */
  forks(): readonly { readonly chain: ChainTag; readonly device: DeviceId }[]
  /** Who writes a chain, also one of which nothing is here. */
  authorOf(channel: ChannelTag, chain: ChainTag): DeviceId | undefined
  /** What a removal, demotion or revocation of theirs must carry as its cuts (§5). Empty where nothing of theirs counts here. */
  cutOf(target: EndingStanding): Promise<readonly Cut[]>
  /** Entries that were never checked: segments stand for them (S0) that nobody but their authors spoke for (S1). */
  unchecked(): number
  /** A new epoch secret arrived: what was held for it is judged now. */
  addEpoch(): Promise<void>
  /** Boxes of epoch secrets in operations that cannot be judged yet (K2). */
  waitingBoxes(): Promise<readonly EpochBoxes[]>
  /** Number of the newest entry of a chain that counts where what follows it is held back (W1); it may not be here yet. */
  heldBackAfter(chain: ChainTag): number | undefined
  /** What is held back of late edits (§5); own ones too. Costs nothing where nobody's standing ended. */
  heldBack(): Promise<readonly HeldBack[]>
  /** What of this person's is set aside (E3), to be written anew. Costs nothing where no chain is forked. */
  setAside(): Promise<readonly SetAside[]>
  /** Lets it stand anew by `update` (write-anew.ts). */
  writeAnew(item: SetAside, update: Uint8Array): Promise<Result<SealedEntry, WriteAnewError>>
  /** What somebody else holds was compared, and what this device lacked of it is here: ends doubts about own entries (E2). */
  compared(): void
  /** Makes segments of own entries, some milliseconds' worth; `false` when there is nothing to do (S0). */
  fold(): Promise<boolean>
  /** Compares segments of others and acknowledges them, some milliseconds' worth; `false` when there is nothing to do now (S1). */
  acknowledge(): Promise<boolean>
  /** Writes caches that are due. */
  tidy(occasion: Occasion): Promise<void>
  /** Writes all that is due, and that the run ended by itself. The store stays open. */
  close(): Promise<void>
}

/** Opens the copy at `parts.store`; the log is judged before it resolves. */
export async function openReplica(
  parts: ReplicaParts,
  events: ReplicaEvents,
  foldSettings: FoldSettings = DEFAULT_FOLD_SETTINGS,
  editsAnewAtOnce?: number,
): Promise<Replica> {
  const core = await createReplicaCore(parts)
  const serial = createSerial()
  const pending = createPendingRuns()
  const { device } = core
  const isOwn = (author: Pick<ChainAuthor, 'device'>): boolean => sameBytes(author.device, device)
  const lives = createOwnLives(core, device, () =>
    events.onRefused({ type: 'copied-profile', device, reason: 'too-many-lives' }),
  )
  /** Lives that ended while entries were judged; the next ones begin when that is done. */
  const ended: { channel: ChannelTag; life: number }[] = []
  /** The last attempt failed: until one succeeds nothing is shown that might have to be taken back. */
  let isStoreFailing = false
  const settling = createSettling(core, isOwn, {
    onUpdate(copy, { tag: chain, device }, seq, update, isFolded) {
      const { tag: channel, name } = copy
      if (name) events.onAccepted({ channel, name, chain, device, seq, isFolded, update })
    },
    onOperation: () => events.onMembership(),
    onRefused: (type, chain, reason) => events.onRefused({ type, device: chain.device, reason }),
    onLifeOver: (channel, { life }) => void ended.push({ channel, life }),
    onRebuilt: (channel) => events.onRebuilt(channel),
    onCovered: (chain) => events.onCovered(chain),
  })
  const acknowledged = createAcknowledgedSegments(core)
  const covers = createCoverFill(core, acknowledged)
  const folding = createOwnFolding(core, settling, parts.device, isOwn, foldSettings, events.onFolded)

  /** E2: open documents need the client ids of the new life. */
  async function beginLives(): Promise<void> {
    for (const { channel, life } of ended.splice(0)) {
      if (await lives.begin(channel, { life }, undefined, false)) events.onRebuilt(channel)
    }
  }

  /** An own entry that this device does not hold: another copy of the profile wrote it, or its disk lost it. */
  async function beginAfterUnknown(run: readonly SealedEntry[], author: ChainAuthor): Promise<void> {
    const last = run.at(-1)
    if (!last || !isOwn(author)) return
    const { channel, chain, seq } = last.header
    const link = { chain, seq, idPrefix: last.id.slice(0, 16) }
    if (await lives.begin(channel, author, link, true)) events.onRebuilt(channel)
  }

  const tellOfFork = ({ device }: ChainAuthor): void =>
    events.onRefused({ type: 'fork', device, reason: 'two-entries-at-one-place' })

  const underSegments = createUnderSegments(core, settling, covers, isOwn, {
    ...events,
    tellOfFork,
    onLifeOver: (channel, { life }) => void ended.push({ channel, life }),
    beginLives,
  })

  async function receiveOne(run: readonly SealedEntry[]): Promise<Reception> {
    const intake = await takeInRun(core, run, underSegments)
    if (intake.type === 'done') {
      const isWaiting = intake.reception.type === 'waiting'
      if (isWaiting) pending.keep(run)
      if (isWaiting && intake.author) await beginAfterUnknown(run, intake.author)
      return intake.reception
    }
    const { author, entries, fork } = intake
    const [first] = entries
    if (!first) return { type: 'known' }
    const { channel } = first.entry.header
    const copy = await settling.load(channel)
    if (!copy) return { type: 'waiting' }
    core.lives.note(author.device, channel, author.life)
    const added = entries.map(({ entry }) => entry)
    const isAhead = !fork && !isOwn(author) && !isStoreFailing
    if (isAhead) await settling.settleAhead(copy, author, entries)
    const stored = await storeEntries(core, added, { fork })
    isStoreFailing = !stored.ok
    if (!stored.ok) {
      if (isAhead) await settling.takeBack(copy, entries)
      events.onStorageError(stored.error)
      return { type: 'waiting' }
    }
    await beginAfterUnknown(added, author)
    if (fork) tellOfFork(author)
    events.onStored(added)
    if (stored.value.linesChanged) await settling.linesChanged(channel)
    else await settling.settle(copy, author, entries)
    await beginLives()
    return { type: 'taken' }
  }

  /** The same, where only a segment tells of the entry: relays may have dropped it (S3). */
  async function beginAfterSegment(sealed: SealedSegment, author: ChainAuthor): Promise<void> {
    const { channel, chain, epoch, seq: from } = sealed.header
    const seq = from + sealed.count - 1
    if (!isOwn(author) || seq <= (core.heads.get(chain)?.seq ?? 0)) return
    const keys = core.keys.channelKeys(epoch, channel)
    const opened = keys && openSegment(sealed, keys)
    const link = opened?.ok ? { chain, seq, idPrefix: opened.value.lastId.slice(0, 16) } : undefined
    if (await lives.begin(channel, author, link, true)) events.onRebuilt(channel)
  }

  const isGoingOn = (channel: ChannelTag, author: ChainAuthor): boolean =>
    isOwn(author) && core.lives.newest(device, channel) <= author.life

  async function receiveSegment(bytes: Uint8Array): Promise<SegmentReception> {
    const read = await authenticSegment(core, bytes)
    if (read.type === 'authentic') await beginAfterSegment(read.sealed, read.author)
    const intake = await takeInSegment(core, read, isGoingOn, acknowledging.keep)
    if (intake.type === 'done') return carriedOn(intake.reception)
    const { chain, seq: from } = intake.sealed.header
    if (!core.segments.offered(chain, from)) return { type: 'refused', chain, from, isFull: true }
    await settling.retryChain(intake.channel)
    await beginLives()
    if (core.segments.coverAt(chain, from)) return { type: 'taken' }
    const isWaiting = core.segments.offered(chain, from) !== undefined
    const isNext = core.heads.judged(chain) === from - 1
    if (isWaiting && !(intake.again && isNext)) return { type: 'waiting' }
    core.segments.withdraw(chain, from)
    await settling.retryChain(intake.channel)
    return { type: 'refused', chain, from: Math.min(from, (core.heads.get(chain)?.seq ?? 0) + 1) }
  }

  /** A segment of which the first entries are here stands for the others where it is acknowledged. */
  async function carriedOn(reception: SegmentReception): Promise<SegmentReception> {
    const head = reception.type === 'refused' ? core.heads.get(reception.chain) : undefined
    if (!head) return reception
    await settling.retryChain(head.channel)
    await beginLives()
    return core.segments.coverAt(head.chain, head.seq + 1) ? { type: 'taken' } : reception
  }

  /** Pending runs are tried again whenever something new was taken: an entry before them, or the log that names them. */
  async function receive(run: readonly SealedEntry[]): Promise<Reception> {
    const reception = await receiveOne(run)
    for (let again = underSegments.hasFilled() || reception.type === 'taken'; again; ) {
      again = false
      for (const waiting of pending.take()) again = (await receiveOne(waiting)).type === 'taken' || again
      again = underSegments.hasFilled() || again
    }
    return reception
  }

  const heldBack = createHeldBackList(core)
  const setAside = createSetAsideList(core, device, editsAnewAtOnce)
  const writing = createOwnWriting(core, settling, parts.device, events)
  const acknowledging = createAcknowledging(core, settling, writing, acknowledged, device, underSegments.doubt)

  await settling.load(core.logChannel)
  for (const channel of core.forks.channels()) await settling.load(channel)
  await settling.retryAll()
  await beginLives()
  const doubtful = await writing.channelsInDoubt()
  const gate = createDurabilityGate(core.clock, doubtful)

  /** Own entries go one after the other, each once nothing is in doubt that its channel may have lost (E2). */
  async function inTurn<R>(channel: ChannelTag, write: () => Promise<R>): Promise<R> {
    const passed = await gate.pass(channel)
    return serial(async () => {
      if (
        passed === 'lost' &&
        (await lives.begin(channel, { life: core.lives.newest(device, channel) }, undefined, false))
      ) {
        events.onRebuilt(channel)
      }
      const done = await write()
      await beginLives()
      return done
    })
  }

  const countsTo = (chain: ChainTag): number => core.heads.limit(chain) ?? Number.POSITIVE_INFINITY

  async function compareSegment(bytes: Uint8Array): Promise<SegmentComparison> {
    const begun = await serial(() => acknowledging.begin(bytes))
    if (typeof begun === 'string') return begun
    for (;;) {
      const answer = await serial(begun)
      if (answer) return answer
    }
  }

  async function acknowledge(): Promise<boolean> {
    const next = await serial(acknowledging.step)
    if (typeof next === 'string') return next === 'more'
    await inTurn(next, () => acknowledging.write(next))
    return true
  }

  return {
    membership: core.membership,
    keys: core.keys,
    heads: () => lineHeads(core),
    head: (tag) => lineHead(core, tag),
    holds: (claim) => holdsClaim(core, claim),
    lineOf: (entry) => lineOf(core, entry),
    idAt: core.idAt,
    receive: (run) => serial(() => receive(run)),
    append: (request) => inTurn(channelTagOf(core, request.channel), () => writing.append(request)),
    appendMade: (make) => inTurn(core.logChannel, () => writing.appendMade(() => makeFrom(core, settling, make))),
    keepUnder: (channel, updates) => inTurn(channelTagOf(core, channel), () => writing.keepUnder(channel, updates)),
    read: (tag, from, maxBytes) => readLine(core, tag, from, maxBytes),
    readFolded: (tag, from, maxBytes) => readFolded(core, tag, from, maxBytes),
    nextSegment: (tag, from) => nextSegment(core, tag, from),
    receiveSegment: (bytes) => serial(() => receiveSegment(bytes)),
    acknowledged: (tag) => acknowledged.ranges(tag).filter(({ to }) => to <= countsTo(tag)),
    countsTo,
    isAcknowledged: (tag, { from, to, id }) =>
      isStraight(core, tag) && to <= countsTo(tag) && acknowledged.has(tag, { from, to, id: id as EntryId }),
    compareSegment,
    acknowledge,
    segments: (tag) => core.segments.chain(tag)?.held ?? [],
    isStraight: (tag) => isStraight(core, tag),
    covered: covers.missing,
    unchecked: covers.unchecked,
    open: (name) =>
      serial(async () => {
        const copy = await settling.loadPacked(channelTagOf(core, name))
        await beginLives()
        if (!copy) return err({ type: 'storage-failed', reason: 'channel' })
        const log = core.shelf.loaded(core.logChannel)
        return ok({
          channel: copy.tag,
          state: copy.state(),
          slots: ownSlots(core, copy, ownChain(core, copy, device)),
          opaque: copy.opaque || log?.opaque === true || core.membership.current()?.needsNewerVersion === true,
          release: core.shelf.hold(copy.tag),
        })
      }),
    writersIn: (name) =>
      serial(async () => {
        const copy = await settling.loadPacked(channelTagOf(core, name))
        return copy ? writersOf(copy) : []
      }),
    warm: (name) => serial(async () => void (await settling.load(channelTagOf(core, name)))),
    judgedHeads: () => judgedHeads(core),
    authorOf: (channel, chain) => authorOf(core, channel, chain)?.device,
    forks: () =>
      core.forks.channels().flatMap((channel) =>
        core.forks.inChannel(channel).flatMap(({ chain }) => {
          const author = authorOf(core, channel, chain)
          return author ? [{ chain, device: author.device }] : []
        }),
      ),
    deviceOf: ({ channel, chain }) => authorOf(core, channel, core.forks.line(chain)?.chain ?? chain)?.device,
    heldBackAfter: core.heads.limit,
    heldBack: () => (core.heads.limited().length === 0 ? Promise.resolve([]) : serial(heldBack.list)),
    writeAnew: (item, update) => inTurn(item.channel, () => writeAnew(setAside, writing, item, update)),
    setAside: () => (core.forks.channels().length === 0 ? Promise.resolve([]) : serial(setAside.list)),
    cutOf: (target) => serial(() => cutOf(core, settling, target)),
    addEpoch: () =>
      serial(async () => {
        await settling.retryAll()
        await beginLives()
      }),
    waitingBoxes: () => serial(() => readWaitingBoxes(core)),
    compared: () => gate.open(),
    fold: () => serial(() => folding.step()),
    tidy: (occasion) => serial(() => saveProgress(core, occasion)),
    close: () =>
      serial(async () => {
        gate.close()
        await saveProgress(core, 'end')
        await writing.endRun()
      }),
  }
}
