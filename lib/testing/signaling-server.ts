import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** A signaling server of y-webrtc's protocol with a hostile hand: it may change, copy or drop what it passes on. */
export interface SignalingServer {
  readonly url: string
  /** Every publish as it came. */
  readonly heard: { readonly topic: string; readonly data: string }[]
  /** Sockets that are open. */
  sockets(): number
  /** Says `text` to every socket. */
  say(text: string): void
  /** Ends every socket, as a restart does. */
  dropAll(): void
  close(): Promise<void>
}

export interface SignalingManners {
  /** What is passed on in place of a message; none at all, or several. */
  readonly carry?: (message: string) => readonly string[]
  /** Holds announces back until so many came, then passes them on at once: everybody calls everybody. */
  readonly announcesHeld?: number
}

/** An announce is the shortest thing a peer says. */
const ANNOUNCE_LENGTH = 256

export async function startSignalingServer({
  carry,
  announcesHeld = 0,
}: SignalingManners = {}): Promise<SignalingServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const topics = new Map<string, Set<(text: string) => void>>()
  const heard: { topic: string; data: string }[] = []
  let held: (() => void)[] | undefined = announcesHeld > 0 ? [] : undefined

  server.on('connection', (socket) => {
    const send = (text: string) => socket.send(text)
    socket.on('message', (raw) => {
      const message = JSON.parse(String(raw))
      if (message.type === 'ping') send('{"type":"pong"}')
      for (const topic of message.topics ?? []) {
        const subscribers = topics.get(topic) ?? new Set()
        topics.set(topic, subscribers)
        if (message.type === 'subscribe') subscribers.add(send)
        else subscribers.delete(send)
      }
      if (message.type !== 'publish') return
      heard.push({ topic: message.topic, data: message.data })
      const pass = () => {
        const texts = carry?.(JSON.stringify(message)) ?? [JSON.stringify(message)]
        for (const each of topics.get(message.topic) ?? []) for (const text of texts) each(text)
      }
      if (!held || String(message.data).length >= ANNOUNCE_LENGTH) return pass()
      held.push(pass)
      if (held.length < announcesHeld) return
      const passing = held
      held = undefined
      for (const each of passing) each()
    })
    socket.on('close', () => {
      for (const subscribers of topics.values()) subscribers.delete(send)
    })
  })

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    sockets: () => server.clients.size,
    say(text) {
      for (const socket of server.clients) socket.send(text)
    },
    dropAll() {
      for (const socket of server.clients) socket.terminate()
    },
    async close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
