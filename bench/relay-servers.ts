import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A relay or a peer of it, in a process of its own. */
export interface BenchServer {
  readonly url: string
  /** Milliseconds of processor time that it has taken so far. */
  cpuMs(): number
  /** Bytes of memory that are its own now. */
  memory(): number
  stop(): Promise<void>
}

/** `hocuspocus-3` is 3.4.4, before it joined the updates of a turn; `bare` the least that a durable relay can do. */
export type ServerKind = 'waxwing' | 'hocuspocus' | 'hocuspocus-3' | 'y-websocket' | 'bare'

/** Whether a workload is to be measured beside it: beside all, or those that BENCH_PEERS names. */
export const isWanted = (peer: ServerKind): boolean =>
  process.env.BENCH_PEERS === undefined || process.env.BENCH_PEERS.split(',').includes(peer)

/** What Node runs: ours as `npm start` does. */
const COMMANDS: Readonly<Record<ServerKind, readonly string[]>> = {
  waxwing: ['--max-semi-space-size=1', 'dist/relay/main.js'],
  hocuspocus: ['bench/servers/hocuspocus.mjs'],
  'hocuspocus-3': ['bench/servers/hocuspocus.mjs'],
  'y-websocket': ['bench/servers/y-websocket.mjs'],
  bare: ['bench/servers/bare.mjs'],
}
/** Of Linux, for /proc. */
const TICK_MS = 10
/** The bench is one address with more sockets and bytes than a visitor has. */
const OPEN_HANDED = {
  LIMIT_ADDRESS_SOCKETS: '4096',
  LIMIT_ADDRESS_CONNECTIONS: '4096+1000/s',
  LIMIT_ADDRESS_ROOMS: '4096+1000/s',
  LIMIT_BYTES: '1GiB+256MiB/s',
}

const NAMES: Partial<Record<ServerKind, Readonly<Record<string, string>>>> = {
  'hocuspocus-3': { HOCUSPOCUS: 'hocuspocus-3' },
}

async function ready(child: ChildProcess): Promise<string> {
  let said = ''
  for await (const data of child.stdout ?? []) {
    said += data
    const url = said.match(/http:\/\/\S+\d/)?.[0]
    if (url !== undefined) return url
  }
  throw new Error(`The server did not start: ${said}`)
}

export const makeDataFolder = (): string => mkdtempSync(join(tmpdir(), 'waxwing-bench-'))
export const dropDataFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Starts one that keeps what it keeps in `folder`, or in the database that `env` names. */
export async function startServer(
  kind: ServerKind,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const child = spawn(process.execPath, COMMANDS[kind], {
    env: { ...process.env, ...OPEN_HANDED, ...NAMES[kind], PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await ready(child)
  child.stdout?.resume()
  return {
    url,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS
    },
    memory: () => Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)?.[1]) * 1024,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
