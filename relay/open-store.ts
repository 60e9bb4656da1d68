import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import type { LogStore } from '#relay/log-store'

export interface StorePlace {
  /** Address of a PostgreSQL database; goes before the folder. */
  readonly databaseUrl?: string | undefined
  /** Folder of `relay.db`. */
  readonly dataDir?: string
}

/** Opens or makes the store at that place; rejects when it cannot. `pg` is loaded where it is used: most relays keep a file. */
export async function openStore({ databaseUrl, dataDir }: StorePlace): Promise<LogStore | undefined> {
  if (databaseUrl === undefined) return dataDir === undefined ? undefined : createLibsqlLogStore(dataDir, systemRandom)
  const { openPostgresLogStore } = await import('#relay/postgres-log-store')
  return openPostgresLogStore(databaseUrl, systemRandom)
}
