import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type WebSocket from 'ws'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { defaultLimits } from '#relay/limits'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createMeter } from '#relay/meter'
import { noOtherNodes } from '#relay/node-bus'
import { createSignaling, type Signaling } from '#relay/signaling'
import { shareStore } from '#relay/testing/shared-store'
import { openSocket, startRelay } from '#relay/testing/start-relay'

const say = (socket: WebSocket, message: unknown) => socket.send(JSON.stringify(message))

/** Everything a socket has received once the relay has answered a ping sent now. */
async function settled(socket: WebSocket, received: unknown[]): Promise<unknown[]> {
  const pongs = () => received.filter((item) => (item as { type: string }).type === 'pong').length
  const before = pongs()
  say(socket, { type: 'ping' })
  while (pongs() === before) await once(socket, 'message')
  return received.filter((item) => (item as { type: string }).type !== 'pong')
}

async function createClient(url: string, ...topics: string[]) {
  const socket = await openSocket(url)
  const received: unknown[] = []
  socket.on('message', (data) => received.push(JSON.parse(data.toString())))
  const read = () => settled(socket, received)
  say(socket, { type: 'subscribe', topics })
  await read()
  return { socket, read, publish: (topic: string, data: unknown) => say(socket, { type: 'publish', topic, data }) }
}

const startSignaling = async (limits = defaultLimits) => (await startRelay({ limits })).socketUrl('/signal')
/** A socket at `node` that has subscribed to a topic, driven by hand. */
function subscribed(node: Signaling, topic: string) {
  const heard: string[] = []
  const send = (text: string) => heard.push(text)
  const socket = Object.assign(new EventEmitter(), { OPEN: 1, readyState: 1, bufferedAmount: 0, send })
  const tell = (message: unknown) => void socket.emit('message', Buffer.from(JSON.stringify(message)))
  node.accept(socket as unknown as WebSocket)
  tell({ type: 'subscribe', topics: [topic] })
  return { heard, say: tell }
}

const announceOf = (length: number) => 'a'.repeat(length)

