import type { Cancel, Clock } from '#lib/base/clock'
import type { ChannelName } from '#lib/base/ids'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, applyAcceptedV2, createQuietDoc, ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import type { AppendFailure, HostClient } from '#lib/session/host-protocol'
import * as Y from 'yjs'

/** The first edit after this much quiet goes at once; followers wait for each other this long. */
const BATCH_MS = 70
/** A batch that grew to this size does not wait. */
const FULL_BATCH_BYTES = 64 * 1024
const RETRY_MS = 1000

/**
 * A tab's document of one channel: committed entries come in, a person's edits go out, nothing else ever does (E11, E12).
 * Edits wait in a queue, in order, until they are on disk.
 */
export interface ChannelDoc {
  doc(): Y.Doc
  /** Edits that are not on disk yet. */
  pending(): number
  /** Runs a person's edit: updates raised meanwhile become entries. */
  userEdit<T>(edit: () => T): T
  flush(): void
  /** Entries that were committed, by this tab or another. */
  take(update: Uint8Array): void
  /** Starts over from what the leader holds, keeping the queue; `onReplaced` follows. */
  reload(): Promise<void>
  readOnly(): false | 'role' | 'newer-version' | 'too-many-tabs'
  close(): void
}

export interface ChannelDocOptions {
  readonly name: ChannelName
  readonly host: HostClient
  readonly clock: Clock
  /** This tab's client-id slot; undefined when sixteen tabs write already. */
  readonly slot: number | undefined
  onPending(count: number): void
  onReplaced(): void
  onTrouble(trouble: AppendFailure | undefined): void
  /** Writes into `fresh`, as this person, what only `before` shows: edits made under client ids that no longer count. */
  reenter(before: Y.Doc, fresh: Y.Doc): void
}

/** `undefined` when nobody answers for the workspace. */
export async function openChannelDoc(options: ChannelDocOptions): Promise<ChannelDoc | undefined> {
  const { name, host, clock } = options
  let doc = createQuietDoc()
  let queue: Uint8Array[] = []
  let queuedBytes = 0
  let sending = false
  let editing = false
  let closed = false
  let readOnly: false | 'role' | 'newer-version' | 'too-many-tabs' = false
  let lastSentAt = 0
  let timer: Cancel | undefined
  let arriving: Uint8Array[] | undefined
  let reading: Promise<void> | undefined

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
    if (sending || closed) return
    if (queuedBytes >= FULL_BATCH_BYTES || clock.now() - lastSentAt >= BATCH_MS) void send()
    else timer ??= clock.after(BATCH_MS, () => void send())
  }

  async function send(): Promise<void> {
    timer?.()
    timer = undefined
    if (sending || queue.length === 0 || closed) return
    sending = true
    const batch = queue
    const sent = await host.append(name, batch.length === 1 && batch[0] ? batch[0] : foldV1(batch))
    sending = false
    lastSentAt = clock.now()
    if (sent.ok) {
      queue = queue.filter((update) => !batch.includes(update))
      queuedBytes = queue.reduce((size, update) => size + update.length, 0)
      options.onTrouble(undefined)
      options.onPending(queue.length)
      if (queue.length > 0) schedule()
      return
    }
    options.onTrouble(sent.error)
    if (sent.error.type === 'content-refused' || sent.error.type === 'not-allowed') await reload(batch)
    else if (sent.error.type !== 'nobody-leads') timer ??= clock.after(RETRY_MS, () => void send())
  }

  /** What of the queue the leader's state does not cover yet (E12). */
  const uncovered = (updates: readonly Uint8Array[], state: Y.Doc): Uint8Array[] =>
    updates.filter((update) => {
      const { to } = Y.parseUpdateMeta(update)
      return to.size === 0 || [...to].some(([client, end]) => Y.getState(state.store, client) < end)
    })

  /** `refused` are queued updates that the leader will never take: their text is written anew where it may be. */
  async function readAnew(refused: readonly Uint8Array[]): Promise<void> {
    arriving = []
    const opened = await host.open(name)
    const arrived = arriving
    arriving = undefined
    if (!opened || closed) return
    const fresh = createQuietDoc()
    if (!applyAcceptedV2(fresh, opened.state).ok || !applyAccepted(fresh, ...arrived).ok) return
    const client = options.slot === undefined ? undefined : opened.clients[options.slot]
    readOnly = opened.newerVersion
      ? 'newer-version'
      : opened.clients.length === 0
        ? 'role'
        : client === undefined
          ? 'too-many-tabs'
          : false
    if (client !== undefined) fresh.clientID = client
    const waiting = uncovered(queue, fresh)
    const isLost = refused.some((update) => waiting.includes(update)) || (client !== doc.clientID && waiting.length > 0)
    queue = isLost ? [] : waiting.filter((update) => applyAccepted(fresh, update).ok)
    queuedBytes = queue.reduce((size, update) => size + update.length, 0)
    const before = doc
    doc = fresh
    listen(fresh)
    if (isLost && !readOnly) userEdit(() => options.reenter(before, fresh))
    options.onReplaced()
    options.onPending(queue.length)
    before.destroy()
    if (queue.length > 0) schedule()
  }

  function reload(refused: readonly Uint8Array[] = []): Promise<void> {
    reading ??= readAnew(refused).finally(() => {
      reading = undefined
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

  await reload()
  return {
    doc: () => doc,
    pending: () => queue.length,
    userEdit,
    flush: () => void send(),
    take(update) {
      arriving?.push(update)
      if (!applyAccepted(doc, update).ok) void reload()
    },
    reload: () => reload(),
    readOnly: () => readOnly,
    close() {
      void send()
      closed = true
      timer?.()
    },
  }
}
