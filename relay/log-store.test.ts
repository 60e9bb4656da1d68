import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { migrations } from '#relay/libsql-schema'
import type { LogStore } from '#relay/log-store'
import { describeLogStore } from '#relay/log-store.contract'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { addUp } from '#relay/store-totals'
import { type BuiltRelay, buildRelayForTest } from '#relay/testing/relay-process'
import { begin, blob, id, room } from '#relay/testing/store-under-test'
import { openThreadedStore } from '#relay/threaded-store'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describeLogStore('memory', async () => ({ store: createMemoryLogStore(systemRandom) }))

describeLogStore('libsql', async () => {
  const folder = makeFolder()
  const open = async () => {
    const store = createLibsqlLogStore(folder, systemRandom)
    onTestFinished(() => store.close())
    return store
  }
  return { store: await open(), reopen: open } satisfies { store: LogStore; reopen: () => Promise<LogStore> }
})

describe('in a thread of its own', () => {
  let relays: BuiltRelay
  beforeAll(() => {
    relays = buildRelayForTest()
    return () => relays.remove()
  })

  describeLogStore('libsql in a thread', async () => {
    const folder = makeFolder()
    const open = async () => {
      const store = await openThreadedStore(folder, relays.storeThread)
      onTestFinished(() => store.close())
      return store
    }
    return { store: await open(), reopen: open }
  })

  it('R4 tells why its file could not be opened', async () => {
    const folder = makeFolder()
    const database = new Database(join(folder, 'relay.db'))
    database.exec('PRAGMA user_version = 999')
    database.close()
    await expect(openThreadedStore(folder, relays.storeThread)).rejects.toThrow('newer version')
  })
})

describe('libsql file', () => {
  it('R4 writes ahead with a full fsync', async () => {
    const folder = makeFolder()
    await createLibsqlLogStore(folder, systemRandom).close()
    const database = new Database(join(folder, 'relay.db'))
    expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
    database.close()
  })

  it('S3 takes over what an older version stored, as of now', async () => {
    const folder = makeFolder()
    const database = new Database(join(folder, 'relay.db'))
    for (const step of migrations.slice(0, 4)) database.exec(step)
    database.exec(`PRAGMA user_version = 4;
      INSERT INTO store VALUES (randomblob(16));
      INSERT INTO rooms (number, name, root_key, random, last_cursor) VALUES (1, x'${toHex(id(1))}', x'01', x'02', 2);
      INSERT INTO blobs VALUES (1, 1, x'05', 1, x'${toHex(id(2, 16))}', 30, zeroblob(30));
      INSERT INTO blobs VALUES (1, 2, x'06', 1, x'${toHex(id(2, 16))}', 9000, zeroblob(9000));
      INSERT INTO usage VALUES (1, x'0a', 1, 9030);`)
    database.close()
    const before = Math.floor(Date.now() / 1000)
    const store = createLibsqlLogStore(folder, systemRandom)
    onTestFinished(() => store.close())
    const channel = id(2, 16) as ChannelTag
    const { outlines } = await store.outlines({ room, channel, after: 0, maxBytes: 20_000, maxBlobs: 9 })
    expect(outlines.map(({ cursor, size }) => [cursor, size])).toEqual([
      [1, 30],
      [2, 9000],
    ])
    for (const { storedAt } of outlines) expect([storedAt >= before, storedAt <= before + 60]).toEqual([true, true])
    await store.commit([{ type: 'drop', room, cursor: 2 }])
    expect(await store.usage(room)).toEqual([{ key: Uint8Array.of(10), lane: 'content', bytes: 30 }])
    expect(await store.bytes()).toBe(30)
    expect(await addUp(store, before)).toMatchObject({ blobs: 1, largestRoomBytes: 30, keysThatWrote: 1 })
  })

  it('S3 R4 tells of a blob in which hour it came, and not which key brought it', async () => {
    const folder = makeFolder()
    const store = createLibsqlLogStore(folder, systemRandom)
    await store.commit([begin(), { ...blob(2), uploader: id(222) }])
    expect(await store.usage(room)).toMatchObject([{ key: id(222) }])
    await store.close()
    const database = new Database(join(folder, 'relay.db'))
    onTestFinished(() => void database.close())
    const [row] = database.prepare('SELECT * FROM blobs').all() as Record<string, number | ArrayBuffer>[]
    expect(row?.stored_at).toBe(7200)
    for (const value of Object.values(row ?? {})) {
      if (typeof value !== 'number') expect(toHex(new Uint8Array(value))).not.toContain('dede')
    }
  })

  it('R4 refuses a file of a newer version', () => {
    const folder = makeFolder()
    const database = new Database(join(folder, 'relay.db'))
    database.exec('PRAGMA user_version = 999')
    database.close()
    expect(() => createLibsqlLogStore(folder, systemRandom)).toThrow('newer version')
  })

  it('R4 refuses a file that is no database, and leaves it as it was', () => {
    const folder = makeFolder()
    const path = join(folder, 'relay.db')
    const damaged = Buffer.from('no database at all'.repeat(400))
    writeFileSync(path, damaged)
    expect(() => createLibsqlLogStore(folder, systemRandom)).toThrow('not a database')
    expect(readFileSync(path)).toEqual(damaged)
  })
})
