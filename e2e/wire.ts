import type { Page } from '@playwright/test'

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

/** Numbers of the frames by which a newcomer enters a mailbox and leaves a request there (docs/protocol.md). */
const ENTER_MAILBOX = 50
const DEPOSIT = 52

const sent = (heard: readonly WireMessage[], number: number): readonly WireMessage[] =>
  heard.filter(({ path, from, bytes }) => path === '/sync' && from === 'page' && bytes[0] === number)

export const mailboxesEntered = (heard: readonly WireMessage[]): number => sent(heard, ENTER_MAILBOX).length
export const requestsLeft = (heard: readonly WireMessage[]): number => sent(heard, DEPOSIT).length
