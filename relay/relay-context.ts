/** What every session of `/sync` works with. Ports only, so that a simulation runs the same relay. */
import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import type { CommitQueue } from '#relay/commit-queue'
import type { LogStore } from '#relay/log-store'
import type { Mailboxes } from '#relay/mailboxes'
import type { Meter } from '#relay/meter'
import type { Rooms } from '#relay/rooms'
import type { StoreSpace } from '#relay/store-space'
import type { SyncLimits } from '#relay/sync-limits'

/** Takes types, sizes and counts; never ids, keys, names or addresses. */
export interface RelayLog {
  debug(facts: Readonly<Record<string, string | number>>, text: string): void
  warn(facts: Readonly<Record<string, string | number>>, text: string): void
}

export interface RelayContext {
  readonly store: LogStore
  readonly queue: CommitQueue
  readonly space: StoreSpace
  readonly rooms: Rooms
  readonly mailboxes: Mailboxes
  readonly crypto: Pick<Crypto, 'verify' | 'digest'>
  readonly clock: Clock
  readonly random: Random
  readonly limits: SyncLimits
  readonly log: RelayLog
  readonly meter: Meter
  /** Whether this relay answers under that origin; a proof for another one is worth nothing here (R3). */
  readonly isOwnOrigin: (origin: string) => boolean
  /** Runs a task in the next turn of the event loop. */
  readonly defer: (task: () => void) => void
}
