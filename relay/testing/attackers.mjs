// Everybody who wants a relay to fall, in a process of its own: `node attackers.mjs URL`, until it is ended. They come from
// a few addresses, as a proxy would tell them.
import { connect } from 'node:net'
import WebSocket from 'ws'

const url = process.argv[2]
const socketUrl = url.replace('http', 'ws')
const { hostname, port } = new URL(url)
const random = (most) => Math.floor(Math.random() * most)
const bytes = (size) => crypto.getRandomValues(new Uint8Array(size))
const HELLO = Uint8Array.of(1, 1, 1, 0)

/** Resolves when the socket has closed. */
function visit(path, onOpen) {
  return new Promise((resolve) => {
    const headers = { 'X-Forwarded-For': `192.0.2.${random(3)}` }
    const socket = new WebSocket(`${socketUrl}${path}`, { headers })
    socket.on('error', () => {})
    socket.on('close', resolve)
    socket.on('open', () => onOpen(socket))
  })
}

async function forever(attack) {
  for (;;) await attack()
}

/** Frames that are noise. */
const noise = () =>
  visit('/sync', (socket) => {
    socket.send(HELLO)
    for (let i = 0; i < 40; i++) socket.send(Uint8Array.of(random(70), ...bytes(random(300))))
    setTimeout(() => socket.terminate(), 20)
  })

/** Frames of the future, as many as go through. */
const flood = () =>
  visit('/sync', (socket) => {
    const frame = new Uint8Array(60_000).fill(63)
    const pour = () => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount < 1_000_000) socket.send(frame)
      setImmediate(pour)
    }
    pour()
  })

const oversized = () => visit('/sync', (socket) => socket.send(new Uint8Array(70_000)))

/** One who is heard by many who do not read. */
const shouting = () =>
  visit('/signal', (socket) => {
    socket.send('{"type":"subscribe","topics":["loud"]}')
    const text = JSON.stringify({ type: 'publish', topic: 'loud', data: 'x'.repeat(50_000) })
    for (let i = 0; i < 100; i++) socket.send(text)
    setTimeout(() => socket.terminate(), 200)
  })

/** Ten thousand subscriptions, of sockets that read nothing. */
function occupy() {
  for (let i = 0; i < 160; i++) {
    void visit('/signal', (socket) => {
      const topics = Array.from({ length: 63 }, (_, k) => `${i}/${k}`)
      socket.send(JSON.stringify({ type: 'subscribe', topics: ['loud', ...topics] }))
      socket.pause()
    })
  }
}

/** A request that comes letter by letter. */
const dawdle = () =>
  new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nX: ')
    const drip = setInterval(() => socket.write('x'), 500)
    socket.on('close', () => {
      clearInterval(drip)
      resolve()
    })
  })

occupy()
for (let i = 0; i < 2; i++) void forever(noise)
for (let i = 0; i < 2; i++) void forever(flood)
for (let i = 0; i < 100; i++) void forever(dawdle)
void forever(oversized)
void forever(shouting)
process.send?.('begun')
