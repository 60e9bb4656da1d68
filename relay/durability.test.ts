import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { toHex } from '#lib/base/bytes'
import { blobHash } from '#lib/protocol/blob'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundle = join(tmpdir(), `relay-under-test-${process.pid}`)

interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly output: () => string
}

/** A relay in a process of its own, that ends with the test at the latest. */
async function startProcess(dataDir: string): Promise<Started> {
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'debug' }
  const child = spawn(process.execPath, [join(bundle, 'main.js')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stderr.on('data', (data) => {
    output += data
  })
  for await (const data of child.stdout) {
    output += data
    const url = output.match(/http:\/\/\S+\d/)?.[0]
    if (url !== undefined) return { child, url, output: () => output }
  }
  throw new Error(`The relay did not start: ${output}`)
}

async function stop({ child }: Started, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const exited = once(child, 'exit')
  child.kill(signal)
  return (await exited)[0]
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Hashes and places of everything in the room. */
async function readAll(url: string, seed: Uint8Array): Promise<Map<string, number>> {
  const owner = await enterOwnRoom(url, seed)
  const found = new Map<string, number>()
  owner.onFrame = (frame) => {
    if (frame.type !== 'blobs') return
    for (const { cursor, bytes } of frame.items) found.set(toHex(blobHash(bytes)), cursor)
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

describe('relay process', () => {
  beforeAll(() => {
    mkdirSync(bundle, { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(bundle, 'node_modules'), 'junction')
    execFileSync(process.execPath, [join(root, 'scripts/build-relay.mjs'), bundle])
    return () => rmSync(bundle, { recursive: true, force: true })
  })

  it('R4 has everything that it confirmed after being killed, again and again', async () => {
    const dataDir = makeFolder()
    const seed = freshSeed()
    const confirmed = new Map<string, number>()
    for (let round = 0; round < 4; round++) {
      const relay = await startProcess(dataDir)
      const owner = await enterOwnRoom(relay.url, seed)
      const before = confirmed.size
      let enough = () => {}
      const many = new Promise<void>((resolve) => {
        enough = resolve
      })
      owner.onFrame = (frame) => {
        if (frame.type !== 'stored') return
        for (const { hash, cursor } of frame.items) confirmed.set(toHex(hash), cursor)
        if (confirmed.size > before + 40) enough()
      }
      for (const bytes of await makeBlobs(400, round)) owner.send({ type: 'put', blobs: [bytes] })
      await many
      await stop(relay, 'SIGKILL')
    }
    const relay = await startProcess(dataDir)
    const kept = await readAll(relay.url, seed)
    const lost = [...confirmed].filter(([hash, cursor]) => kept.get(hash) !== cursor)
    expect(lost).toEqual([])
    expect(confirmed.size).toBeGreaterThan(160)
    const env = { ...process.env, DATA_DIR: dataDir }
    const check = spawnSync(process.execPath, [join(bundle, 'main.js'), 'check'], { env, encoding: 'utf8' })
    expect([check.status, check.stdout]).toEqual([0, expect.stringContaining(`1 rooms, ${kept.size} blobs`)])
  })

  it('R4 makes the tables of its file once where processes open it at the same time', async () => {
    const dataDir = makeFolder()
    const relays = await Promise.all(Array.from({ length: 3 }, () => startProcess(dataDir)))
    const seed = freshSeed()
    for (const { url } of relays) (await enterOwnRoom(url, seed)).close()
  })

  it('D10 names the wrong variable and the right form, and starts nothing', async () => {
    const env = { ...process.env, PORT: '0', DATA_DIR: makeFolder(), LIMIT_ROOM: '4 gigabytes' }
    const wrong = spawnSync(process.execPath, [join(bundle, 'main.js')], { env, encoding: 'utf8' })
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toBe('LIMIT_ROOM must be a size from 1MiB to 64TiB, written like 512KiB, 64MiB or 4GiB.\n')
  })

  it('R4 ends in good order on SIGTERM', async () => {
    const dataDir = makeFolder()
    const relay = await startProcess(dataDir)
    const owner = await enterOwnRoom(relay.url, freshSeed())
    expect(await stop(relay, 'SIGTERM')).toBe(0)
    expect(await owner.closed).toBe('stopping')
  })

  it('R4 writes no id, key, name or address into its log', async () => {
    const relay = await startProcess(makeFolder())
    const seed = freshSeed()
    const owner = await enterOwnRoom(relay.url, seed)
    const [blob] = await makeBlobs(1, 9)
    owner.send({ type: 'put', blobs: [blob ?? new Uint8Array()] })
    await owner.next('stored')
    owner.send({ type: 'put', blobs: [seed] })
    await owner.closed
    await stop(relay, 'SIGTERM')
    const log = relay.output().replace(/^Waxwing.*$/m, '')
    expect(log).toContain('malformed')
    expect(log).not.toMatch(/[0-9a-f]{16}|[\w+/-]{24,}|127\.0\.0\.1|::1|localhost/i)
  })

  it('R4 attack 56 stays the same process whatever it is sent, by every door', { timeout: 60_000 }, async () => {
    const relay = await startProcess(makeFolder())
    const address = new URL(relay.url)
    const random = createSeededRandom(56)
    const anything = () => random.bytes(1 + random.below(random.chance(0.1) ? 70_000 : 400))
    for (let round = 0; round < 60; round++) {
      const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/${random.pick(['sync', 'signal'])}`)
      socket.on('error', () => {})
      const ended = once(socket, 'close')
      socket.on('open', () => {
        socket.send(anything(), { binary: random.chance(0.7) })
        socket.send(
          random.pick(['{', '[]', 'null', '{"type":"publish","topic":{}}', '{"type":"subscribe","topics":7}']),
        )
        if (random.chance(0.3)) return socket.terminate()
        socket.close()
      })
      await ended
    }
    for (const request of [
      'GET / HTTP/9\r\n\r\n',
      'GET /%ff%00 HTTP/1.1\r\n\r\n',
      `GET /${'x'.repeat(40_000)}`,
      '\0\x16\x03\x01',
    ]) {
      const socket = connect(Number(address.port), address.hostname)
      socket.on('error', () => {})
      socket.end(request)
      socket.resume()
      await once(socket, 'close')
    }
    const owner = await enterOwnRoom(relay.url, freshSeed())
    owner.close()
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)
    expect(relay.child.exitCode).toBeNull()
    expect(relay.output()).not.toMatch(/uncaught|unhandled|TypeError|RangeError/i)
  })
})
