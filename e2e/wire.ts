import { Buffer } from 'node:buffer'
import type { BrowserContext, Page } from '@playwright/test'

/** One message of a WebSocket as it left or reached a page. */
export interface WireMessage {
  readonly path: string
  readonly from: 'page' | 'relay'
  readonly bytes: Buffer
}

/** Everything that a page says to its relay and hears from it, from now on. */
export function overhear(page: Page): WireMessage[] {
  const heard: WireMessage[] = []
  page.on('websocket', (socket) => {
    const path = new URL(socket.url()).pathname
    const note =
      (from: WireMessage['from']) =>
      ({ payload }: { payload: string | Buffer }) =>
        heard.push({ path, from, bytes: Buffer.from(payload) })
    socket.on('framesent', note('page'))
    socket.on('framereceived', note('relay'))
  })
  return heard
}

/** Every request of a browser as its server gets it: address without fragment, headers, body. Its worker's, too. */
export function overhearRequests(context: BrowserContext): Promise<Buffer>[] {
  const heard: Promise<Buffer>[] = []
  context.on('request', (request) => {
    const address = `${request.method()} ${request.url().replace(/#.*/s, '')}\n`
    const body = request.postDataBuffer() ?? Buffer.alloc(0)
    heard.push(
      request
        .allHeaders()
        .catch(() => request.headers())
        .then((headers) => Buffer.concat([Buffer.from(address + JSON.stringify(headers)), body])),
    )
  })
  return heard
}

/** Numbers of the frames by which a newcomer enters a mailbox and leaves a request there (docs/protocol.md §10). */
const ENTER_MAILBOX = 50
const DEPOSIT = 52

const sent = (heard: readonly WireMessage[], number: number): readonly WireMessage[] =>
  heard.filter(({ path, from, bytes }) => path === '/sync' && from === 'page' && bytes[0] === number)

export const mailboxesEntered = (heard: readonly WireMessage[]): number => sent(heard, ENTER_MAILBOX).length
export const requestsLeft = (heard: readonly WireMessage[]): number => sent(heard, DEPOSIT).length

const OPEN = 33
const ROOM_BYTES = 32

/** The name under which a page opened its workspace's room: it stands behind the number and the sized origin. */
export function roomOpened(heard: readonly WireMessage[]): Buffer {
  const [open] = sent(heard, OPEN)
  if (!open) throw new Error('no room was opened')
  const start = 2 + (open.bytes[1] ?? 0)
  return open.bytes.subarray(start, start + ROOM_BYTES)
}

const BYE = 14

/** Why the relay sent a page away, each time it did. */
export const farewells = (heard: readonly WireMessage[]): readonly string[] =>
  heard
    .filter(({ path, from, bytes }) => path === '/sync' && from === 'relay' && bytes[0] === BYE)
    .map(({ bytes }) => bytes.subarray(2).toString())

/** Every name under which a page has looked for peers. */
export function topicsAnnounced(heard: readonly WireMessage[]): ReadonlySet<string> {
  const published = heard.filter(({ path, from, bytes }) => {
    return path === '/signal' && from === 'page' && bytes.includes('"publish"')
  })
  return new Set(published.map(({ bytes }) => (JSON.parse(bytes.toString()) as { topic: string }).topic))
}

/** The name under which a page looks for peers, as it stands in what it publishes. */
export function topicAnnounced(heard: readonly WireMessage[]): string {
  const published = heard.find(({ path, bytes }) => path === '/signal' && bytes.includes('"publish"'))
  const { topic } = JSON.parse(published?.bytes.toString() ?? '{}') as { topic?: string }
  if (topic === undefined) throw new Error('nothing was announced')
  return topic
}
