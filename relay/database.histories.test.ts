/** The built relay on a real PostgreSQL server: killed, cut off from it, and as several nodes. `DEEP` makes it long. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobHash, blobOf } from '#lib/protocol/blob'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { killInTheMiddle } from '#relay/testing/kill-rounds'
import { makeBlobs } from '#relay/testing/make-blobs'
import { followThroughNodes, writeThroughNodes } from '#relay/testing/node-clients'
import { enterOwnRoom, freshSeed } from '#relay/testing/owner'
import {
  type BuiltRelay,
  buildRelayForTest,
  makeFolder,
  type RelayProcess,
  readWholeRoom,
} from '#relay/testing/relay-process'
import { type PostgresServer, startPostgres } from '#relay/testing/start-postgres'
import { openSocket } from '#relay/testing/start-relay'

const isDeep = Boolean(process.env.DEEP)
const KILLS = isDeep ? 50 : 2
const RESTARTS = isDeep ? 24 : 3

let relays: BuiltRelay
let server: PostgresServer
beforeAll(async () => {
  relays = buildRelayForTest()
  server = await startPostgres()
})
afterAll(async () => {
  relays.remove()
  await server.close()
})

/** Fresh blobs until told to stop. */
async function* blobsUntil(isOver: () => boolean, seed: number): AsyncGenerator<Uint8Array> {
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const key = await createNodeCrypto().signingKey()
  const writer = createChainWriter(key, createSeededRandom(seed), { lane: 'content', channel })
  while (!isOver()) yield blobOf([await writer.write()]).bytes
}

const signalUrl = ({ url }: RelayProcess) => `${url.replace('http', 'ws')}/signal`

/** Ends the connections on which nodes hear of each other. */
async function endListening(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
  await client.end()
}

const inOrder = (kept: readonly { readonly cursor: number }[]) => kept.every(({ cursor }, i) => cursor === i + 1)

describe.each([
  ['a file', async () => ({ DATA_DIR: makeFolder() })],
  ['PostgreSQL', async () => ({ DATABASE_URL: await server.createSchema() })],
])('relay on %s', (_, makePlace) => {
  it(`R4 has everything that it confirmed after ${KILLS} kills, in order and once`, { timeout: 600_000 }, async () => {
    const { confirmed, kept } = await killInTheMiddle(relays, await makePlace(), KILLS)
    expect(inOrder(kept)).toBe(true)
    expect(new Set(kept.map(({ hash }) => hash)).size).toBe(kept.length)
    expect([...confirmed].filter(([hash, cursor]) => kept[cursor - 1]?.hash !== hash)).toEqual([])
    expect(confirmed.size).toBeGreaterThanOrEqual(KILLS * 40)
  })
})

