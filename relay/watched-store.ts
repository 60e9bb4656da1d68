import type { Clock } from '#lib/base/clock'
import type { LogStore } from '#relay/log-store'
import type { Meter } from '#relay/meter'
import type { RelayLog } from '#relay/relay-context'

export interface WatchedStore {
  /** The store, with its commits measured. */
  readonly store: LogStore
  /** Whether it answers now, and has not refused a commit in the last ten seconds. */
  isWell(): Promise<boolean>
}

/** A disk that was full is tried again after so long: nobody may come to a node that is not ready. */
const REMEMBERED_MS = 10_000
const PATIENCE_MS = 3000

/** What a database calls its failure; its words could hold more. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'unknown'
}

/** Tells the log when the store begins to refuse commits, and when it takes them again and refused none for a while. */
export function watchStore(store: LogStore, meter: Meter, clock: Clock, log: RelayLog): WatchedStore {
  let failedAt = Number.NEGATIVE_INFINITY
  let isRefusing = false

  /** In the last ten seconds; where the clock was set back, that is not known, and does not count. */
  const hasJustFailed = () => {
    const sinceMs = clock.now() - failedAt
    return sinceMs >= 0 && sinceMs < REMEMBERED_MS
  }

  /** Asks for rooms that nobody names, so that nothing is learned. */
  const answers = async () => {
    await store.receipts(new Uint8Array(32) as Parameters<LogStore['receipts']>[0])
    return true
  }

  return {
    store: {
      ...store,
      async commit(writes) {
        const startedAt = clock.now()
        try {
          const placed = await store.commit(writes)
          meter.committed(Math.max(0, clock.now() - startedAt))
          if (isRefusing && !hasJustFailed()) {
            isRefusing = false
            log.warn({}, 'the store takes commits again')
          }
          return placed
        } catch (error) {
          failedAt = clock.now()
          if (!isRefusing) log.warn({ code: codeOf(error) }, 'the store refuses commits: devices keep what they write')
          isRefusing = true
          meter.count('waxwing_commits_failed_total', 'all')
          throw error
        }
      },
    },
    async isWell() {
      if (hasJustFailed()) return false
      let stopWaiting = () => {}
      const tooLate = new Promise<boolean>((resolve) => {
        stopWaiting = clock.after(PATIENCE_MS, () => resolve(false))
      })
      return Promise.race([answers(), tooLate])
        .catch(() => false)
        .finally(stopWaiting)
    },
  }
}
