import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { createRelay, type Relay, type RelayOptions } from '#relay/server'

export interface StartedRelay extends Relay {
  /** Everything it logged, as one text. */
  readonly log: () => string
  /** The address with `ws:` and this path. */
  readonly socketUrl: (path: string) => string
}

/** A relay on a free port that ends with the test. */
export async function startRelay(options: Partial<RelayOptions> = {}): Promise<StartedRelay> {
  const lines: string[] = []
  const logger = pino({ level: 'trace', base: null }, { write: (line) => lines.push(line) })
  const relay = await createRelay({ port: 0, host: '127.0.0.1', logger, ...options })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= relay.close()
    return closing
  }
  onTestFinished(close)
  return { ...relay, close, log: () => lines.join(''), socketUrl: (path) => relay.url.replace('http', 'ws') + path }
}

/** An open WebSocket that ends with the test. */
export async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  socket.binaryType = 'nodebuffer'
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}
