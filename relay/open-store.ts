import type { Clock } from '#lib/base/clock'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { lockFolder } from '#relay/lock-folder'
import { noOtherNodes } from '#relay/node-bus'
import { openPostgres, type SharedStore } from '#relay/open-postgres'
import type { RelayLog } from '#relay/relay-context'
import { openThreadedStore } from '#relay/threaded-store'

export interface StorePlace {
  /** Address of a PostgreSQL database; goes before the folder. */
  readonly databaseUrl?: string | undefined
  /** Folder of `relay.db`. */
  readonly dataDir?: string
}

export interface ServedPlace extends StorePlace {
  /** The built `store-thread.ts`, which works with the file then; without it this thread does. */
  readonly storeThread?: URL
}

/** Opens or makes the store at that place, beside whoever works with it; rejects when it cannot. */
export async function openStore(
  { databaseUrl, dataDir }: StorePlace,
  clock: Clock,
  log: RelayLog,
): Promise<SharedStore | undefined> {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, { clock, random: systemRandom, log })
  if (dataDir === undefined) return undefined
  return { store: createLibsqlLogStore(dataDir, systemRandom), bus: noOtherNodes }
}

/** The same for a relay that serves: until it closes the store, no other one gets the folder. */
export async function openServedStore(
  place: ServedPlace,
  clock: Clock,
  log: RelayLog,
): Promise<SharedStore | undefined> {
  const { databaseUrl, dataDir, storeThread } = place
  if (databaseUrl !== undefined || dataDir === undefined) return openStore(place, clock, log)
  const unlock = lockFolder(dataDir)
  try {
    const store =
      storeThread === undefined
        ? createLibsqlLogStore(dataDir, systemRandom)
        : await openThreadedStore(dataDir, storeThread)
    return { store: { ...store, close: () => store.close().finally(unlock) }, bus: noOtherNodes }
  } catch (error) {
    unlock()
    throw error
  }
}
