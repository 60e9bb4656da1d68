/** The built relay in processes of its own, to be killed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { blobHash } from '#lib/protocol/blob'
import { enterOwnRoom } from '#relay/testing/owner'

type Environment = Readonly<Record<string, string>>

export interface RelayProcess {
  readonly child: ChildProcess
  readonly url: string
  /** All that it printed. */
  readonly output: () => string
  /** Resolves to its exit code, null where a signal ended it. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

export interface BuiltRelay {
  /** What a store's thread runs. */
  readonly storeThread: URL
  /** Ends with the test at the latest. */
  start(env: Environment): Promise<RelayProcess>
  /** Runs one command to its end. */
  run(env: Environment, ...command: readonly string[]): { status: number | null; stdout: string; stderr: string }
  remove(): void
}

/** Builds the relay for the tests of one file. */
export function buildRelayForTest(): BuiltRelay {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const bundle = mkdtempSync(join(tmpdir(), 'relay-under-test-'))
  symlinkSync(join(root, 'node_modules'), join(bundle, 'node_modules'), 'junction')
  execFileSync(process.execPath, [join(root, 'scripts/build-relay.mjs'), bundle])
  const main = join(bundle, 'main.js')

  return {
    storeThread: pathToFileURL(join(bundle, 'store-thread.js')),
    async start(env) {
      const child = spawn(process.execPath, [main], {
        env: { ...process.env, PORT: '0', LOG_LEVEL: 'debug', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      let output = ''
      child.stderr.on('data', (data) => {
        output += data
      })
      const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
        const exited = once(child, 'exit')
        child.kill(signal)
        return (await exited)[0] as number | null
      }
      for await (const data of child.stdout) {
        output += data
        const url = output.match(/http:\/\/\S+\d/)?.[0]
        if (url !== undefined) return { child, url, output: () => output, stop }
      }
      throw new Error(`The relay did not start: ${output}`)
    },
    run: (env, ...command) =>
      spawnSync(process.execPath, [main, ...command], { env: { ...process.env, PORT: '0', ...env }, encoding: 'utf8' }),
    remove: () => rmSync(bundle, { recursive: true, force: true }),
  }
}

/** A folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  mkdirSync(folder, { recursive: true })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Every cursor of the room with the hash of what lies there, in the order in which the relay tells them. */
export async function readWholeRoom(
  url: string,
  seed: Uint8Array,
): Promise<readonly { cursor: number; hash: string }[]> {
  const owner = await enterOwnRoom(url, seed)
  const found: { cursor: number; hash: string }[] = []
  owner.onFrame = (frame) => {
    if (frame.type !== 'blobs') return
    for (const { cursor, bytes } of frame.items) found.push({ cursor, hash: toHex(blobHash(bytes)) })
  }
  for (let after = 0, hasMore = true, request = 1; hasMore; request++) {
    owner.send({ type: 'read', request, after, filter: { lane: 'any', channel: undefined }, without: [] })
    const page = await owner.next('page')
    after = page.cursor
    hasMore = page.hasMore
  }
  owner.close()
  return found
}
