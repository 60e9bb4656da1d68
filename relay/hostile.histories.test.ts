import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { toHex } from '#lib/base/bytes'
import { blobHash } from '#lib/protocol/blob'
import { HELLO } from '#lib/protocol/frame-hello'
import { mailboxName, mailboxProof } from '#lib/protocol/relay-proof'
import { type RoadFrame, roadFrames } from '#lib/sync/relay-road'
import { mutate } from '#lib/testing/hostile-bytes'
import { sampleRelayFrames } from '#lib/testing/sample-relay-frames'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { defaultLimits } from '#relay/limits'
import type { HandLink } from '#relay/testing/hand-link'
import { makeBlobs } from '#relay/testing/make-blobs'
import { createRelayWorld, ORIGIN, openFrame, type RelayWorld } from '#relay/testing/relay-world'
import { openSocket, startRelay } from '#relay/testing/start-relay'

const FRAMES = process.env.DEEP ? 100_000 : 4000
const TEXTS = process.env.DEEP ? 100_000 : 4000
const AT_ONCE = 40

/** What a hostile visitor may send: anything, frames that are almost right, and right ones that are never asked for. */
function frameOf(random: SeededRandom, blobs: readonly Uint8Array[]): Uint8Array {
  const right = (): RoadFrame =>
    random.pick<() => RoadFrame>([
      () => random.pick(sampleRelayFrames),
      () => ({ type: 'put', blobs: [mutate(random.pick(blobs), random)] }),
      () => ({
        type: 'read',
        request: random.below(9),
        after: random.below(2 ** 31),
        filter: { lane: random.pick(['any', 'log', 'content', 'segment']), channel: undefined },
        without: [],
      }),
      () => ({ type: 'presence', sealed: random.bytes(random.below(3000)) }),
      () => ({ type: 'receipt', sealed: random.bytes(random.below(3000)) }),
      () => ({ type: 'listen-mailbox', name: random.bytes(32) }),
      () => ({ type: 'deposit', bytes: random.bytes(random.below(500)) }),
      () => HELLO,
    ])()
  const bytes = random.pick([...roadFrames(right(), random.below(4))])
  if (random.chance(0.2)) return random.bytes(1 + random.below(300))
  if (random.chance(0.2)) return Uint8Array.of(random.below(70), ...random.bytes(random.below(200)))
  return random.chance(0.5) ? mutate(bytes, random) : bytes
}

/** A stranger, somebody at the door, a member, or somebody at a mailbox. */
async function enterSomehow(world: RelayWorld, random: SeededRandom, mailbox: Awaited<ReturnType<RelayWorld['key']>>) {
  const way = random.below(4)
  if (way === 0) return world.inside(world.founder.relayKey)
  const link = world.hand()
  await world.clock.advance(60)
  const nonce = link.of('challenge')[0]?.nonce ?? new Uint8Array(32)
  if (way < 3) link.send(HELLO)
  if (way === 1) link.send(await openFrame(await world.key(), world.room, nonce))
  if (way === 2) {
    const signature = await mailbox.sign(mailboxProof(ORIGIN, nonce, mailboxName(mailbox.publicKey)))
    link.send({ type: 'enter-mailbox', origin: ORIGIN, publicKey: mailbox.publicKey, signature })
  }
  await world.clock.advance(60)
  return link
}

const PONG = '{"type":"pong"}'

/** Resolves when the relay has handled all that came before, and what it sent before has come. */
function answered(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const listen = (data: { toString(): string }) => {
      if (data.toString() !== PONG) return
      socket.off('message', listen)
      resolve()
    }
    socket.on('message', listen)
    socket.send('{"type":"ping"}')
  })
}

