import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemRandom } from '#lib/crypto/system-random'
import { describeLogStore } from '#relay/log-store.contract'
import { createNodeClock } from '#relay/node-clock'
import { openPostgres } from '#relay/open-postgres'
import { inTransaction, openPool } from '#relay/postgres-database'
import { type PostgresServer, startPostgres } from '#relay/testing/start-postgres'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

const silent = { debug: () => {}, warn: () => {} }
const open = (url: string) => openPostgres(url, { clock: createNodeClock(), random: systemRandom, log: silent })

async function openStore(url: string) {
  const { store } = await open(url)
  onTestFinished(() => store.close())
  return store
}

/** Runs one statement beside the stores. */
async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const pool = openPool(url)
  const { rows } = await pool.query(sql)
  await pool.end()
  return rows
}

describeLogStore('PostgreSQL', async () => {
  const url = await server.createSchema()
  return { store: await openStore(url), reopen: () => openStore(url) }
})

describe('PostgreSQL tables', () => {
  it('R4 are made once by nodes that start at the same time', async () => {
    const url = await server.createSchema()
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(url)))
    expect(new Set(stores.map(({ id }) => id.join())).size).toBe(1)
    expect(await ask(url, 'SELECT version FROM store')).toEqual([{ version: 1 }])
  })

  it('R4 are refused when a newer version wrote them, and left as they were', async () => {
    const url = await server.createSchema()
    await (await openStore(url)).close()
    await ask(url, 'UPDATE store SET version = 999')
    await expect(open(url)).rejects.toThrow('newer version')
    expect(await ask(url, 'SELECT version FROM store')).toEqual([{ version: 999 }])
  })

  it('R4 take no write that a session would acknowledge before it is on disk', async () => {
    const url = await server.createSchema()
    const relaxed = new URL(url)
    relaxed.searchParams.set('options', `${relaxed.searchParams.get('options')} -c synchronous_commit=off`)
    const pool = openPool(relaxed.href)
    onTestFinished(() => pool.end())
    const show = 'SHOW synchronous_commit'
    expect((await pool.query(show)).rows).toEqual([{ synchronous_commit: 'off' }])
    const { rows } = await inTransaction(pool, (client) => client.query(show))
    expect(rows).toEqual([{ synchronous_commit: 'on' }])
  })

  it('R4 is refused when nothing answers, in a sentence without its address', async () => {
    const opening = open('postgres://relay:secret@127.0.0.1:1/none')
    await expect(opening).rejects.toThrow('DATABASE_URL leads to no database that answers (ECONNREFUSED)')
  })
})
