import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { VisitorLink } from '#relay/sync-session'
import { createWebSocketLink } from '#relay/web-socket-link'

/** A link to a visitor, with both of its ends. */
async function visit(): Promise<{ link: VisitorLink; visitor: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>
  const visitor = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => visitor.terminate())
  const [[socket, request]] = await Promise.all([accepted, once(visitor, 'open')])
  socket.on('error', () => {})
  return { link: createWebSocketLink(socket, request.socket), visitor }
}

/** Sends to a visitor who reads nothing until the queue is long. */
function fill(link: VisitorLink, visitor: WebSocket): void {
  visitor.pause()
  while (link.queuedBytes() < 8_000_000) link.send(new Uint8Array(60_000))
}

describe('link to a visitor', () => {
  it('R4 makes who sends wait until a slow reader has read', async () => {
    const { link, visitor } = await visit()
    await link.drained()
    fill(link, visitor)
    let isDrained = false
    const drained = link.drained().then(() => {
      isDrained = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isDrained).toBe(false)
    visitor.resume()
    await drained
    expect(link.queuedBytes()).toBeLessThan(65_537)
  })

  it('R4 makes nobody wait for a reader who has gone', async () => {
    const { link, visitor } = await visit()
    fill(link, visitor)
    const drained = link.drained()
    visitor.terminate()
    await drained
    expect(link.queuedBytes()).toBe(0)
  })

  it('R4 hands over each of the frames that came at once', async () => {
    const { link, visitor } = await visit()
    const frames: number[][] = []
    link.onFrame = (frame) => frames.push([...frame])
    for (let i = 1; i <= 3; i++) visitor.send(Uint8Array.of(i, i))
    visitor.close()
    await new Promise<void>((resolve) => {
      link.onClose = () => resolve()
    })
    expect(frames).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
  })

  it('R4 sends what is made for many as any other message, in order, whatever its length', async () => {
    const { link, visitor } = await visit()
    const lengths = [0, 1, 125, 126, 65_535, 65_536]
    const come = new Promise<number[][]>((resolve) => {
      const messages: number[][] = []
      visitor.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary) messages.push([data.length, data[0] ?? 0, data.at(-1) ?? 0])
        if (messages.length === 2 * lengths.length) resolve(messages)
      })
    })
    for (const length of lengths) {
      const bytes = new Uint8Array(length).fill(7)
      const shared = { type: 'blobs', parts: [bytes.subarray(0, 1), bytes.subarray(1)] } as const
      link.sendShared?.(shared)
      link.send(new Uint8Array(3).fill(length % 250))
    }
    expect(await come).toEqual(
      lengths.flatMap((length) => [length === 0 ? [0, 0, 0] : [length, 7, 7], [3, length % 250, length % 250]]),
    )
  })

  it('R4 sends what is made for many to nobody who has gone', async () => {
    const { link, visitor } = await visit()
    link.close('bye')
    link.sendShared?.({ type: 'blobs', parts: [Uint8Array.of(1)] })
    const messages: unknown[] = []
    visitor.on('message', (data) => messages.push(data))
    await once(visitor, 'close')
    expect(messages).toEqual([])
  })
})