describe('signaling', () => {
  it('R6 hands a message to the other subscribers of its topic, with their number', async () => {
    const url = await startSignaling()
    const [alice, bob, carol] = [
      await createClient(url, 't'),
      await createClient(url, 't'),
      await createClient(url, 'u'),
    ]
    alice.publish('t', { type: 'signal', to: 'bob' })
    expect(await alice.read()).toEqual([])
    expect(await bob.read()).toEqual([{ type: 'publish', topic: 't', data: { type: 'signal', to: 'bob' }, clients: 2 }])
    expect(await carol.read()).toEqual([])
  })

  it('R6 stops handing on after unsubscribe', async () => {
    const url = await startSignaling()
    const [alice, bob] = [await createClient(url, 't'), await createClient(url, 't')]
    say(bob.socket, { type: 'unsubscribe', topics: ['t'] })
    await bob.read()
    alice.publish('t', announceOf(132))
    await alice.read()
    expect(await bob.read()).toEqual([])
  })

  it('R6 hands an announce to at most 12 of many, and anything longer to all', async () => {
    const url = await startSignaling()
    const clients = await Promise.all(Array.from({ length: 20 }, () => createClient(url, 't')))
    const [alice, ...others] = clients
    const reached = async () => {
      await alice?.read()
      return (await Promise.all(others.map((other) => other.read()))).map((messages) => messages.length)
    }
    alice?.publish('t', announceOf(132))
    expect((await reached()).reduce((sum, count) => sum + count, 0)).toBe(12)
    alice?.publish('t', { type: 'announce', from: 'alice' })
    expect((await reached()).reduce((sum, count) => sum + count, 0)).toBe(24)
    alice?.publish('t', announceOf(488))
    expect((await reached()).reduce((sum, count) => sum + count, 0)).toBe(24 + 19)
  })

  it('R6 reaches across nodes: a message everybody once, an announce 12 of all', async () => {
    const clock = createVirtualClock()
    const random = createSeededRandom(1)
    const shared = shareStore(createMemoryLogStore(random), clock, 5)
    const crowds = [0, 1].map(() => {
      const node = createSignaling(defaultLimits.signaling, clock, random, createMeter(), shared.join().bus)
      return Array.from({ length: 20 }, () => subscribed(node, 't'))
    })
    const alice = crowds[0]?.[0]
    const others = crowds.flat().filter((one) => one !== alice)
    alice?.say({ type: 'publish', topic: 't', data: announceOf(488) })
    alice?.say({ type: 'publish', topic: 'u', data: announceOf(488) })
    await clock.advance(10)
    expect([alice?.heard, others.map(({ heard }) => heard.length)]).toEqual([[], others.map(() => 1)])
    alice?.say({ type: 'publish', topic: 't', data: announceOf(132) })
    await clock.advance(10)
    expect(others.filter(({ heard }) => heard.length === 2)).toHaveLength(12)
  })

  it('attack 56 answers others after malformed and oversized messages of one socket', async () => {
    const url = await startSignaling()
    const [mallory, alice] = [await openSocket(url), await createClient(url, 't')]
    const closed = once(mallory, 'close')
    const deep = `{"type":"publish","topic":"t","data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    for (const text of [
      '{',
      'null',
      '[]',
      '{"type":"subscribe","topics":7}',
      '{"type":"publish","topic":{}}',
      deep,
      '""',
      '',
    ]) {
      mallory.send(text)
    }
    mallory.send('x'.repeat(70_000))
    const [code] = await closed
    expect([1008, 1009]).toContain(code)
    expect(await alice.read()).toEqual(expect.any(Array))
  })

  it('attack 56 makes who sends long messages wait as for several', () => {
    const clock = createVirtualClock()
    const limits = { ...defaultLimits.signaling, messages: { burst: 10, perSecond: 1 } }
    const signaling = createSignaling(limits, clock, createSeededRandom(1), createMeter(), noOtherNodes)
    const pausesAfter = (count: number, length: number) => {
      let isPaused = false
      const pause = () => {
        isPaused = true
      }
      const socket = Object.assign(new EventEmitter(), { pause })
      signaling.accept(socket as unknown as WebSocket)
      for (let i = 0; i < count; i++) socket.emit('message', Buffer.alloc(length, 'x'))
      return isPaused
    }
    expect([pausesAfter(2, 300), pausesAfter(2, 60_000)]).toEqual([false, true])
  })

  it('attack 56 survives a flood of subscriptions by keeping a bounded number', async () => {
    const url = await startSignaling()
    const mallory = await createClient(url)
    for (let i = 0; i < 100; i++) {
      say(mallory.socket, { type: 'subscribe', topics: Array.from({ length: 1000 }, (_, k) => `${i}-${k}`) })
    }
    const bob = await createClient(url)
    await mallory.read()
    bob.publish('0-1', announceOf(300))
    bob.publish('99-999', announceOf(300))
    await bob.read()
    expect(await mallory.read()).toMatchObject([{ topic: '0-1' }])
  })

  it('attack 56 answers on after any text', async () => {
    const url = await startSignaling()
    const witness = await createClient(url, 't')
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ type: fc.string(), topics: fc.anything() }).map((x) => `${JSON.stringify(x)}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (texts) => {
        const mallory = await openSocket(url)
        for (const item of texts) mallory.send(item)
        mallory.terminate()
        expect(await witness.read()).toEqual(expect.any(Array))
      }),
      { numRuns: 40 },
    )
  })

  it('R4 closes a socket that stays silent', async () => {
    const limits = { ...defaultLimits, signaling: { ...defaultLimits.signaling, idleMs: 30 } }
    const socket = await openSocket(await startSignaling(limits))
    const [code] = await once(socket, 'close')
    expect(code).toBe(1001)
  })

  const hasNetwork = Object.values(networkInterfaces()).some((list) => list?.some(({ internal }) => !internal))

  /** Whether two clients that start one after the other come to share their texts in time. */
  async function connects(url: string, room: string, password: string): Promise<boolean> {
    const script = fileURLToPath(new URL('testing/stock-client.mjs', import.meta.url))
    const start = (text: string) => {
      const child = fork(script, [url, room, password, text], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      const shared = new Promise<string>((resolve) => {
        child.on('message', (message: { text: string }) => {
          if (message.text.includes('alice') && message.text.includes('bob')) resolve(message.text)
        })
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      return { child, shared }
    }
    const witness = await createClient(url, room)
    const announced = once(witness.socket, 'message')
    const alice = start('alice ')
    await announced
    const bob = start('bob ')
    const texts = Promise.all([alice.shared, bob.shared])
    const inTime = await Promise.race([texts, new Promise<[]>((resolve) => setTimeout(resolve, 8000, []))])
    for (const { child } of [alice, bob]) child.kill('SIGKILL')
    return inTime.length === 2 && inTime[0] === inTime[1]
  }

  /**
   * WebRTC finds no way between two processes of a machine without any network interface. On a busy machine the stock
   * client loses its own offers now and then, with every signaling server, and does not recover: hence the attempts.
   */
  it.skipIf(!hasNetwork).each([
    ['without a password', ''],
    ['with a password', 'secret'],
  ])(
    'R6 connects two stock y-webrtc clients %s',
    async (_, password) => {
      const url = await startSignaling()
      let isConnected = false
      for (let attempt = 0; attempt < 12 && !isConnected; attempt++) {
        isConnected = await connects(url, `room ${attempt}`, password)
      }
      expect(isConnected).toBe(true)
    },
    150_000,
  )
})
