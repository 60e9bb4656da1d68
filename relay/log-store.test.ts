import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import type { LogStore } from '#relay/log-store'
import { describeLogStore } from '#relay/log-store.contract'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { type BuiltRelay, buildRelayForTest } from '#relay/testing/relay-process'
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
