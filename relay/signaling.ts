/**
 * y-webrtc's signaling protocol for stock clients, hardened (protocol.md R6): JSON text that is handed on by topic,
 * never stored, never understood. A bad message costs its sender at most its own socket.
 */
import type { WebSocket } from 'ws'
import { textFromUtf8, utf8 } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import type { Meter } from '#relay/meter'
import type { NodeBus } from '#relay/node-bus'
import { createTokenBucket, type Rate } from '#relay/token-bucket'

export interface SignalingLimits {
  readonly topicsPerSocket: number
  readonly topicLength: number
  readonly messages: Rate
  /** A reader with more bytes than this on the way misses messages; signaling survives that by announcing again. */
  readonly queuedBytes: number
  /** A socket that has sent nothing for so long is gone; stock clients ping every 15 s. */
  readonly idleMs: number
}

export interface Signaling {
  /** Takes over an open socket. */
  accept(socket: WebSocket): void
}

/** Longest text that can be an announce; encrypted offers and candidates of stock clients are longer. */
const ANNOUNCE_LENGTH = 256
const ANNOUNCE_RECEIVERS = 12
/** A message counts once for every part of this size, since parsing it costs by its length. */
const COUNTED_BYTES = 8192
/** Before the JSON of a message to other nodes. */
const ANNOUNCE_MARK = 'a'
const OTHER_MARK = 'm'
const MAX_MALFORMED = 8
const BAD_MESSAGE = 1008
const TIMED_OUT = 1001

type Message =
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly topics: readonly string[] }
  | { readonly type: 'publish'; readonly topic: string; readonly isAnnounce: boolean; readonly json: string }
  | { readonly type: 'ping' }

/** Serialises again what it parsed, inside the guard: a deep nest overflows the stack there and not later. */
function parseMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null) return undefined
    const { type, topics, topic, data } = message as Record<string, unknown>
    if (type === 'ping') return { type }
    if (type === 'publish' && typeof topic === 'string' && data !== undefined) {
      return { type, topic, isAnnounce: isAnnounce(data), json: JSON.stringify(data) }
    }
    if ((type === 'subscribe' || type === 'unsubscribe') && Array.isArray(topics)) {
      return topics.every((item) => typeof item === 'string') ? { type, topics } : undefined
    }
    return undefined
  } catch {
    return undefined
  }
}

function isAnnounce(data: unknown): boolean {
  if (typeof data === 'string') return data.length < ANNOUNCE_LENGTH
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'announce'
}

function sample<T>(items: readonly T[], count: number, random: Random): readonly T[] {
  const pool = [...items]
  for (let i = 0; i < Math.min(count, pool.length); i++) {
    const j = i + randomBelow(random, pool.length - i)
    ;[pool[i], pool[j]] = [pool[j] as T, pool[i] as T]
  }
  return pool.slice(0, count)
}

export function createSignaling(
  limits: SignalingLimits,
  clock: Clock,
  random: Random,
  meter: Meter,
  bus: NodeBus,
): Signaling {
  const subscribers = new Map<string, Set<WebSocket>>()

  const send = (socket: WebSocket, text: string) => {
    if (socket.readyState === socket.OPEN && socket.bufferedAmount < limits.queuedBytes) socket.send(text)
  }

  const leave = (socket: WebSocket, topic: string) => {
    const others = subscribers.get(topic)
    others?.delete(socket)
    if (others?.size === 0) subscribers.delete(topic)
  }

  /** To the subscribers here; of an announce, the part of its receivers that falls to one node. */
  const handOn = (topic: string, isAnnounce: boolean, json: string, from?: WebSocket) => {
    const everybody = subscribers.get(topic)
    if (everybody === undefined) return
    const others = [...everybody].filter((other) => other !== from)
    const text = `{"type":"publish","topic":${JSON.stringify(topic)},"data":${json},"clients":${everybody.size}}`
    const receivers = Math.max(1, Math.floor(ANNOUNCE_RECEIVERS / bus.nodes()))
    for (const other of isAnnounce ? sample(others, receivers, random) : others) send(other, text)
  }

  const publish = (socket: WebSocket, { topic, isAnnounce, json }: Message & { readonly type: 'publish' }) => {
    handOn(topic, isAnnounce, json, socket)
    bus.send({ kind: 'signal', topic: utf8(topic), body: utf8((isAnnounce ? ANNOUNCE_MARK : OTHER_MARK) + json) })
  }

  bus.listen('signal', ({ topic, body }) => {
    const [name, text] = [textFromUtf8(topic), textFromUtf8(body)]
    if (name !== undefined && text !== undefined) handOn(name, text.startsWith(ANNOUNCE_MARK), text.slice(1))
  })

  return {
    accept(socket) {
      const topics = new Set<string>()
      const bucket = createTokenBucket(limits.messages, clock)
      let malformed = 0
      let stopWaiting = () => {}
      const stayAwake = () => {
        stopWaiting()
        stopWaiting = clock.after(limits.idleMs, () => socket.close(TIMED_OUT, 'idle'))
      }

      const subscribe = (topic: string) => {
        if (topics.has(topic) || topics.size >= limits.topicsPerSocket || topic.length > limits.topicLength) return
        topics.add(topic)
        const others = subscribers.get(topic) ?? new Set()
        subscribers.set(topic, others.add(socket))
      }

      const handle = (message: Message) => {
        if (message.type === 'ping') send(socket, '{"type":"pong"}')
        else if (message.type === 'publish') publish(socket, message)
        else {
          for (const topic of message.topics) {
            if (message.type === 'subscribe') subscribe(topic)
            else if (topics.delete(topic)) leave(socket, topic)
          }
        }
      }

      socket.on('message', (data) => {
        stayAwake()
        const message = parseMessage(data.toString())
        meter.count('waxwing_signal_messages_total', message === undefined ? 'malformed' : 'relayed')
        if (message !== undefined) handle(message)
        else if (++malformed >= MAX_MALFORMED) socket.close(BAD_MESSAGE, 'malformed')
        const aheadMs = bucket.spend(Math.max(1, Math.ceil((data as Buffer).length / COUNTED_BYTES)))
        if (aheadMs > 0) {
          socket.pause()
          clock.after(aheadMs, () => socket.resume())
        }
      })
      socket.on('close', () => {
        stopWaiting()
        for (const topic of topics) leave(socket, topic)
        topics.clear()
      })
      stayAwake()
    },
  }
}
