import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { createTeam } from '#relay/testing/relay-team'
import { PATIENCE_MS } from '#relay/testing/relay-world'

/** Two devices at a relay whose file can be made to fail. */
async function atFile() {
  const { world, devices } = await createTeam(1)
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let database: Database.Database | undefined
  const store = createLibsqlLogStore(folder, world.random, (path) => {
    database = new Database(path)
    return database
  })
  onTestFinished(() => store.close())
  await world.restartRelay(store)
  await world.clock.advance(PATIENCE_MS)
  const set = (pragma: string) => database?.pragma(pragma)
  return { world, devices, set }
}

const FAILED = expect.stringContaining('store-failed')

describe('a store in trouble', () => {
  it.each([
    ['a full disk', 'max_page_count = 60', 'max_page_count = 1000000'],
    ['a file that may only be read', 'query_only = ON', 'query_only = OFF'],
  ])('R4 R5 keeps nobody from writing, and has everything after: %s', async (_, breaks, mends) => {
    const { world, devices, set } = await atFile()
    const [alice, bob] = devices
    set(breaks)
    await alice.write('content', 80, 4000)
    await bob?.write('content', 20, 4000)
    await world.clock.advance(60_000)
    expect(alice.client().acknowledged(alice.chain('content'))).toBeLessThan(80)
    expect(world.logged).toContainEqual(FAILED)
    await alice.write('content', 5)
    set(mends)
    await world.clock.advance(PATIENCE_MS)
    expect(alice.client().acknowledged(alice.chain('content'))).toBe(85)
    expect(await world.converged(...devices)).toBe(true)
  })
})
