import { setTimeout as wait } from 'node:timers/promises'
import { writeLongDocument } from '#bench/long-document'
import { createNewsReader } from '#bench/news-reader'
import { type BenchClient, enter, longUpdates, marksOf, typedUpdates } from '#bench/relay-client'
import { dropDataFolder, isWanted, makeDataFolder, type ServerKind, startServer } from '#bench/relay-servers'
import { inTurns, type Measure, type Pair, quantile, type Workload } from '#bench/workload'

const CLIENTS = 50
const ROUNDS = 3
/** Each person's letters at a pace that all can follow: 250 updates a second in all, for four seconds. */
const PACED = 20
/** Letters before at that pace, after as many rushes as are measured: a server runs for months, and with less compiling was a quarter of it. */
const WARM = 20
const PACE_MS = 200
/** And then as many of each at once, four times, to see how fast they get through. */
const RUSHED = 40
const RUSHES = 4

interface Run {
  /** Microseconds of processor for an update of the paced part. */
  readonly pacedCpu: number
  /** Milliseconds until an update is there, at p99. */
  readonly p99: number
  /** Microseconds of processor for an update of the rushes. */
  readonly rushedCpu: number
  /** Microseconds for a delivery in the rushes. */
  readonly delivery: number
}

/** One run against one server. */
export async function crowd(kind: ServerKind): Promise<Run> {
  const folder = makeDataFolder()
  const server = await startServer(kind, folder)
  const author = await enter(kind, server.url, 1)
  for (const update of await longUpdates(kind, writeLongDocument())) author.send([update])
  await author.readAll()
  author.close()

  const clients: BenchClient[] = []
  const updates: (readonly Uint8Array[])[] = []
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(await enter(kind, server.url, 1))
    updates.push(await typedUpdates(kind, WARM + PACED + 2 * RUSHED * RUSHES, i))
  }
  const { sent, read } = createNewsReader(kind)
  const type = (i: number, letter: number) => {
    const update = updates[i]?.[letter] ?? new Uint8Array()
    for (const mark of marksOf(kind, update)) sent(mark, i)
    clients[i]?.send([update])
  }

  const toOthers = CLIENTS * (CLIENTS - 1)
  const delays: number[] = []
  /** Peers hand an update back to whoever sent it, too: that is no delivery. */
  const expectAll = (each: number, isTimed: boolean) => {
    let left = toOthers * each
    return new Promise<void>((resolve) => {
      for (const [i, client] of clients.entries()) {
        client.onNews = (message) => {
          const { letters, ofAuthor } = read(message)
          const now = performance.now()
          if (isTimed) for (const { author, sentAt } of letters) if (author !== i) delays.push(now - sentAt)
          left -= letters.length - (ofAuthor.get(i) ?? 0)
          if (left <= 0) resolve()
        }
      }
    })
  }
  const typeInTurns = async (from: number, until: number) => {
    for (let letter = from; letter < until; letter++) {
      for (let i = 0; i < CLIENTS; i++) {
        type(i, letter)
        if (i % 5 === 4) await wait(PACE_MS / (CLIENTS / 5))
      }
    }
  }
  const typePaced = async (from: number, count: number, isTimed: boolean) => {
    const all = expectAll(count, isTimed)
    await typeInTurns(from, from + count)
    await all
  }
  const typeAtOnce = async (from: number) => {
    const all = expectAll(RUSHED, false)
    for (let i = 0; i < CLIENTS; i++) for (let letter = from; letter < from + RUSHED; letter++) type(i, letter)
    await all
  }

  const rushOften = async (from: number) => {
    for (let rush = 0; rush < RUSHES; rush++) await typeAtOnce(from + rush * RUSHED)
  }

  const warm = RUSHED * RUSHES + WARM
  await rushOften(0)
  await typePaced(RUSHED * RUSHES, WARM, false)
  const begunPaced = server.cpuMs()
  await typePaced(warm, PACED, true)
  const pacedCpu = ((server.cpuMs() - begunPaced) * 1000) / (PACED * CLIENTS)

  const [begun, begunRushed] = [performance.now(), server.cpuMs()]
  await rushOften(warm + PACED)
  const delivery = ((performance.now() - begun) * 1000) / (toOthers * RUSHED * RUSHES)
  const rushedCpu = ((server.cpuMs() - begunRushed) * 1000) / (RUSHED * RUSHES * CLIENTS)

  for (const client of clients) client.close()
  await server.stop()
  dropDataFolder(folder)
  return { pacedCpu, p99: quantile(delays, 0.99), rushedCpu, delivery }
}

const LIMITS: Readonly<Record<keyof Run, string>> = {
  pacedCpu: 'a third is the file’s thread, a sixth writing to sockets, the rest many small parts',
  rushedCpu: 'naming, checking and keeping each entry by itself',
  delivery: 'the load itself runs on the same two cores',
  p99: 'an fsync for each group of updates, and 10 ms in which more are gathered',
}

type Targets = Readonly<Partial<Record<keyof Run, number>>>

const PEERS: readonly (readonly [ServerKind, Targets])[] = [
  ['hocuspocus', { pacedCpu: 0.125, rushedCpu: 0.125, delivery: 0.125, p99: 1 }],
  ['hocuspocus-3', { pacedCpu: 0.125, rushedCpu: 0.125, delivery: 0.125, p99: 1 }],
  ['y-websocket', { pacedCpu: 1, rushedCpu: 1, delivery: 1, p99: 1 }],
  ['bare', {}],
]

async function beside(peer: ServerKind, targets: Targets): Promise<readonly Measure[]> {
  const runs: Record<'ours' | 'peer', Run[]> = { ours: [], peer: [] }
  await inTurns(
    ROUNDS,
    async () => void runs.ours.push(await crowd('waxwing')),
    async () => void runs.peer.push(await crowd(peer)),
  )
  const measure = (part: keyof Run, name: string, unit: Measure['unit']): Measure => ({
    name: `${name}, beside ${peer}`,
    unit,
    pairs: runs.ours.map((ours, i): Pair => ({ ours: ours[part], peer: runs.peer[i]?.[part] ?? Number.NaN })),
    target: targets[part],
    limit: LIMITS[part],
  })
  return [
    measure('pacedCpu', 'processor time for an update to 50 clients at 250 a second', 'µs'),
    measure('rushedCpu', 'processor time for an update when 2,000 come at once', 'µs'),
    measure('delivery', 'time for a delivery when 2,000 updates come at once', 'µs'),
    measure('p99', 'update → other clients at 250 a second, p99', 'ms'),
  ]
}

export const crowdedRoom: Workload = {
  name: 'P8',
  title: 'a durable relay with 50 clients in one room',
  peer: '@hocuspocus/server, the y-websocket server and the least that a durable relay can do',
  run: async () => {
    const measures: Measure[] = []
    for (const [peer, targets] of PEERS.filter(([kind]) => isWanted(kind)))
      measures.push(...(await beside(peer, targets)))
    return measures
  },
}
