/** Group commit: the writes of one turn of the event loop share one fsync (R4: acknowledged means on disk). */
import type { LogStore, Placed, StoreWrite } from '#relay/log-store'

export interface CommitQueue {
  /** Resolves once `write` would survive a power cut; rejects with all of its group when the store fails. */
  add(write: StoreWrite): Promise<Placed>
  /** Bytes that wait for a commit. */
  pendingBytes(): number
  /** Resolves when nothing waits. Never rejects. */
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

  const commitGroup = async () => {
    const group = waiting.slice(0, MAX_GROUP)
    waiting = waiting.slice(MAX_GROUP)
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
    while (waiting.length > 0) await commitGroup()
    running = undefined
  }

  return {
    add: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject })
        bytes += sizeOf(write)
        running ??= run()
      }),
    pendingBytes: () => bytes,
    idle: async () => {
      while (running !== undefined) await running
    },
  }
}
