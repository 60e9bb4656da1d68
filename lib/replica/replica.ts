import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { SigningKey } from '#lib/crypto/crypto'
import { encodeState } from '#lib/document/encode-state'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { entryToStored, storedToEntry } from '#lib/replica/entry-record'
import { judgeContent } from '#lib/replica/judge-content'
import { keepFork } from '#lib/replica/keep-fork'
import type { KeyRing } from '#lib/replica/key-ring'
import { createPendingRuns } from '#lib/replica/pending-runs'
import { authorOf, type PlacedEntry, takeInRun } from '#lib/replica/receive-run'
import { createReplicaCore, type ReplicaCore, type ReplicaParts } from '#lib/replica/replica-core'
import { createSettling } from '#lib/replica/settle-channel'
import {
  type AppendError,
  type AppendRequest,
  channelTagOf,
  draftEntries,
  ownChain,
  ownSlots,
} from '#lib/replica/write-entry'
import type { Commit, StorageError } from '#lib/storage/storage'
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
  readonly type: 'void' | 'fork' | 'opaque'
  readonly device: DeviceId
  readonly reason: string
}

export interface ReplicaEvents {
  /** On disk and signature-covered, linked by prev: to be pushed on every link. */
  onStored(run: readonly SealedEntry[]): void
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
  /** Writes caches that are due. */
  tidy(all: boolean): Promise<void>
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
  const settling = createSettling(core, {
    onUpdate(copy, chain, seq, update) {
      if (copy.name)
        events.onAccepted({ channel: copy.tag, name: copy.name, chain: chain.tag, device: chain.device, seq, update })
    },
    onOperation: () => events.onMembership(),
    onRefused(type, copy, chain, reason) {
      events.onRefused({ type, device: chain.device, reason })
      if (type === 'void' && sameBytes(chain.device, device)) void beginLife(copy.tag, chain.life)
    },
    onRebuild: (channel) => void core.shelf.drop(channel, true).then(() => events.onRebuilt(channel)),
  })

  /** E2: this device cannot go on where it was in that channel; open documents need its new client ids. */
  async function beginLife(channel: ChannelTag, after: number): Promise<void> {
    await core.noteLife(device, channel, after + 1)
    events.onRebuilt(channel)
  }

  async function store(entries: readonly SealedEntry[], fences: Commit['fences']): Promise<Result<void, StorageError>> {
    const committed = await core.store.commit({ entries: entries.map(entryToStored), ...(fences ? { fences } : {}) })
    if (!committed.ok) {
      events.onStorageError(committed.error)
      return committed
    }
    for (const { header, id } of entries) {
      core.ids.set(header.chain, header.seq, id)
      core.heads.set({ lane: header.lane, channel: header.channel, chain: header.chain, seq: header.seq, id })
    }
    events.onStored(entries)
    return ok(undefined)
  }

  async function settle(
    channel: ChannelTag,
    author: { device: DeviceId; life: number },
    placed: readonly PlacedEntry[],
  ): Promise<void> {
    const copy = await settling.loadChannel(channel)
    if (copy && (await settling.judge(copy, author, placed))) await settling.retryHeld()
  }

