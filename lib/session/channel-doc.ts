import type * as Y from 'yjs'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChannelName } from '#lib/base/ids'
import { encodeState } from '#lib/document/encode-state'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, applyAcceptedV2, createQuietDoc, ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import type { AppendFailure, HostClient, OpenedForTab } from '#lib/host/host-protocol'
import { clientIn, mustBeWrittenAnew, type ReadOnly, writableBy } from '#lib/session/opened-channel'
import { firstBatch, stateWith, uncovered } from '#lib/session/unsaved-updates'

/** The first edit this long after the last batch left goes at once; earlier ones wait for each other until then. */
const BATCH_MS = 30
/** A batch that grew to this size does not wait. */
const FULL_BATCH_BYTES = 64 * 1024
const RETRY_MS = 1000
/** Attempts to read a channel for the first time before it counts as not to be had. */
const OPENING_TRIES = 4

/**
 * A tab's document of one channel: committed entries come in, a person's edits go out, nothing else ever does (E11, E12).
 * Edits wait in a queue, in order, until they are on disk.
 */
export interface ChannelDoc {
  /** Reads the channel for the first time; `false` when nobody answers for the workspace. What is taken meanwhile counts. */
  load(): Promise<boolean>
  doc(): Y.Doc
  /** Edits that are not on disk yet. */
  pending(): number
  /** Those edits, in order. */
  unsaved(): readonly Uint8Array[]
  /**
   * Takes up edits that an earlier tab left: from this call on they wait like those typed here, as far as they are not on
   * disk. Those of an earlier life are written anew.
   */
  adopt(updates: readonly Uint8Array[]): Promise<void>
  /** Runs a person's edit: updates raised meanwhile become entries. */
  userEdit<T>(edit: () => T): T
  /** Hands over what waits; resolves when that was tried once, whatever came of it. */
  flush(): Promise<void>
  /** Entries that were committed, by this tab or another. */
  take(update: Uint8Array): void
  /** Starts over from what the leader holds, keeping the queue; `onReplaced` follows. */
  reload(): Promise<void>
  /** Catches up with a new leader; the document stays the same object unless this device's client ids changed. */
  reconcile(): Promise<void>
  readOnly(): ReadOnly
  /** Ends the wait for the first edit. */
  letGo(): void
  close(): void
}

export interface ChannelDocOptions {
  readonly name: ChannelName
  readonly host: HostClient
  readonly clock: Clock
  /** This tab's client-id slot; undefined when sixteen tabs write already. */
  readonly slot: number | undefined
  /** Sends nothing until `letGo`. */
  readonly held: boolean
  onPending(count: number): void
  onReplaced(): void
  onTrouble(trouble: AppendFailure | undefined): void
  /**
   * Makes `fresh` show, as this person, what `before` shows: all that `fresh` holds, and edits made under client ids that
   * no longer count. Whatever else `before` has was written under client ids that are `isOwn`, or is not to be written.
   */
  reenter(before: Y.Doc, fresh: Y.Doc, isOwn: (client: number) => boolean): void
}

