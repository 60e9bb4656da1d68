import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import Database from 'libsql'
import { beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { lockFolder } from '#relay/lock-folder'
import { killInTheMiddle } from '#relay/testing/kill-rounds'
import { makeBlobs } from '#relay/testing/make-blobs'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import { type BuiltRelay, buildRelayForTest, makeFolder } from '#relay/testing/relay-process'
import { openSocket } from '#relay/testing/start-relay'

let relays: BuiltRelay

const signalUrl = (url: string) => `${url.replace('http', 'ws')}/signal`

describe('relay process', () => {
  beforeAll(() => {
    relays = buildRelayForTest()
    return () => relays.remove()
  })

  it('R4 has everything that it confirmed after being killed, in order and once', async () => {
    const env = { DATA_DIR: makeFolder() }
    const { confirmed, kept } = await killInTheMiddle(relays, env, 2)
    expect(kept.map(({ cursor }) => cursor)).toEqual(kept.map((_, i) => i + 1))
    expect(new Set(kept.map(({ hash }) => hash)).size).toBe(kept.length)
    expect([...confirmed].filter(([hash, cursor]) => kept[cursor - 1]?.hash !== hash)).toEqual([])
    const { status, stdout } = relays.run(env, 'check')
    expect([status, stdout]).toEqual([0, expect.stringContaining(`1 rooms, ${kept.length} blobs`)])
  })

  it('R4 answers, introduces and serves files while a commit waits for the disk', async () => {
    const dataDir = makeFolder()
    const { url } = await relays.start({ DATA_DIR: dataDir })
    const owner = await enterOwnRoom(url, freshSeed())
    const [alice, bob] = [await openSocket(signalUrl(url)), await openSocket(signalUrl(url))]
    bob.send('{"type":"subscribe","topics":["room"]}')
    bob.send('{"type":"ping"}')
    await once(bob, 'message')
    const blobs = await makeBlobs(1, 3)

    const disk = new Database(join(dataDir, 'relay.db'))
    disk.exec('BEGIN IMMEDIATE')
    owner.send({ type: 'put', blobs })
    // The first may come before the commit begins.
    for (const nonce of [1, 2, 3]) {
      owner.send({ type: 'ping', nonce })
      await owner.next('pong')
    }
    alice.send('{"type":"publish","topic":"room","data":"hello"}')
    await once(bob, 'message')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    disk.exec('ROLLBACK')
    disk.close()
    expect((await owner.next('stored')).items).toHaveLength(1)
  })

  it('R4 gives its folder to one process at a time, and to the next as soon as that is dead', async () => {
    const env = { DATA_DIR: makeFolder() }
    const first = await relays.start(env)
    const { status, stdout, stderr } = relays.run(env)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^The relay cannot start: another relay works with the folder \S+\.\n$/)
    expect(relays.run(env, 'check').stdout).toContain('sound')
    await first.stop('SIGKILL')
    expect(await (await relays.start(env)).stop('SIGTERM')).toBe(0)
    await relays.start(env)
  })

  it('D10 says which folder it cannot write to', () => {
    const dataDir = makeFolder()
    mkdirSync(join(dataDir, 'relay.lock'))
    expect(() => lockFolder(dataDir)).toThrow(
      `it cannot open relay.lock in the folder ${dataDir}, which must belong to`,
    )
  })

  it('D10 names the wrong variable and the right form, and starts nothing', async () => {
    const wrong = relays.run({ DATA_DIR: makeFolder(), LIMIT_ROOM: '4 gigabytes' })
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toBe('LIMIT_ROOM must be a size from 1MiB to 64TiB, written like 512KiB, 64MiB or 4GiB.\n')
  })

  it('R4 ends in good order on SIGTERM', async () => {
    const dataDir = makeFolder()
    const relay = await relays.start({ DATA_DIR: dataDir })
    const owner = await enterOwnRoom(relay.url, freshSeed())
    expect(await relay.stop('SIGTERM')).toBe(0)
    expect(await owner.closed).toBe('stopping')
  })

  it('R4 writes no id, key, name or address into its log', async () => {
    const relay = await relays.start({ DATA_DIR: makeFolder() })
    const seed = freshSeed()
    const owner = await enterOwnRoom(relay.url, seed)
    const [blob] = await makeBlobs(1, 9)
    owner.send({ type: 'put', blobs: [blob ?? new Uint8Array()] })
    await owner.next('stored')
    owner.send({ type: 'put', blobs: [seed] })
    await owner.closed
    await relay.stop('SIGTERM')
    const log = relay.output().replace(/^Waxwing.*$/m, '')
    expect(log).toContain('malformed')
    expect(log).not.toMatch(/[0-9a-f]{16}|[\w+/-]{24,}|127\.0\.0\.1|::1|localhost/i)
  })

  it('R4 attack 56 stays the same process whatever it is sent, by every door', { timeout: 60_000 }, async () => {
    const relay = await relays.start({ DATA_DIR: makeFolder() })
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