  async function receiveOne(run: readonly SealedEntry[]): Promise<Reception> {
    const [first] = run
    if (!first) return { type: 'bad', reason: 'empty-run' }
    await settling.loadChannel(first.header.channel)
    const intake = await takeInRun(core, run)
    if (intake.type === 'done') {
      if (intake.reception.type === 'waiting') pending.keep(run)
      return intake.reception
    }
    if (intake.type === 'fork') {
      const isNew = await keepFork(core, intake.proof, intake.run)
      if (isNew) events.onRefused({ type: 'fork', device: intake.device, reason: 'two-entries-at-one-place' })
      if (isNew && sameBytes(intake.device, device))
        await beginLife(first.header.channel, core.newestLife(device, first.header.channel))
      return { type: 'known' }
    }
    if (sameBytes(intake.author.device, device)) await beginLife(first.header.channel, intake.author.life)
    await core.noteLife(intake.author.device, first.header.channel, intake.author.life)
    const stored = await store(
      intake.entries.map(({ entry }) => entry),
      undefined,
    )
    if (!stored.ok) return { type: 'waiting', missing: [] }
    await settle(first.header.channel, intake.author, intake.entries)
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

  async function append(request: AppendRequest): Promise<Result<SealedEntry, AppendError>> {
    const copy = await settling.loadChannel(channelTagOf(core, request.channel))
    if (!copy) return err({ type: 'storage-failed' })
    const drafts = await draftEntries(core, copy, parts.device, request)
    if (!drafts.ok) return drafts
    const chain = ownChain(core, copy, device)
    const [first] = drafts.value
    const last = drafts.value.at(-1)
    if (!first || !last) return err({ type: 'not-allowed' })
    if (drafts.value.length === 1 && first.entry.header.lane === 'content') {
      const verdict = judgeContent(first.entry, first.body, settling.contextOf(copy, chain))
      if (verdict.type !== 'accepted') {
        const reason = verdict.reason
        return err(reason === 'not-allowed' ? { type: 'not-allowed' } : { type: 'content-refused', reason })
      }
    }
    const head = core.heads.get(chain.tag)
    const stored = await store(
      drafts.value.map(({ entry }) => entry),
      [{ chain: chain.tag, expected: head && { seq: head.seq, id: head.id } }],
    )
    if (!stored.ok) return err(appendErrorOf(stored.error))
    await settle(
      copy.tag,
      { device, life: chain.life },
      drafts.value.map(({ entry, body }) => ({ entry, content: body })),
    )
    return ok(last.entry)
  }

  await settling.loadChannel(core.logChannel)
  await settling.retryHeld()

  return {
    membership: core.membership,
    keys: core.keys,
    heads: () => core.heads.all(),
    head: (chain) => core.heads.get(chain),
    idAt: core.idAt,
    receive: (run) => serial(() => receive(run)),
    append: (request) => serial(() => append(request)),
    read: (chain, from, maxBytes) => readChain(core, chain, from, maxBytes),
    open: (name) =>
      serial(async () => {
        const copy = await settling.loadChannel(channelTagOf(core, name))
        if (!copy) return err({ type: 'storage-failed', reason: 'channel' })
        return ok({
          channel: copy.tag,
          state: encodeState(copy.doc),
          slots: ownSlots(core, copy, ownChain(core, copy, device)),
          opaque: copy.opaque,
          release: core.shelf.hold(copy.tag),
        })
      }),
    judgedHeads: () =>
      core.heads.all().flatMap((head) => {
        const seq = core.heads.judged(head.chain)
        const id = core.idAt(head.chain, seq)
        return id ? [{ ...head, seq, id }] : []
      }),
    deviceOf: (head) => authorOf(core, head.channel, head.chain)?.device,
    addEpoch: () => serial(() => settling.retryHeld()),
    tidy: (all) => serial(() => core.shelf.tidy(all)),
  }
}

function appendErrorOf({ type }: StorageError): AppendError {
  return { type: type === 'fence-lost' || type === 'storage-full' ? type : 'storage-failed' }
}

/** Entries from `from` on up to the first kept signature past `maxBytes` (E9). */
async function readChain(
  core: ReplicaCore,
  chain: ChainTag,
  from: number,
  maxBytes: number,
): Promise<readonly SealedEntry[]> {
  const out: SealedEntry[] = []
  let bytes = 0
  for (let next = from; ; ) {
    const rows = await core.store.readChain(chain, next, 64)
    if (!rows.ok || rows.value.length === 0) break
    for (const row of rows.value) {
      const entry = storedToEntry(row)
      if (!entry.ok) return signedPrefix(out)
      out.push(entry.value)
      bytes += entry.value.box.length + 8
      if (bytes >= maxBytes && entry.value.signature) return out
    }
    next += rows.value.length
  }
  return signedPrefix(out)
}

const signedPrefix = (entries: readonly SealedEntry[]): readonly SealedEntry[] =>
  entries.slice(0, entries.findLastIndex((entry) => entry.signature) + 1)
