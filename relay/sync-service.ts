import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import { createCommitQueue } from '#relay/commit-queue'
import type { LogStore } from '#relay/log-store'
import { createMailboxes } from '#relay/mailboxes'
import type { Meter } from '#relay/meter'
import { type NodeBus, noOtherNodes } from '#relay/node-bus'
import type { RelayLog } from '#relay/relay-context'
import { createRooms } from '#relay/rooms'
import { createStoreSpace } from '#relay/store-space'
import type { SyncLimits } from '#relay/sync-limits'
import { type Session, startSession, type VisitorLink, type VisitorRights } from '#relay/sync-session'

export interface SyncService {
  /** Serves a fresh link until it closes. */
  accept(link: VisitorLink, rights: VisitorRights): void
  /** Rooms that somebody is in, and bytes that wait for a commit. */
  load(): { readonly rooms: number; readonly pendingBytes: number }
  /**
   * Handles no further frame, waits until what came is on disk and confirmed, and sends everybody away with `stopping`.
   * The store stays open.
   */
  close(): Promise<void>
}

export interface SyncServiceOptions {
  readonly store: LogStore
  /** Where other nodes serve the same store. */
  readonly bus?: NodeBus
  readonly crypto: Pick<Crypto, 'verify' | 'digest'>
  readonly clock: Clock
  readonly random: Random
  readonly limits: SyncLimits
  readonly log: RelayLog
  readonly meter: Meter
  readonly isOwnOrigin: (origin: string) => boolean
  /** Runs a task in the next turn of the event loop. */
  readonly defer: (task: () => void) => void
}

const SWEEP_MS = 600_000
const COUNT_MS = 60_000

/** Drops mailboxes that ended by `seconds`, and what may go of rooms that nobody entered for `roomSeconds` (R4). Resolves to how many rooms it dropped. */
export async function dropExpired(store: LogStore, seconds: number, roomSeconds: number): Promise<number> {
  await store.dropExpired(seconds)
  return Number.isFinite(roomSeconds) ? store.expireRooms(seconds - roomSeconds) : 0
}

/** The relay behind `/sync`, free of sockets and files: a simulation gives it links and a store of its own. */
export function createSyncService(options: SyncServiceOptions): SyncService {
  const { store, bus = noOtherNodes, clock, limits, defer, log, meter } = options
  const queue = createCommitQueue(store, defer)
  const space = createStoreSpace(limits, store)
  const rooms = createRooms({ store, queue, space, limits, meter, clock, bus, defer })
  const mailboxes = createMailboxes(store, queue, clock, limits)
  store.listen((news) => {
    rooms.hear(news)
    mailboxes.hear(news)
  })
  bus.listen('presence', ({ topic, body }) => rooms.hearPresence(topic, body))
  const context = { ...options, queue, space, rooms, mailboxes }

  const sessions = new Set<Session>()

  let stopSweeping = () => {}
  const sweep = () => {
    stopSweeping = clock.after(SWEEP_MS, sweep)
    rooms
      .touch()
      .then(() => dropExpired(store, Math.floor(clock.now() / 1000), limits.roomSeconds))
      .catch(() => log.warn({}, 'what is expired could not be dropped'))
  }
  sweep()

  let stopCounting = () => {}
  const count = () => {
    stopCounting = clock.after(COUNT_MS, count)
    space.count().catch(() => log.warn({}, 'what is stored could not be counted'))
  }
  count()

  return {
    accept(link, rights) {
      const session = startSession(link, rights, context, () => sessions.delete(session))
      sessions.add(session)
    },
    load: () => ({ rooms: rooms.count(), pendingBytes: queue.pendingBytes() }),
    async close() {
      stopSweeping()
      stopCounting()
      for (const session of sessions) session.rest()
      await queue.idle()
      await new Promise<void>(defer)
      for (const session of sessions) session.sendAway('stopping')
      await queue.idle()
    },
  }
}
