import type { Clock } from '#lib/base/clock'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { noOtherNodes } from '#relay/node-bus'
import { openPostgres, type SharedStore } from '#relay/open-postgres'
import type { RelayLog } from '#relay/relay-context'

export interface StorePlace {
  /** Address of a PostgreSQL database; goes before the folder. */
  readonly databaseUrl?: string | undefined
  /** Folder of `relay.db`. */
  readonly dataDir?: string
}

/** Opens or makes the store at that place; rejects when it cannot. */
export async function openStore(
  { databaseUrl, dataDir }: StorePlace,
  clock: Clock,
  log: RelayLog,
): Promise<SharedStore | undefined> {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl, { clock, random: systemRandom, log })
  if (dataDir === undefined) return undefined
  return { store: createLibsqlLogStore(dataDir, systemRandom), bus: noOtherNodes }
}