describe('hostile visitors', () => {
  it('attack 56 others get everything once and in order while anything is sent to the relay', {
    timeout: 900_000,
  }, async () => {
    const world = await createRelayWorld(56)
    const random = createSeededRandom(56)
    const mailbox = await world.key()
    const [writer, reader] = [await world.inside(world.founder.relayKey), await world.inside(world.founder.relayKey)]
    writer.send({
      type: 'open-mailbox',
      publicKey: mailbox.publicKey,
      expiresAt: 2_000_000_000,
      card: new Uint8Array(),
    })
    reader.send({ type: 'subscribe' })
    await world.clock.advance(100)
    const words = await makeBlobs(FRAMES / AT_ONCE, 9)
    const material = await makeBlobs(20, 10)
    const open: HandLink[] = []
    for (const word of words) {
      const mallory = await enterSomehow(world, random, mailbox)
      open.push(mallory)
      for (let i = 0; i < AT_ONCE; i++) mallory.sendBytes(frameOf(random, material))
      writer.send({ type: 'put', blobs: [word] })
      reader.send({ type: 'ping', nonce: 1 })
      await world.clock.advance(100)
      if (open.length > 8) open.shift()?.link.close('gone')
    }
    await world.clock.advance(1000)
    const wanted = words.map((word) => toHex(blobHash(word)))
    const among = (hashes: readonly string[]) => hashes.filter((hash) => wanted.includes(hash))
    const pushed = reader.of('blobs').flatMap(({ items }) => items)
    expect(among(pushed.map(({ bytes }) => toHex(blobHash(bytes))))).toEqual(wanted)
    expect(among(writer.of('stored').flatMap(({ items }) => items.map(({ hash }) => toHex(hash))))).toEqual(wanted)
    expect([writer.closed, reader.closed]).toEqual([undefined, undefined])
    expect(world.logged.filter((line) => line.includes('could not be handled'))).toEqual([])
  })

  it('attack 56 others are answered while any text is sent to signaling', { timeout: 900_000 }, async () => {
    const random = createSeededRandom(57)
    const messages = { burst: 1e9, perSecond: 1e9 }
    const limits = {
      ...defaultLimits,
      address: { ...defaultLimits.address, connections: messages },
      signaling: { ...defaultLimits.signaling, messages },
    }
    const relay = await startRelay({ limits })
    const samples = [
      '{"type":"subscribe","topics":["a","b"]}',
      '{"type":"unsubscribe","topics":["a"]}',
      '{"type":"publish","topic":"a","data":{"type":"announce","from":"x"}}',
      '{"type":"publish","topic":"a","data":"AAAA"}',
      '{"type":"ping"}',
      `{"type":"publish","topic":"a","data":${'['.repeat(3000)}${']'.repeat(3000)}}`,
      '{"__proto__":{"type":"ping"},"type":"constructor","topics":{"length":9}}',
    ]
    const text = () => Buffer.from(mutate(Buffer.from(random.pick(samples)), random)).toString('utf8')
    const witness = await openSocket(relay.socketUrl('/signal'))
    witness.send('{"type":"subscribe","topics":["mine"]}')
    for (let sent = 0; sent < TEXTS; sent += AT_ONCE) {
      const mallory = await openSocket(relay.socketUrl('/signal'))
      for (let i = 0; i < AT_ONCE; i++) mallory.send(random.chance(0.7) ? text() : random.pick(samples))
      await answered(witness)
      if (random.chance(0.5)) mallory.terminate()
      else mallory.close()
    }
  })

  it('R6 keeps ten thousand subscriptions, and hands each what is its own', async () => {
    const relay = await startRelay()
    const sockets = await Promise.all(Array.from({ length: 160 }, () => openSocket(relay.socketUrl('/signal'))))
    const received = sockets.map(() => 0)
    for (const [i, socket] of sockets.entries()) {
      socket.on('message', (data) => {
        if (data.toString() !== PONG) received[i] = (received[i] ?? 0) + 1
      })
      const topics = Array.from({ length: 64 }, (_, k) => `${i}/${k}`)
      socket.send(JSON.stringify({ type: 'subscribe', topics }))
      await answered(socket)
    }
    const sender = await openSocket(relay.socketUrl('/signal'))
    for (const i of sockets.keys()) sender.send(JSON.stringify({ type: 'publish', topic: `${i}/63`, data: { to: i } }))
    await answered(sender)
    for (const socket of sockets) await answered(socket)
    expect(new Set(received)).toEqual(new Set([1]))
  })
})
