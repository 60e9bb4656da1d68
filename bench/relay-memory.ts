import { setTimeout as wait } from 'node:timers/promises'
import { LONG_DOCUMENT_BYTES, writeLongDocument } from '#bench/long-document'
import { type BenchClient, enter, longUpdates } from '#bench/relay-client'
import { dropDataFolder, isWanted, makeDataFolder, type ServerKind, startServer } from '#bench/relay-servers'
import { inTurns, type Measure, type Workload } from '#bench/workload'

const DOCUMENTS = 500
const IDLE_SOCKETS = 1000
const SOCKETS_A_ROOM = 10
const AT_ONCE = 25
const ROUNDS = 3
/** Garbage is collected, and peers write down what came, before anything is read off. */
const SETTLE_MS = 3000

async function enterAll(kind: ServerKind, url: string, count: number, roomOf: (i: number) => number) {
  const clients: BenchClient[] = []
  for (let i = 0; i < count; i += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, k) => enter(kind, url, roomOf(i + k)))
    clients.push(...(await Promise.all(some)))
  }
  return clients
}

/** Bytes by which a server grows when each of the documents is open at somebody who has read it. */
async function withDocuments(kind: ServerKind): Promise<number> {
  const folder = makeDataFolder()
  const updates = await longUpdates(kind, writeLongDocument())
  const filled = await startServer(kind, folder)
  const writers = await enterAll(kind, filled.url, DOCUMENTS, (i) => i)
  for (const writer of writers) for (const update of updates) writer.send([update])
  for (const writer of writers) await writer.readAll()
  await wait(2 * SETTLE_MS)
  for (const writer of writers) writer.close()
  await filled.stop()

  const server = await startServer(kind, folder)
  const before = server.memory()
  const readers = await enterAll(kind, server.url, DOCUMENTS, (i) => i)
  let read = 0
  for (const reader of readers) read += await reader.readAll()
  if (read < DOCUMENTS * LONG_DOCUMENT_BYTES) throw new Error(`${kind} brought ${read} bytes only`)
  await wait(SETTLE_MS)
  const grown = server.memory() - before
  for (const reader of readers) reader.close()
  await server.stop()
  dropDataFolder(folder)
  return grown
}

async function ofIdleSockets(kind: ServerKind): Promise<number> {
  const folder = makeDataFolder()
  const server = await startServer(kind, folder)
  const before = server.memory()
  const clients = await enterAll(kind, server.url, IDLE_SOCKETS, (i) => Math.floor(i / SOCKETS_A_ROOM))
  await wait(SETTLE_MS)
  const grown = (server.memory() - before) / IDLE_SOCKETS
  for (const client of clients) client.close()
  await server.stop()
  dropDataFolder(folder)
  return grown
}

async function beside(
  peer: ServerKind,
  run: (kind: ServerKind) => Promise<number>,
  rest: Pick<Measure, 'name' | 'target' | 'limit'>,
): Promise<Measure> {
  const bytes: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] }
  await inTurns(
    ROUNDS,
    async () => void bytes.ours.push(await run('waxwing')),
    async () => void bytes.peer.push(await run(peer)),
  )
  const pairs = bytes.ours.map((ours, i) => ({ ours, peer: bytes.peer[i] ?? Number.NaN }))
  return { ...rest, name: `${rest.name}, beside ${peer}`, unit: 'bytes', pairs }
}

const documents = {
  name: '500 documents of 100 KB, each open at somebody',
  target: 0.05,
  limit: 'a socket, a room and its door each; what the allocator keeps after reading',
}
const sockets = {
  name: 'an idle socket of 1,000, ten in a room',
  target: 1,
  limit: 'a session of some two hundred small objects',
}

const LINES = [
  ['hocuspocus', withDocuments, documents],
  ['hocuspocus', ofIdleSockets, sockets],
  ['y-websocket', ofIdleSockets, sockets],
] as const

export const relayMemory: Workload = {
  name: 'P9',
  title: 'memory of a relay',
  peer: '@hocuspocus/server and the y-websocket server',
  run: async () => {
    const measures: Measure[] = []
    for (const [peer, run, rest] of LINES.filter(([kind]) => isWanted(kind)))
      measures.push(await beside(peer, run, rest))
    return measures
  },
}
