import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { type BuiltRelay, buildRelayForTest, makeFolder, type RelayProcess } from '#relay/testing/relay-process'

const WORDS = process.env.DEEP ? 600 : 20
/** What somebody who writes waits at most while the crowd takes both processors. */
const PATIENCE_MS = 10_000
const MEGABYTE = 2 ** 20
/** Far below what the crowd sends, and what those who do not read are owed. */
const MEMORY_BYTES = 250 * MEGABYTE
const TOKEN = 'whoever-shows-this-may-read-figures'

/** Milliseconds from the writer's PUT until both the writer heard that it is stored and the reader has it, each. */
async function takeTimes(url: string, seed: Uint8Array, words: readonly Uint8Array[]): Promise<readonly number[]> {
  const [writer, reader] = [await enterOwnRoom(url, seed), await enterOwnRoom(url, seed)]
  reader.send({ type: 'subscribe' })
  await reader.next('subscribed')
  const times: number[] = []
  for (const word of words) {
    const startedAt = performance.now()
    writer.send({ type: 'put', blobs: [word] })
    await Promise.all([writer.next('stored'), reader.next('blobs')])
    times.push(performance.now() - startedAt)
  }
  writer.close()
  reader.close()
  return times
}

/** Memory of the process in bytes. */
async function memoryOf({ url }: RelayProcess): Promise<number> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const figures = await (await fetch(`${url}/metrics`, { headers })).text()
  return Number(/^process_resident_memory_bytes (\d+)$/m.exec(figures)?.[1])
}

/** Somebody in a room of their own who reads nothing while another writes: what is owed must not pile up. */
async function oweMuch(url: string, blobs: readonly Uint8Array[]): Promise<void> {
  const seed = freshSeed()
  const sockets: WebSocket[] = []
  class KeptSocket extends WebSocket {
    constructor(address: string) {
      super(address)
      sockets.push(this)
    }
  }
  const [writer, sleeper] = [await enterOwnRoom(url, seed), await enterOwnRoom(url, seed, KeptSocket as never)]
  sleeper.send({ type: 'subscribe' })
  await sleeper.next('subscribed')
  for (const socket of sockets) socket.pause()
  for (const blob of blobs) {
    writer.send({ type: 'put', blobs: [blob] })
    await writer.next('stored')
  }
}

describe('a crowd of hostile visitors', () => {
  let built: BuiltRelay
  beforeAll(() => {
    built = buildRelayForTest()
  })
  afterAll(() => built.remove())

  it('attack 56 leaves the process, its memory and the others as they were', { timeout: 300_000 }, async () => {
    const relay = await built.start({
      DATA_DIR: makeFolder(),
      LOG_LEVEL: 'info',
      // As behind a proxy: the crowd is not counted with the others.
      TRUST_PROXY: '1',
      METRICS_TOKEN: TOKEN,
    })
    const seed = freshSeed()
    const words = await makeBlobs(WORDS, 1)
    const before = await memoryOf(relay)

    const script = fileURLToPath(new URL('testing/attackers.mjs', import.meta.url))
    const crowd = fork(script, [relay.url], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    onTestFinished(() => void crowd.kill('SIGKILL'))
    await once(crowd, 'message')
    const large = await makeBlobs(process.env.DEEP ? 800 : 40, 2, 60_000)
    const [times] = await Promise.all([takeTimes(relay.url, seed, words), oweMuch(relay.url, large)])
    const after = await memoryOf(relay)

    expect(relay.child.exitCode).toBeNull()
    expect((await fetch(`${relay.url}/readyz`)).status).toBe(200)
    expect(Math.max(...times)).toBeLessThan(PATIENCE_MS)
    expect(after - before).toBeLessThan(MEMORY_BYTES)
    expect(relay.output()).not.toMatch(/uncaught|unhandled|TypeError|RangeError|could not be handled/i)
    crowd.kill('SIGKILL')
    expect(await relay.stop('SIGTERM')).toBe(0)
  })
})
