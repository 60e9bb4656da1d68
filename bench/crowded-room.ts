import { setTimeout as wait } from 'node:timers/promises'
import { type BenchClient, enter, marksOf, typedUpdates } from '#bench/relay-client'
import { dropDataFolder, makeDataFolder, type ServerKind, startServer } from '#bench/relay-servers'
import { inTurns, type Measure, type Pair, quantile, type Workload } from '#bench/workload'

const CLIENTS = 50
const ROUNDS = 3
/** Each person's letters at a pace that all can follow: 250 updates a second in all, for four seconds. */
const PACED = 20
/** Letters before, with which processes warm up: with fewer, compiling was a quarter of what was measured. */
const WARM = 60
const PACE_MS = 200
/** And then as many at once, to see how fast they get through. */
const RUSHED = 40

interface Run {
  /** Microseconds of processor for an update of the paced part. */
  readonly cpu: number
  /** Milliseconds until an update is there, at p99. */
  readonly p99: number
  /** Microseconds for a delivery in the rush. */
  readonly delivery: number
}

async function run(kind: ServerKind): Promise<Run> {
  const folder = makeDataFolder()
  const server = await startServer(kind, folder)
  const clients: BenchClient[] = []
  const updates: (readonly Uint8Array[])[] = []
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(await enter(kind, server.url, 1))
    updates.push(await typedUpdates(kind, WARM + PACED + RUSHED, i))
  }
  const own = clients.map((_, i) => new Set((updates[i] ?? []).flatMap((update) => marksOf(kind, update))))

  const sentAt = new Map<string, number>()
  const delays: number[] = []
  const toOthers = CLIENTS * (CLIENTS - 1)
  /** Peers hand an update back to whoever sent it, too: that is no delivery. */
  const expectAll = (each: number, onEach: (mark: string) => void) => {
    let left = toOthers * each
    return new Promise<void>((resolve) => {
      for (const [i, client] of clients.entries()) {
        client.onUpdate = (update) => {
          for (const mark of marksOf(kind, update)) {
            if (own[i]?.has(mark)) continue
            onEach(mark)
            if (--left === 0) resolve()
          }
        }
      }
    })
  }

  const typeAll = async (from: number, until: number) => {
    for (let letter = from; letter < until; letter++) {
      for (const [i, client] of clients.entries()) {
        const update = updates[i]?.[letter] ?? new Uint8Array()
        for (const mark of marksOf(kind, update)) sentAt.set(mark, performance.now())
        client.send([update])
        if (i % 5 === 4) await wait(PACE_MS / (CLIENTS / 5))
      }
    }
  }
  const warm = expectAll(WARM, () => {})
  await typeAll(0, WARM)
  await warm
  const paced = expectAll(PACED, (mark) => delays.push(performance.now() - (sentAt.get(mark) ?? 0)))
  const cpuBefore = server.cpuMs()
  await typeAll(WARM, WARM + PACED)
  await paced
  const cpu = ((server.cpuMs() - cpuBefore) * 1000) / (PACED * CLIENTS)

  const rushed = expectAll(RUSHED, () => {})
  const begun = performance.now()
  for (const [i, client] of clients.entries()) {
    for (const update of (updates[i] ?? []).slice(WARM + PACED)) client.send([update])
  }
  await rushed
  const delivery = ((performance.now() - begun) * 1000) / (toOthers * RUSHED)
  for (const client of clients) client.close()
  await server.stop()
  dropDataFolder(folder)
  return { cpu, p99: quantile(delays, 0.99), delivery }
}

const LIMITS = {
  cpu: 'a quarter is the file’s thread, a fifth writing to sockets, the rest many small parts',
  delivery: 'the load itself runs on the same two cores',
  p99: 'an fsync for each group of updates, and 10 ms in which more are gathered',
}

async function beside(peer: ServerKind, targets: Readonly<Record<keyof Run, number>>): Promise<readonly Measure[]> {
  const runs: Record<'ours' | 'peer', Run[]> = { ours: [], peer: [] }
  await inTurns(
    ROUNDS,
    async () => void runs.ours.push(await run('waxwing')),
    async () => void runs.peer.push(await run(peer)),
  )
  const measure = (part: keyof Run, name: string, unit: Measure['unit']): Measure => ({
    name: `${name}, beside ${peer}`,
    unit,
    pairs: runs.ours.map((ours, i): Pair => ({ ours: ours[part], peer: runs.peer[i]?.[part] ?? Number.NaN })),
    target: targets[part],
    limit: LIMITS[part],
  })
  return [
    measure('cpu', 'processor time for an update to 50 clients', 'µs'),
    measure('delivery', 'time for a delivery when 2,000 updates come at once', 'µs'),
    measure('p99', 'update → other clients at 250 a second, p99', 'ms'),
  ]
}

export const crowdedRoom: Workload = {
  name: 'P8',
  title: 'a durable relay with 50 clients in one room',
  peer: '@hocuspocus/server and the y-websocket server',
  run: async () => [
    ...(await beside('hocuspocus', { cpu: 0.125, delivery: 0.125, p99: 1 })),
    ...(await beside('y-websocket', { cpu: 1, delivery: 1, p99: 1 })),
  ],
}
