import type { Link } from '#lib/transport/link'

const LOW_WATER_BYTES = 262_144
const POLL_MS = 25
/** A proxy may hold a connection for minutes before it says that nobody is behind it. */
const OPENING_MS = 20_000

/**
 * Opens a WebSocket to a relay and hands it over as a link: one binary message a frame. Rejects when nobody answers in time.
 * WebSockets tell nobody when their queue gets short (whatwg/websockets#40), so that is looked up now and then. Frames
 * that come before anybody listens are kept: in Node they can overtake the promise.
 */
export function openRelayLink(
  url: string,
  Socket: typeof WebSocket = WebSocket,
  openingMs = OPENING_MS,
): Promise<Link> {
  const socket = new Socket(url)
  socket.binaryType = 'arraybuffer'
  const isShort = () => socket.readyState !== Socket.OPEN || socket.bufferedAmount <= LOW_WATER_BYTES
  let onFrame: Link['onFrame']
  let early: Uint8Array[] = []

  const link: Link = {
    kind: 'relay',
    get onFrame() {
      return onFrame
    },
    set onFrame(listener) {
      onFrame = listener
      const kept = early
      early = []
      for (const frame of kept) onFrame?.(frame)
    },
    onClose: undefined,
    send(frame) {
      if (socket.readyState === Socket.OPEN) socket.send(frame as Uint8Array<ArrayBuffer>)
    },
    queuedBytes: () => socket.bufferedAmount,
    drained: () =>
      new Promise((resolve) => {
        const look = () => {
          if (isShort()) resolve()
          else setTimeout(look, POLL_MS)
        }
        look()
      }),
    close: (reason) => socket.close(1000, reason),
  }

  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => socket.close(), openingMs)
    socket.onopen = () => {
      clearTimeout(giveUp)
      resolve(link)
    }
    socket.onerror = () => reject(new Error('The relay does not answer'))
    socket.onclose = (event) => {
      clearTimeout(giveUp)
      reject(new Error('The relay does not answer'))
      link.onClose?.(event.reason || 'closed')
    }
    socket.onmessage = ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return
      if (onFrame !== undefined) onFrame(new Uint8Array(data))
      else if (socket.readyState === Socket.OPEN) early.push(new Uint8Array(data))
    }
  })
}
