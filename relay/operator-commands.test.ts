import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { systemRandom } from '#lib/crypto/system-random'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import { runCommand } from '#relay/operator-commands'
import { readSettings } from '#relay/settings'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { startRelay } from '#relay/testing/start-relay'

const LARGE = { maxBytes: 2 ** 30, maxBlobs: 1000 }

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function run(name: string, dataDir: string, ...parameters: readonly string[]) {
  const settings = readSettings({ DATA_DIR: dataDir })
  const lines: string[] = []
  if (!settings.ok) throw new Error(settings.error.reason)
  const isWell = await runCommand(name, settings.value, parameters, (line) => lines.push(line))
  return { isWell, text: lines.join('\n') }
}

/** A relay that keeps a room with these many blobs, and works on. */
async function working(count = 5) {
  const dataDir = makeFolder()
  const relay = await startRelay({ dataDir })
  const seed = freshSeed()
  const owner = await enterOwnRoom(relay.url, seed)
  const blobs = await makeBlobs(count, 1)
  owner.send({ type: 'put', blobs })
  await owner.next('stored')
  return { dataDir, owner, seed, bytes: blobs.reduce((sum, { length }) => sum + length, 0) }
}

const change = (dataDir: string, sql: string) => {
  const database = new Database(join(dataDir, 'relay.db'))
  database.exec(sql)
  database.close()
}

describe('waxwing-relay', () => {
  it('R4 check reads all that is kept beside a working relay, and finds it sound', async () => {
    const { dataDir, bytes } = await working()
    expect(await run('check', dataDir)).toEqual({
      isWell: true,
      text: `1 rooms, 5 blobs, 0 pieces of files, ${bytes} bytes\nsound`,
    })
  })

  it.each([
    ['a blob that is another', "UPDATE blobs SET bytes = x'0102' WHERE cursor = 2", 'damaged: blob, 1 times'],
    ['a room under a name that is not its own', "UPDATE rooms SET random = x'00'", 'damaged: room-name, 1 times'],
    ['a piece that is another', "INSERT INTO pieces VALUES (1, x'01', x'0102')", 'damaged: piece, 1 times'],
    [
      'a statement that nobody signed',
      "INSERT INTO doors VALUES (1, x'01', 'admin', 1, x'01', 'root', x'0102')",
      'damaged: door, 1 times',
    ],
  ])('R4 check tells of %s', async (_, sql, told) => {
    const { dataDir } = await working()
    change(dataDir, sql)
    const { isWell, text } = await run('check', dataDir)
    expect([isWell, text.split('\n').at(-1)]).toEqual([false, told])
  })

  it('R4 stats add up all rooms, and name none', async () => {
    const { dataDir, seed, bytes } = await working()
    const { text } = await run('stats', dataDir)
    expect(JSON.parse(text)).toEqual({
      rooms: 1,
      roomsInUse: 1,
      blobs: 5,
      bytesByLane: { log: 0, content: bytes, segment: 0, piece: 0 },
      largestRoomBytes: bytes,
      keysThatWrote: 1,
    })
    expect(text).not.toContain(toHex(seed).slice(0, 8))
  })

  it('S3 stats and check count what was dropped as gone, and find the rest sound', async () => {
    const { dataDir, bytes } = await working()
    const store = createLibsqlLogStore(dataDir, systemRandom)
    onTestFinished(() => store.close())
    const [room] = await store.roomNames()
    if (room === undefined) throw new Error('no room')
    const { blobs } = await store.read({ room, after: 0, filter: { lane: 'any', channel: undefined }, ...LARGE })
    const gone = [2, 5].map((cursor) => blobs[cursor - 1]?.bytes.length ?? 0)
    await store.commit([2, 5].map((cursor) => ({ type: 'drop', room, cursor })))
    const left = bytes - gone.reduce((sum, size) => sum + size, 0)
    expect(JSON.parse((await run('stats', dataDir)).text)).toMatchObject({
      blobs: 3,
      bytesByLane: { content: left },
      largestRoomBytes: left,
    })
    expect(await run('check', dataDir)).toEqual({
      isWell: true,
      text: `1 rooms, 3 blobs, 0 pieces of files, ${left} bytes\nsound`,
    })
  })

  it('R4 backup copies beside a working relay what another relay serves from', async () => {
    const { dataDir, seed, owner } = await working()
    const target = join(makeFolder(), 'copies', 'today')
    expect((await run('backup', dataDir, target)).isWell).toBe(true)
    owner.send({ type: 'put', blobs: await makeBlobs(1, 2) })
    await owner.next('stored')
    const restored = await enterOwnRoom((await startRelay({ dataDir: target })).url, seed)
    restored.send({ type: 'read', request: 1, after: 0, filter: { lane: 'any', channel: undefined }, without: [] })
    expect((await restored.next('page')).cursor).toBe(5)
    expect((await run('check', target)).isWell).toBe(true)
  })

  it('R4 backup writes over nothing, and leaves nothing where there is nothing to copy', async () => {
    const { dataDir } = await working()
    await expect(run('backup', dataDir, dataDir)).rejects.toThrow('is there already')
    await expect(run('backup', dataDir)).rejects.toThrow('it needs a folder')
    const empty = makeFolder()
    await expect(run('backup', empty, join(empty, 'copy'))).rejects.toThrow('there is no')
    writeFileSync(join(empty, 'relay.db'), 'no database at all'.repeat(400))
    await expect(run('backup', empty, join(empty, 'copy'))).rejects.toThrow('not a database')
    expect(readdirSync(join(empty, 'copy'))).toEqual([])
  })

  it('R4 gc drops beside a working relay what is expired, and no blob', async () => {
    const { dataDir } = await working()
    change(dataDir, "INSERT INTO rooms (name, root_key, random, touched_at) VALUES (x'01', x'01', x'01', 5)")
    change(dataDir, 'UPDATE rooms SET touched_at = 5')
    expect(await run('gc', dataDir)).toEqual({ isWell: true, text: '1 empty rooms dropped' })
    expect((await run('check', dataDir)).text).toContain('1 rooms, 5 blobs')
  })

  it('R4 makes no store where there is none, and knows no other commands', async () => {
    const empty = makeFolder()
    for (const name of ['check', 'stats', 'gc']) await expect(run(name, empty)).rejects.toThrow('there is no')
    expect(existsSync(join(empty, 'relay.db'))).toBe(false)
    expect((await run('constructor', empty)).isWell).toBeUndefined()
  })
})
