import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { SigningKey } from '#lib/crypto/crypto'
import { encodeState } from '#lib/document/encode-state'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createDurabilityGate } from '#lib/replica/durability-gate'
import type { KeyRing } from '#lib/replica/key-ring'
import { ownChain, ownSlots } from '#lib/replica/own-chain'
import { createOwnLives } from '#lib/replica/own-lives'
import { createOwnWriting } from '#lib/replica/own-writing'
import { createPendingRuns } from '#lib/replica/pending-runs'
import { readLine } from '#lib/replica/read-line'
import { authorOf, takeInRun } from '#lib/replica/receive-run'
import { createReplicaCore, type ReplicaParts } from '#lib/replica/replica-core'
import { holdsClaim, judgedHeads, lineHead, lineHeads, lineOf, saveProgress } from '#lib/replica/replica-heads'
import { createSettling } from '#lib/replica/settle-channel'
import { storeEntries } from '#lib/replica/store-entries'
import { type AppendError, type AppendRequest, channelTagOf } from '#lib/replica/write-entry'
import type { StorageError } from '#lib/storage/storage'
import type { EntrySource, Head, Reception } from '#lib/sync/entry-source'
import type { MembershipLog } from '#lib/workspace/membership-log'

/** An accepted entry of a content channel, for whoever shows or counts it. */
export interface AcceptedContent {
  readonly channel: ChannelTag
  readonly name: ChannelName
  readonly chain: ChainTag
  readonly device: DeviceId
  readonly seq: number
  /** The Yjs update, V1. */
  readonly update: Uint8Array
}

export interface Refusal {
  /**
   * `fork`: a device wrote two entries at one place (E3). `held-back`: own entries do not count any more, since they lie on
   * or build on the losing side of a fork. `copied-profile`: others write with this device's keys (E2).
   */
  readonly type: 'void' | 'fork' | 'opaque' | 'held-back' | 'copied-profile'
  readonly device: DeviceId
  readonly reason: string
}

export interface ReplicaEvents {
  /** On disk and signature-covered, linked by prev: to be pushed on every link. */
  onStored(run: readonly SealedEntry[]): void
  /** To be shown. What others wrote may not be on disk yet: where it cannot be stored, it comes again (E8). */
  onAccepted(content: AcceptedContent): void
  onMembership(): void
  /** The copy of a channel was built anew: documents made from it must be, too (E11, W4). */
  onRebuilt(channel: ChannelTag): void
  onRefused(refusal: Refusal): void
  onStorageError(error: StorageError): void
}

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
  open(name: ChannelName): Promise<Result<OpenedChannel, StorageError>>
  /** What was judged here, per chain: the content of receipts (R10). */
  judgedHeads(): readonly Head[]
  deviceOf(head: Head): DeviceId | undefined
  /** A new epoch secret arrived: what was held for it is judged now. */
  addEpoch(): Promise<void>
  /** What somebody else holds was compared, and what this device lacked of it is here: ends doubts about own entries (E2). */
  compared(): void
  /** Writes caches that are due. */
  tidy(all: boolean): Promise<void>
  /** Writes all that is due, and that the run ended by itself. The store stays open. */
  close(): Promise<void>
}

/** Opens the copy at `parts.store`; the log is judged before it resolves. */
export async function openReplica(
  parts: ReplicaParts & { readonly device: SigningKey },
  events: ReplicaEvents,
): Promise<Replica> {
  const core = await createReplicaCore(parts)
  const serial = createSerial()
  const pending = createPendingRuns()
  const device = parts.device.publicKey as DeviceId
  const isOwn = (author: Pick<ChainAuthor, 'device'>): boolean => sameBytes(author.device, device)
  const lives = createOwnLives(core, device, () =>
    events.onRefused({ type: 'copied-profile', device, reason: 'too-many-lives' }),
  )
  /** Lives that ended while entries were judged; the next ones begin when that is done. */
  const ended: { channel: ChannelTag; life: number }[] = []
  /** The last attempt failed: until one succeeds nothing is shown that might have to be taken back. */
  let isStoreFailing = false
  const settling = createSettling(core, isOwn, {
    onUpdate(copy, chain, seq, update) {
      if (copy.name)
        events.onAccepted({ channel: copy.tag, name: copy.name, chain: chain.tag, device: chain.device, seq, update })
    },
    onOperation: () => events.onMembership(),
    onRefused: (type, chain, reason) => events.onRefused({ type, device: chain.device, reason }),
    onLifeOver: (channel, { life }) => void ended.push({ channel, life }),
    onRebuilt: (channel) => events.onRebuilt(channel),
  })

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

  async function receiveOne(run: readonly SealedEntry[]): Promise<Reception> {
    const intake = await takeInRun(core, run)
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
    if (fork) events.onRefused({ type: 'fork', device: author.device, reason: 'two-entries-at-one-place' })
    events.onStored(added)
    if (stored.value.linesChanged) await settling.linesChanged(channel)
    else await settling.settle(copy, author, entries)
    await beginLives()
    return { type: 'taken' }
  }

  /** Pending runs are tried again whenever something new was taken: an entry before them, or the log that names them. */
  async function receive(run: readonly SealedEntry[]): Promise<Reception> {
    const reception = await receiveOne(run)
    for (let again = reception.type === 'taken'; again; ) {
      again = false
      for (const waiting of pending.take()) again = (await receiveOne(waiting)).type === 'taken' || again
    }
    return reception
  }

  const writing = createOwnWriting(core, settling, parts.device, events)

  await settling.load(core.logChannel)
  for (const channel of core.forks.channels()) await settling.load(channel)
  await settling.retryAll()
  await beginLives()
  const doubtful = await writing.channelsInDoubt()
  const gate = createDurabilityGate(core.clock, doubtful)

  async function append(request: AppendRequest): Promise<Result<SealedEntry, AppendError>> {
    const channel = channelTagOf(core, request.channel)
    const passed = await gate.pass(channel)
    return serial(async () => {
      if (
        passed === 'lost' &&
        (await lives.begin(channel, { life: core.lives.newest(device, channel) }, undefined, false))
      ) {
        events.onRebuilt(channel)
      }
      const done = await writing.append(request)
      await beginLives()
      return done
    })
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
    append,
    read: (tag, from, maxBytes) => readLine(core, tag, from, maxBytes),
    open: (name) =>
      serial(async () => {
        const copy = await settling.load(channelTagOf(core, name))
        await beginLives()
        if (!copy) return err({ type: 'storage-failed', reason: 'channel' })
        const log = core.shelf.loaded(core.logChannel)
        return ok({
          channel: copy.tag,
          state: encodeState(copy.doc),
          slots: ownSlots(core, copy, ownChain(core, copy, device)),
          opaque: copy.opaque || log?.opaque === true,
          release: core.shelf.hold(copy.tag),
        })
      }),
    judgedHeads: () => judgedHeads(core),
    deviceOf: ({ channel, chain }) => authorOf(core, channel, core.forks.line(chain)?.chain ?? chain)?.device,
    addEpoch: () =>
      serial(async () => {
        await settling.retryAll()
        await beginLives()
      }),
    compared: () => gate.open(),
    tidy: (all) => serial(() => saveProgress(core, all)),
    close: () =>
      serial(async () => {
        gate.close()
        await saveProgress(core, true)
        await writing.endRun()
      }),
  }
}
