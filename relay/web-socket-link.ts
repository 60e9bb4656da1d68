import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { VisitorLink } from '#relay/sync-session'
import { webSocketMessage } from '#relay/web-socket-message'

const CLOSED_BY_RELAY = 4000
const LOW_WATER_BYTES = 65_536

/**
 * The relay's end of a WebSocket as a link: one binary message a frame, and one write for all frames that are sent without
 * a pause in between; what many are sent goes to `wire` as one message that was made for all, past `socket`, which keeps nothing back
 * without compression. Text ends the connection. `wire` is the socket under it. A frame that comes lies in the memory in which
 * it was read, with others.
 */
export function createWebSocketLink(socket: WebSocket, wire: Duplex): VisitorLink {
  let waiting: (() => void)[] = []
  const wake = () => {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }
  const isShort = () => socket.readyState !== socket.OPEN || socket.bufferedAmount <= LOW_WATER_BYTES
  let isHeld = false
  const letGo = () => {
    isHeld = false
    wire.uncork()
  }

  const hold = () => {
    if (isHeld) return
    isHeld = true
    wire.cork()
    process.nextTick(letGo)
  }

  const link: VisitorLink = {
    kind: 'relay',
    onFrame: undefined,
    onClose: undefined,
    send(frame) {
      if (socket.readyState !== socket.OPEN) return
      hold()
      socket.send(frame)
    },
    sendShared(shared) {
      if (socket.readyState !== socket.OPEN) return
      hold()
      shared.message ??= webSocketMessage(shared.parts)
      for (const part of shared.message) wire.write(part)
    },
    queuedBytes: () => socket.bufferedAmount,
    drained: () =>
      new Promise((resolve) => {
        if (isShort()) resolve()
        else waiting.push(resolve)
      }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: (reason) => socket.close(CLOSED_BY_RELAY, reason),
  }
  socket.binaryType = 'nodebuffer'
  socket.on('message', (data, isBinary) => {
    const { buffer, byteOffset, length } = data as Buffer
    if (isBinary) link.onFrame?.(new Uint8Array(buffer, byteOffset, length))
    else link.close('malformed')
  })
  wire.on('drain', wake)
  socket.on('close', () => {
    wake()
    link.onClose?.('closed')
  })
  return link
}
