import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The product's one server process, as `npm start` runs it, on a port and a data folder of its own. */
export interface RelayProcess {
  /** `http://localhost:…`: a secure context, so that browsers allow cryptography. */
  readonly url: string
  readonly dataDir: string
  /** Everything it printed. */
  output(): string
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  /** Whether it was ever ended, by `kill` or by itself. */
  wasEnded(): boolean
  /** Starts it again on the same port and data. */
  start(): Promise<void>
  /** Ends it and forgets its data. */
  close(): Promise<void>
}

const READY = /ready: http/

export async function startRelayProcess(environment: Record<string, string> = {}): Promise<RelayProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'waxwing-e2e-'))
  const port = await freePort()
  let printed = ''
  let child: ChildProcess | undefined
  let wasEnded = false

  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const started = spawn(process.execPath, ['dist/relay/main.js'], {
        env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dataDir, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      let since = ''
      const read = (chunk: Buffer) => {
        printed += chunk
        since += chunk
        if (READY.test(since)) resolve()
      }
      started.stdout.on('data', read)
      started.stderr.on('data', read)
      started.once('exit', (code) => {
        wasEnded = true
        reject(new Error(`The relay ended with ${code}: ${since}`))
      })
    })

  async function kill(): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    url: `http://localhost:${port}`,
    dataDir,
    output: () => printed,
    kill,
    wasEnded: () => wasEnded,
    start,
    async close() {
      await kill()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Below those that systems give to connections: nobody takes such a port by chance, also while its relay is down. */
const PORTS = { first: 20_000, count: 12_000 }

async function freePort(): Promise<number> {
  const port = PORTS.first + Math.floor(Math.random() * PORTS.count)
  return (await isFree(port)) ? port : freePort()
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
