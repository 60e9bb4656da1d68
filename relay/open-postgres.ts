import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { LogStore } from '#relay/log-store'
import type { NodeBus } from '#relay/node-bus'
import { openPool, prepareDatabase } from '#relay/postgres-database'
import { createPostgresLogStore } from '#relay/postgres-log-store'
import { joinNodes } from '#relay/postgres-node'
import type { RelayLog } from '#relay/relay-context'

export interface SharedStore {
  readonly store: LogStore
  readonly bus: NodeBus
}

/**
 * Opens the database at `url` as one of its nodes and brings its tables to this version; rejects when it does not answer,
 * a newer version wrote it, or it does not flush to disk. Closing the store leaves the other nodes.
 */
export async function openPostgres(
  url: string,
  { clock, random, log }: { clock: Clock; random: Random; log: RelayLog },
): Promise<SharedStore> {
  const pool = openPool(url)
  try {
    const storeId = await prepareDatabase(pool, random)
    const node = await joinNodes({ url, pool, storeId, clock, random, log })
    const store = createPostgresLogStore(pool, storeId, node)
    const close = async () => {
      await store.close()
      if (!pool.ended) await pool.end()
    }
    return { store: { ...store, close }, bus: node }
  } catch (error) {
    await pool.end()
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === undefined) throw error
    throw new Error(`DATABASE_URL leads to no database that answers (${code})`)
  }
}