describe('relay that loses its database', () => {
  it('R4 says so, stays, and has what it confirmed when the database is back', { timeout: 60_000 }, async ({
    skip,
  }) => {
    skip(server.crash === undefined, 'TEST_DATABASE_URL names a server that is not ours to stop')
    const relay = await relays.start({ DATABASE_URL: await server.createSchema() })
    const seed = freshSeed()
    const owner = await enterOwnRoom(relay.url, seed)
    const confirmed = new Set<string>()
    owner.onFrame = (frame) => {
      if (frame.type === 'stored') for (const { hash } of frame.items) confirmed.add(toHex(hash))
    }
    const blobs = await makeBlobs(200, 7)
    for (const bytes of blobs) owner.send({ type: 'put', blobs: [bytes] })
    await owner.next('stored')
    await server.crash?.()
    owner.send({ type: 'put', blobs: await makeBlobs(1, 8) })
    expect(await owner.closed, relay.output()).toBe('store-failed')
    expect((await fetch(`${relay.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200)

    await server.restart?.()
    const again = writeThroughNodes(
      () => relay.url,
      seed,
      (async function* () {
        yield* blobs
      })(),
    )
    await again.finish()
    const kept = await readWholeRoom(relay.url, seed)
    expect(inOrder(kept)).toBe(true)
    expect(kept.map(({ hash }) => hash).toSorted()).toEqual(blobs.map((bytes) => toHex(blobHash(bytes))).toSorted())
    expect([...confirmed].every((hash) => again.confirmed.has(hash))).toBe(true)
    expect(relay.child.exitCode).toBeNull()
  })
})

describe('nodes on one database', () => {
  it('R4 bring everything to everybody once while they are killed in turn', { timeout: 300_000 }, async () => {
    const env = { DATABASE_URL: await server.createSchema() }
    const nodes: RelayProcess[] = [await relays.start(env), await relays.start(env)]
    const seed = freshSeed()
    let turn = 0
    /** Everybody has a favourite, and goes to the other one when it does not answer. */
    const finder = (favourite: number) => () => nodes[(favourite + turn++) % 2]?.url ?? ''
    let isOver = false
    const writers = [0, 1].map((i) =>
      writeThroughNodes(
        finder(i),
        seed,
        blobsUntil(() => isOver, i),
      ),
    )
    const followers = [0, 1].map((i) => followThroughNodes(finder(i), seed))
    for (let i = 0; i < RESTARTS; i++) {
      const reached = Math.max(...followers.map(({ taken }) => taken.length)) + 60
      await Promise.all(followers.map((follower) => follower.reach(reached)))
      await nodes[i % 2]?.stop(i % 3 === 0 ? 'SIGTERM' : 'SIGKILL')
      nodes[i % 2] = await relays.start(env)
    }
    isOver = true
    await Promise.all(writers.map((writer) => writer.finish()))
    const kept = await readWholeRoom(nodes[0]?.url ?? '', seed)
    await Promise.all(followers.map((follower) => follower.reach(kept.length)))
    for (const follower of followers) follower.stop()
    expect(inOrder(kept)).toBe(true)
    expect(new Set(kept.map(({ hash }) => hash)).size).toBe(kept.length)
    for (const { taken, faults } of followers) {
      expect(faults).toEqual([])
      expect(taken).toEqual(kept.map(({ hash }) => hash))
    }
    for (const { confirmed } of writers) {
      expect([...confirmed].filter(([hash, cursor]) => kept[cursor - 1]?.hash !== hash)).toEqual([])
    }
  })

  it('R6 introduce people who are at different ones', { timeout: 60_000 }, async () => {
    const env = { DATABASE_URL: await server.createSchema() }
    const [first, second] = [await relays.start(env), await relays.start(env)]
    const [alice, bob] = [await openSocket(signalUrl(first)), await openSocket(signalUrl(second))]
    bob.send('{"type":"subscribe","topics":["room"]}')
    const heard = new Promise<string>((resolve) => {
      bob.on('message', (data) => {
        const text = data.toString()
        if (text.includes('publish')) resolve(text)
        else bob.send('{"type":"ping"}')
      })
    })
    bob.send('{"type":"ping"}')
    // As announces do, until the nodes know of each other.
    alice.on('message', () => say())
    const say = () => {
      alice.send('{"type":"publish","topic":"room","data":"hello"}')
      alice.send('{"type":"ping"}')
    }
    say()
    expect(JSON.parse(await heard)).toEqual({ type: 'publish', topic: 'room', data: 'hello', clients: 1 })
  })

  it('R4 catch up with what came while the connection for news was lost', { timeout: 60_000 }, async () => {
    const env = { DATABASE_URL: await server.createSchema() }
    const [first, second] = [await relays.start(env), await relays.start(env)]
    const seed = freshSeed()
    const blobs = await makeBlobs(60, 11)
    const write = (some: readonly Uint8Array[]) =>
      writeThroughNodes(
        () => first.url,
        seed,
        (async function* () {
          yield* some
        })(),
      ).finish()
    await write(blobs.slice(0, 20))
    const follower = followThroughNodes(() => second.url, seed)
    await follower.reach(20)
    for (const from of [20, 40]) {
      await endListening(env.DATABASE_URL)
      await write(blobs.slice(from, from + 20))
      await follower.reach(from + 20)
    }
    follower.stop()
    expect(follower.faults).toEqual([])
    expect(follower.taken).toEqual(blobs.map((bytes) => toHex(blobHash(bytes))))
    expect(second.output()).toContain('the connection that brings news of other nodes is lost')
  })
})
