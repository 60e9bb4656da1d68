/** Connections to the database of the relay's nodes: how they are opened, tested and brought to this version's tables. */
import pg from 'pg'
import type { Random } from '#lib/base/random'
import { migrations } from '#relay/postgres-schema'

const CONNECTIONS = 8
/** A node that hangs or vanishes with a room's lock must not hold up the others for longer. */
const LOCK_MS = 10_000
const ANSWER_MS = 30_000
/** What nodes that start at once queue for; any number that nobody else uses in this database. */
const MIGRATION_LOCK = 7_629_178_513

/**
 * Connections on demand. One that breaks is dropped, and the next query opens another; whoever was using it is told by the
 * query, so that the event of its own says nothing new, but nobody hearing it would end the process.
 */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: LOCK_MS,
    idle_in_transaction_session_timeout: LOCK_MS,
    lock_timeout: LOCK_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  })
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** Runs `task` in one transaction that is on disk when this resolves, whatever the database’s own settings; a connection on which anything went wrong is not used again. */
export async function inTransaction<T>(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = true
  try {
    await client.query('BEGIN; SET LOCAL synchronous_commit = on')
    const result = await task(client)
    await client.query('COMMIT')
    isBroken = false
    return result
  } finally {
    client.release(isBroken)
  }
}

/**
 * Brings the tables to this version, one node after the other, and resolves to the store's id. Rejects when a newer
 * version has been here, and where the database acknowledges what is not on disk.
 */
export async function prepareDatabase(pool: pg.Pool, random: Random): Promise<Uint8Array> {
  return inTransaction(pool, async (client) => {
    const { rows: flushes } = await client.query<{ fsync: string }>('SHOW fsync')
    if (flushes[0]?.fsync !== 'on') throw new Error('the database does not flush to disk (fsync is off)')
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await client.query('CREATE TABLE IF NOT EXISTS store (id bytea NOT NULL, version integer NOT NULL)')
    const { rows } = await client.query<{ id: Buffer; version: number }>('SELECT id, version FROM store')
    const id = rows[0]?.id ?? Buffer.from(random.bytes(16))
    const version = rows[0]?.version ?? 0
    if (version > migrations.length) throw new Error('the database was written by a newer version of this relay')
    for (const step of migrations.slice(version)) await client.query(step)
    if (rows.length === 0) await client.query('INSERT INTO store (id, version) VALUES ($1, 0)', [id])
    await client.query('UPDATE store SET version = $1', [migrations.length])
    return new Uint8Array(id)
  })
}
