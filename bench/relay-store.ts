import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { enter, marksIn, marksOf, typedUpdates } from '#bench/relay-client'
import { dropDataFolder, makeDataFolder, startServer } from '#bench/relay-servers'
import { inTurns, type Measure, type Pair, quantile, type Workload } from '#bench/workload'
import type { ChannelTag } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import type { RoomName } from '#lib/protocol/door'
import { createLibsqlLogStore } from '#relay/libsql-log-store'
import type { LogStore, StoreWrite } from '#relay/log-store'
import { createNodeClock } from '#relay/node-clock'
import { openPostgres } from '#relay/open-postgres'
import { type PostgresServer, startPostgres } from '#relay/testing/start-postgres'

const ROUNDS = 3
const GROUPS = 100
const GROUP = 100
const ENTRY_BYTES = 250
const CAUGHT_UP = 100_000
const LETTERS = 200

const room = new Uint8Array(32) as RoomName
const channel = new Uint8Array(16) as ChannelTag

function blobs(count: number): StoreWrite[] {
  return Array.from({ length: count }, () => {
    const [hash, bytes] = [systemRandom.bytes(32), systemRandom.bytes(ENTRY_BYTES)]
    return { type: 'blob', room, hash, lane: 'content', channel, uploader: room, storedAt: 0, bytes }
  })
}

const foundRoom = (store: LogStore) =>
  store.commit([{ type: 'room', record: { room, rootKey: room, random: room, touchedAt: 0 } }])

/**
 * Milliseconds for a thousand entries, `group` to a flush, into the store and at the end of a plain file. Their flushes take
 * turns, so that whatever else the disk does meets both alike.
 */
async function appending(store: LogStore, folder: string, group: number): Promise<Pair> {
  await foundRoom(store)
  const file = openSync(join(folder, 'plain'), 'a')
  const bytes = systemRandom.bytes(ENTRY_BYTES * group)
  let [ours, peer] = [0, 0]
  for (let i = 0; i < GROUPS; i++) {
    const writes = blobs(group)
    const begun = performance.now()
    await store.commit(writes)
    const between = performance.now()
    writeSync(file, bytes)
    fsyncSync(file)
    ours += between - begun
    peer += performance.now() - between
  }
  closeSync(file)
  const thousand = 1000 / (GROUPS * group)
  return { ours: ours * thousand, peer: peer * thousand }
}

const openDatabase = async (server: PostgresServer) => {
  const log = { debug: () => {}, warn: () => {} }
  return (await openPostgres(await server.createSchema(), { clock: createNodeClock(), random: systemRandom, log }))
    .store
}

const LIMITS = {
  'a file': 'whole pages of the table and of each index, first into a log',
  PostgreSQL: 'a way to another process and back, and twice what a bare INSERT takes there',
}

async function appends(server: PostgresServer, kind: keyof typeof LIMITS, group: number): Promise<Measure> {
  const pairs: Pair[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const folder = makeDataFolder()
    const store = kind === 'a file' ? createLibsqlLogStore(folder, systemRandom) : await openDatabase(server)
    pairs.push(await appending(store, folder, group))
    await store.close()
    dropDataFolder(folder)
  }
  return {
    name: `a thousand entries into ${kind}, ${group} to a flush`,
    unit: 'ms',
    pairs,
    target: 4,
    limit: LIMITS[kind],
  }
}

/** Reading a room to its end in pages of the relay's size. */
async function catchingUp(server: PostgresServer): Promise<Measure> {
  const folder = makeDataFolder()
  const [file, database] = [createLibsqlLogStore(folder, systemRandom), await openDatabase(server)]
  for (const store of [file, database]) {
    await foundRoom(store)
    for (let i = 0; i < CAUGHT_UP; i += 1000) await store.commit(blobs(1000))
  }
  const read = async (store: LogStore) => {
    const begun = performance.now()
    let count = 0
    for (let after = 0, hasMore = true; hasMore; ) {
      const filter = { lane: 'any', channel: undefined } as const
      const page = await store.read({ room, after, filter, maxBytes: 524_288, maxBlobs: 1024 })
      count += page.blobs.length
      ;({ cursor: after, hasMore } = page)
    }
    if (count !== CAUGHT_UP) throw new Error(`${count} entries came`)
    return performance.now() - begun
  }
  const times: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] }
  await inTurns(
    ROUNDS,
    async () => void times.ours.push(await read(database)),
    async () => void times.peer.push(await read(file)),
  )
  await Promise.all([file.close(), database.close()])
  dropDataFolder(folder)
  return {
    name: 'catching up on 100,000 entries, from PostgreSQL beside from a file',
    unit: 'ms',
    pairs: times.ours.map((ours, i) => ({ ours, peer: times.peer[i] ?? Number.NaN })),
    target: 5,
    limit: 'bytes come from PostgreSQL as text: its driver reads nothing else',
  }
}

/** Letters of one person to somebody at the same node and somebody at another. */
async function acrossNodes(server: PostgresServer): Promise<readonly Measure[]> {
  const folder = makeDataFolder()
  const env = { DATABASE_URL: await server.createSchema() }
  const [here, there] = [await startServer('waxwing', folder, env), await startServer('waxwing', folder, env)]
  const writer = await enter('waxwing', here.url, 1)
  const readers = [await enter('waxwing', there.url, 1), await enter('waxwing', here.url, 1)]
  const delays: [number[], number[]] = [[], []]
  for (const update of await typedUpdates('waxwing', LETTERS, 1)) {
    const sentAt = performance.now()
    const [mark] = marksOf('waxwing', update)
    const arrived = readers.map(
      (reader, i) =>
        new Promise<void>((resolve) => {
          reader.onNews = (come) => {
            if (mark === undefined || !marksIn('waxwing', come).includes(mark)) return
            delays[i]?.push(performance.now() - sentAt)
            resolve()
          }
        }),
    )
    writer.send([update])
    await Promise.all(arrived)
  }
  for (const client of [writer, ...readers]) client.close()
  await Promise.all([here.stop(), there.stop()])
  dropDataFolder(folder)
  return [0.5, 0.99].map((part) => ({
    name: `an entry to somebody at another node, beside one at the same, p${part * 100}`,
    unit: 'ms',
    pairs: [{ ours: quantile(delays[0], part), peer: quantile(delays[1], part) }],
    target: 2,
    limit: 'a notification and a read',
  }))
}

export const relayStore: Workload = {
  name: 'store',
  title: 'what a relay keeps',
  peer: 'a plain file flushed as often; the same without other nodes',
  async run() {
    const server = await startPostgres()
    try {
      return [
        await appends(server, 'a file', 1),
        await appends(server, 'a file', GROUP),
        await appends(server, 'PostgreSQL', 1),
        await appends(server, 'PostgreSQL', GROUP),
        await catchingUp(server),
        ...(await acrossNodes(server)),
      ]
    } finally {
      await server.close()
    }
  },
}
