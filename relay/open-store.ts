import type { Clock } from '#lib/base/clock'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { noOtherNodes } from '#relay/node-bus'
import { openPostgres, type SharedStore } from '#relay/open-postgres'
import type { RelayLog } from '#relay/relay-context'
import { openThreadedStore } from '#relay/threaded-store'

export interface StorePlace {
  /** Address of a PostgreSQL database; goes before the folder. */
  readonly databaseUrl?: string | undefined
  /** Folder of `relay.db`. */
  readonly dataDir?: string
  /** The built `store-thread.ts`, which works with the file then; without it this thread does. */
  readonly storeThread?: URL
}

/** Opens or makes the store at that place; rejects when it cannot. */
export async function openStore(
  { databaseUrl, dataDir, storeThread }: StorePlace,
  clock: Clock,
  log: RelayLog,
): Promise<SharedStore | undefined> {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, { clock, random: systemRandom, log })
  if (dataDir === undefined) return undefined
  const store =
    storeThread === undefined
      ? createLibsqlLogStore(dataDir, systemRandom)
      : await openThreadedStore(dataDir, storeThread)
  return { store, bus: noOtherNodes }
}
