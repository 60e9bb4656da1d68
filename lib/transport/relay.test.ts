import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import NodeWebSocket, { WebSocketServer } from 'ws'
import { openRelayLink } from '#lib/transport/relay'

const Socket = NodeWebSocket as unknown as typeof WebSocket

/** A server that does this with each socket, and its address. */
async function startServer(onSocket: (socket: NodeWebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  server.on('connection', onSocket)
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('link to a relay', () => {
  it('R2 rejects when nobody answers', async () => {
    await expect(openRelayLink('ws://127.0.0.1:9', Socket)).rejects.toThrow('does not answer')
  })

  it('R2 gives up on who takes the connection and never says a word', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`
    await expect(openRelayLink(url, Socket, 50)).rejects.toThrow('does not answer')
  })

  it('R2 keeps what came before anybody listened, in order', async () => {
    const url = await startServer((socket) => {
      for (const value of [1, 2, 3]) socket.send(Uint8Array.of(value))
    })
    const link = await openRelayLink(url, Socket)
    await new Promise((resolve) => setImmediate(resolve))
    const values: number[] = []
    const third = new Promise<void>((resolve) => {
      link.onFrame = ([value = 0]) => {
        values.push(value)
        if (value === 3) resolve()
      }
    })
    await third
    expect(values).toEqual([1, 2, 3])
  })

  it('R2 tells why the other side closed, and passes text over', async () => {
    const url = await startServer((socket) => {
      socket.send('text')
      socket.close(4000, 'malformed')
    })
    const link = await openRelayLink(url, Socket)
    const frames: Uint8Array[] = []
    link.onFrame = (frame) => frames.push(frame)
    const reason = await new Promise((resolve) => {
      link.onClose = resolve
    })
    expect([reason, frames]).toEqual(['malformed', []])
  })

  it('R2 resolves drained once the queue is short, and after closing', async () => {
    const url = await startServer(() => {})
    const link = await openRelayLink(url, Socket)
    link.send(new Uint8Array(2_000_000))
    await link.drained()
    expect(link.queuedBytes()).toBeLessThanOrEqual(262_144)
    link.close('bye')
    await link.drained()
    expect(() => link.send(Uint8Array.of(1))).not.toThrow()
  })
})
