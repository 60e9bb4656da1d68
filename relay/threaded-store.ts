import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { LogStore } from '#relay/log-store'
import { reachStore } from '#relay/store-port'

/**
 * Opens or makes `relay.db` in `folder`, worked with by a thread of its own that runs the built `store-thread.ts` at
 * `script`. Rejects as `createLibsqlLogStore` throws. A bug that ends the thread ends the process, as it would in this one.
 */
export async function openThreadedStore(folder: string, script: URL): Promise<LogStore> {
  const thread = new Worker(script, { workerData: folder })
  const ended = once(thread, 'exit')
  let store: LogStore
  try {
    store = await reachStore(thread)
  } catch (error) {
    await thread.terminate()
    throw error
  }
  let closing: Promise<unknown> | undefined
  return {
    ...store,
    async close() {
      closing ??= store.close().finally(() => thread.terminate())
      await closing
      await ended
    },
  }
}
