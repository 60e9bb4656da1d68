/** Group commit: writes that come together, or wait for each other, share one fsync (R4: acknowledged means on disk). */
import type { LogStore, Placed, StoreWrite } from '#relay/log-store'

export interface CommitQueue {
  /** Commits with what else comes in this turn: resolves once `write` would survive a power cut; rejects with all of its group when the store fails. */
  add(write: StoreWrite): Promise<Placed>
  /** As `add`, but waits for another's commit or for `flush`. */
  gather(write: StoreWrite): Promise<Placed>
  flush(): void
  /** Bytes that wait for a commit. */
  pendingBytes(): number
  /** Commits what waits, and resolves when nothing does. Never rejects. */
  idle(): Promise<void>
}

interface Waiting {
  readonly write: StoreWrite
  readonly resolve: (placed: Placed) => void
  readonly reject: (error: unknown) => void
}

const MAX_GROUP = 4096

const sizeOf = (write: StoreWrite): number => ('bytes' in write ? write.bytes.length : 0)

/** `defer` runs a task in the next turn. */
export function createCommitQueue(store: Pick<LogStore, 'commit'>, defer: (task: () => void) => void): CommitQueue {
  let waiting: Waiting[] = []
  let bytes = 0
  let running: Promise<void> | undefined
  let isWanted = false

  const commitGroup = async () => {
    const group = waiting.slice(0, MAX_GROUP)
    waiting = waiting.slice(MAX_GROUP)
    isWanted = waiting.length > 0
    try {
      const placed = await store.commit(group.map(({ write }) => write))
      for (const [i, { resolve, reject }] of group.entries()) {
        const place = placed[i]
        if (place) resolve(place)
        else reject(new Error('The store did not say where it put a write'))
      }
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
    bytes -= group.reduce((sum, { write }) => sum + sizeOf(write), 0)
  }

  const run = async () => {
    await new Promise<void>(defer)
    while (isWanted) await commitGroup()
    running = undefined
  }
  const gather = (write: StoreWrite) =>
    new Promise<Placed>((resolve, reject) => {
      waiting.push({ write, resolve, reject })
      bytes += sizeOf(write)
    })
  const flush = () => {
    if (waiting.length === 0) return
    isWanted = true
    running ??= run()
  }

  return {
    add(write) {
      const placed = gather(write)
      flush()
      return placed
    },
    gather,
    flush,
    pendingBytes: () => bytes,
    async idle() {
      for (flush(); running !== undefined; flush()) await running
    },
  }
}