/** Shows nothing before it is loaded. */
export function createChannelDoc(options: ChannelDocOptions): ChannelDoc {
  const { name, host, clock } = options
  let doc = createQuietDoc()
  let queue: Uint8Array[] = []
  let queuedBytes = 0
  let sending = false
  let editing = false
  let closed = false
  let held = options.held
  let readOnly: ReadOnly = false
  let lastSentAt = 0
  let timer: Cancel | undefined
  let arriving: Uint8Array[] | undefined
  let reading: Promise<void> | undefined
  /** What is being read may be older than what the leader was just said to have made anew. */
  let isStale = false
  let atWork: Promise<void> = Promise.resolve()
  let loaded = false
  /** Shows more than the leader holds to count, since an edit that waits builds on it: read anew when that is handed over. */
  let isBehind = false
  /** Holds edits that may not be written now: they wait in the queue until they may. */
  let stranded: Y.Doc | undefined

  function listen(to: Y.Doc): void {
    to.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === ENTRY_ORIGIN || to !== doc) return
      if (!editing || readOnly) {
        void reload()
        return
      }
      queue.push(update)
      queuedBytes += update.length
      options.onPending(queue.length)
      schedule()
    })
  }

  function schedule(): void {
    if (sending || closed || held || readOnly) return
    const waitMs = Math.min(BATCH_MS, lastSentAt + BATCH_MS - clock.now())
    if (queuedBytes >= FULL_BATCH_BYTES || waitMs <= 0) void send()
    else later(waitMs, send)
  }

  function later(delayMs: number, task: () => Promise<void>): void {
    timer ??= clock.after(delayMs, () => {
      timer = undefined
      void task()
    })
  }

  function send(): Promise<void> {
    if (sending) return atWork
    timer?.()
    timer = undefined
    if (queue.length > 0 && !closed && !held && !readOnly) atWork = handOver()
    return atWork
  }

  async function handOver(): Promise<void> {
    sending = true
    const batch = firstBatch(queue)
    lastSentAt = clock.now()
    const sent = await host.append(name, batch.length === 1 && batch[0] ? batch[0] : foldV1(batch))
    sending = false
    if (sent.ok) {
      options.onTrouble(undefined)
      const saved = new Set(batch)
      setQueue(queue.filter((update) => !saved.has(update)))
      if (isBehind && queue.length === 0) await reload()
      return
    }
    options.onTrouble(sent.error)
    const isVain = sent.error.type === 'too-early' && isBehind
    if (sent.error.type === 'content-refused' || sent.error.type === 'not-allowed' || isVain) await reload(batch)
    else later(RETRY_MS, sent.error.type === 'nobody-leads' ? () => reload([], true) : send)
  }

  const isLost = (waiting: readonly Uint8Array[], opened: OpenedForTab, refused: readonly Uint8Array[]): boolean =>
    mustBeWrittenAnew(waiting, opened, { slot: options.slot, client: doc.clientID, refused })

  /** What the leader holds; before edits are written anew, also what is held back under them: else that would stand twice (W2). */
  async function openKept(refused: readonly Uint8Array[]): Promise<OpenedForTab | undefined> {
    const opened = await host.open(name)
    const waiting = opened ? uncovered(queue, opened.state) : []
    if (!opened || writableBy(opened, options.slot) || !isLost(waiting, opened, refused)) return opened
    const kept = await host.run({ type: 'keep-under', channel: name, updates: waiting })
    return kept.ok ? host.open(name) : undefined
  }

  /** `refused` are queued updates that the leader will never take: their text is written anew where it may be. */
  async function readAnew(refused: readonly Uint8Array[], keepDoc: boolean): Promise<void> {
    arriving = []
    const opened = await openKept(refused)
    const arrived = arriving
    arriving = undefined
    if (closed) return
    if (!opened) {
      if (loaded) later(RETRY_MS, () => reload(refused, keepDoc))
      return
    }
    const client = clientIn(opened, options.slot)
    const mayWrite = writableBy(opened, options.slot)
    const waiting = uncovered(queue, opened.state)
    if (keepDoc && client === doc.clientID && mayWrite === readOnly && applyAcceptedV2(doc, opened.state).ok) {
      setQueue(waiting)
      return
    }
    const fresh = createQuietDoc()
    if (!applyAcceptedV2(fresh, opened.state).ok || !applyAccepted(fresh, ...arrived).ok) return
    readOnly = mayWrite
    if (client !== undefined) fresh.clientID = client
    const mustEnterAgain = isLost(waiting, opened, refused)
    if (!mustEnterAgain && waiting.some((update) => !applyAccepted(fresh, update).ok)) {
      fresh.destroy()
      isBehind = true
      setQueue(waiting)
      return
    }
    const before = doc
    doc = fresh
    loaded = true
    listen(fresh)
    isBehind = false
    queue = mustEnterAgain && !readOnly ? [] : waiting
    if (mustEnterAgain && readOnly) stranded ??= before
    else {
      if (mustEnterAgain) enterAgain(waiting, stranded ?? before, fresh)
      stranded?.destroy()
      stranded = undefined
    }
    setQueue(queue)
    options.onReplaced()
    if (before !== stranded) before.destroy()
  }

  /**
   * Writes into `fresh` what waits. Where that does not follow what is there, it is found in `before`, which showed it and may
   * have missed what others wrote meanwhile: without it, that would look deleted.
   */
  function enterAgain(waiting: readonly Uint8Array[], before: Y.Doc, fresh: Y.Doc): void {
    const state = encodeState(fresh)
    const shown = stateWith(state, waiting)
    if (!shown) applyAcceptedV2(before, state)
    userEdit(() =>
      options.reenter(shown ?? before, fresh, (client) => shown !== undefined || client === before.clientID),
    )
    shown?.destroy()
  }

  function setQueue(updates: Uint8Array[]): void {
    queue = updates
    queuedBytes = queue.reduce((size, update) => size + update.length, 0)
    options.onPending(queue.length)
    if (queue.length > 0) schedule()
  }

  function reload(refused: readonly Uint8Array[] = [], keepDoc = false): Promise<void> {
    reading ??= readAnew(refused, keepDoc).finally(() => {
      reading = undefined
      const wasStale = isStale
      isStale = false
      return wasStale ? reload() : undefined
    })
    return reading
  }

  function userEdit<T>(edit: () => T): T {
    const outer = editing
    editing = true
    try {
      return edit()
    } finally {
      editing = outer
    }
  }

  return {
    async load() {
      for (let tries = 0; !loaded && !closed && tries < OPENING_TRIES; tries++) await reload()
      return loaded
    },
    doc: () => doc,
    pending: () => queue.length,
    unsaved: () => [...queue],
    async adopt(updates) {
      const into = stranded ?? doc
      for (const update of updates) applyAccepted(into, update)
      queue = [...queue, ...updates]
      options.onPending(queue.length)
      await atWork
      await reload()
    },
    userEdit,
    async flush() {
      await atWork
      await send()
    },
    take(update) {
      arriving?.push(update)
      if (loaded && !applyAccepted(doc, update).ok) void reload()
    },
    reload() {
      isStale = reading !== undefined
      return reload()
    },
    reconcile: () => reload([], true),
    readOnly: () => readOnly,
    letGo() {
      held = false
      if (queue.length > 0) void send()
    },
    close() {
      closed = true
      timer?.()
      stranded?.destroy()
      doc.destroy()
    },
  }
}
