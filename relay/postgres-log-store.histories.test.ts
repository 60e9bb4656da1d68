import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import type { RoomName } from '#lib/protocol/door'
import type { BlobWrite, StoreWrite } from '#relay/log-store'
import { describeLogStore } from '#relay/log-store.contract'
import { createNodeClock } from '#relay/node-clock'
import { openPostgres } from '#relay/open-postgres'
import { inTransaction, openPool } from '#relay/postgres-database'
import { createPostgresLogStore } from '#relay/postgres-log-store'
import { joinNodes } from '#relay/postgres-node'
import { migrations } from '#relay/postgres-schema'
import { type PostgresServer, startPostgres } from '#relay/testing/start-postgres'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

const room = new Uint8Array(32).fill(1) as RoomName
const begin: StoreWrite = { type: 'room', record: { room, rootKey: room, random: room, touchedAt: 0 } }
const channel = new Uint8Array(16) as ChannelTag
const blob = (value: number): BlobWrite => {
  const [hash, bytes] = [new Uint8Array(32).fill(value), new Uint8Array(50).fill(value)]
  return { type: 'blob', room, hash, lane: 'content', channel, uploader: room, storedAt: 0, bytes }
}

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
    expect(await ask(url, 'SELECT version FROM store')).toEqual([{ version: migrations.length }])
  })

  it('R4 are refused when a newer version wrote them, and left as they were', async () => {
    const url = await server.createSchema()
    await (await openStore(url)).close()
    await ask(url, 'UPDATE store SET version = 999')
    await expect(open(url)).rejects.toThrow('newer version')
    expect(await ask(url, 'SELECT version FROM store')).toEqual([{ version: 999 }])
  })

  it('S3 take over what an older version stored, and what its nodes store meanwhile, as of now', async () => {
    const url = await server.createSchema()
    const pool = openPool(url)
    onTestFinished(() => pool.end())
    const old = (value: number) =>
      pool.query("SELECT put_blobs('old', 'old', $1, $2, '{1}', $3, $1, $4)", [
        [Buffer.from(room)],
        [Buffer.alloc(32, value)],
        [Buffer.from(channel)],
        [Buffer.alloc(30 * value)],
      ])
    await pool.query('CREATE TABLE store (id bytea NOT NULL, version integer NOT NULL)')
    for (const step of migrations.slice(0, 3)) await pool.query(step)
    await pool.query('INSERT INTO store VALUES ($1, 3)', [Buffer.alloc(16, 1)])
    await pool.query('INSERT INTO rooms (name, root_key, random, touched_at) VALUES ($1, $1, $1, 0)', [
      Buffer.from(room),
    ])
    await old(1)
    const before = Math.floor(Date.now() / 1000)
    const stores = await Promise.all([openStore(url), openStore(url), openStore(url)])
    await old(2)
    const [store] = stores
    const page = await store?.outlines({ room, channel, after: 0, maxBytes: 9000, maxBlobs: 9 })
    expect(page?.outlines.map(({ cursor, size }) => [cursor, size])).toEqual([
      [1, 30],
      [2, 60],
    ])
    for (const { storedAt } of page?.outlines ?? []) {
      expect([storedAt % 3600, storedAt >= before, storedAt < before + 3660]).toEqual([0, true, true])
    }
    await store?.commit([{ type: 'drop', room, cursor: 1 }])
    expect(await stores[1]?.usage(room)).toEqual([{ key: room, lane: 'content', bytes: 60 }])
  })

  it('S3 R4 tell of a blob in which hour it came, and not which key brought it', async () => {
    const url = await server.createSchema()
    const store = await openStore(url)
    await store.commit([begin, { ...blob(1), uploader: new Uint8Array(32).fill(222), storedAt: 7200 }])
    const [row] = await ask(url, 'SELECT stored_at, blobs::text AS whole FROM blobs')
    expect(row?.stored_at).toBe('7200')
    expect(row?.whole).not.toContain('dede')
    expect(await ask(url, 'SELECT uploader FROM usage')).toEqual([{ uploader: Buffer.alloc(32, 222) }])
  })

  it('S3 R4 tell each other once a commit that blobs were dropped, and where none was, nothing', async () => {
    const url = await server.createSchema()
    const [store, other] = [await openStore(url), await openStore(url)]
    await store.commit([begin, blob(1), blob(2), blob(3)])
    const heard: unknown[] = []
    const done = new Promise<void>((resolve) => {
      other.listen((news) => {
        if (news.type === 'dropped') heard.push(news)
        else if (news.type === 'receipt') resolve()
      })
    })
    const drop = (cursor: number): StoreWrite => ({ type: 'drop', room, cursor })
    await store.commit([drop(1), drop(3)])
    await store.commit([drop(1)])
    await store.commit([{ type: 'receipt', room, key: room, bytes: room }])
    await done
    expect(heard).toEqual([{ type: 'dropped', room }])
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

    await (await openStore(url)).close()
    const client = await pool.connect()
    await client.query("BEGIN; SELECT put_blobs('', '', '{}', '{}', '{}', '{}', '{}', '{}', '{}')")
    expect((await client.query(show)).rows).toEqual([{ synchronous_commit: 'on' }])
    client.release()
  })

  it('R4 takes blobs, and reads a page, with one statement each', async () => {
    const url = await server.createSchema()
    await (await openStore(url)).close()
    const pool = openPool(url)
    let statements: string[] = []
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown
      Object.assign(client, {
        query: (...given: readonly unknown[]) => {
          const [statement] = given
          statements.push(String((statement as { text?: string }).text ?? statement))
          return query(...given)
        },
      })
    })
    const context = { url, pool, storeId: channel, clock: createNodeClock(), random: systemRandom, log: silent }
    const node = await joinNodes(context)
    const store = createPostgresLogStore(pool, channel, node)
    onTestFinished(() => store.close().then(() => pool.end()))
    await store.commit([begin])
    statements = []
    await store.commit([blob(1), blob(2)])
    await store.read({ room, after: 0, filter: { lane: 'any', channel: undefined }, maxBytes: 1000, maxBlobs: 10 })
    // what the node says of itself meanwhile is none of them
    const ofTheStore = statements.filter((text) => !/pg_notify|DELETE FROM messages/.test(text))
    expect(ofTheStore.map((text) => /put_blobs|FROM blobs/.exec(text)?.[0])).toEqual(['put_blobs', 'FROM blobs'])
  })

  it('R4 place what two nodes bring at the same moment once, and without a gap', async () => {
    const url = await server.createSchema()
    const nodes = [await openStore(url), await openStore(url)]
    await nodes[0]?.commit([begin])
    const groups = [0, 1, 2, 3, 4, 5].map((from) => [0, 1, 2, 3].map((value) => blob(2 * from + value)))
    const placed = await Promise.all(nodes.flatMap((node) => groups.map((group) => node.commit(group))))
    const fresh = placed.flat().filter(({ isNew }) => isNew)
    const positions = fresh.map(({ position }) => position).sort((a, b) => a - b)
    expect(positions).toEqual(Array.from({ length: 14 }, (_, i) => i + 1))
    expect((await nodes[1]?.room(room))?.end).toBe(14)
    expect(await nodes[1]?.usage(room)).toEqual([{ key: room, lane: 'content', bytes: 14 * 50 }])
  })

  it('R4 is refused when nothing answers, in a sentence without its address', async () => {
    const opening = open('postgres://relay:secret@127.0.0.1:1/none')
    await expect(opening).rejects.toThrow('DATABASE_URL leads to no database that answers (ECONNREFUSED)')
  })
})
