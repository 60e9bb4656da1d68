import type { SignalingConn } from 'y-webrtc'
import type { SignalingMessage } from '#lib/transport/signaling-message'

/** One room's word in what passes between y-webrtc and a signaling server. */
export interface SignalingRoom {
  /** What leaves in place of `data`; `undefined` for nothing. */
  outgoing(data: object): string | undefined
  /** What arrived, checked, or `undefined` for nothing. */
  incoming(data: unknown): SignalingMessage | undefined
  /** Runs y-webrtc's reaction to `message`. */
  around(message: SignalingMessage, react: () => void): void
}

const ROOMS = Symbol('rooms of an armoured signaling connection')
type ArmouredConn = SignalingConn & { [ROOMS]?: Map<string, SignalingRoom> }

/**
 * Stands between y-webrtc and one signaling server for `room`. y-webrtc shares a connection between all rooms of a page,
 * throws on messages it does not expect and on sending while it reconnects; afterwards it only sees what `room` lets
 * through, and nothing of rooms that nobody armoured. Returns the end for this room.
 */
export function armourSignaling(conn: SignalingConn, roomName: string, room: SignalingRoom): () => void {
  const armoured: ArmouredConn = conn
  const rooms = armoured[ROOMS] ?? new Map<string, SignalingRoom>()
  if (!armoured[ROOMS]) {
    armoured[ROOMS] = rooms
    guardSocket(conn)
    guardSending(conn, rooms)
    guardHearing(conn, rooms)
  }
  rooms.set(roomName, room)
  return () => {
    if (rooms.get(roomName) === room) rooms.delete(roomName)
  }
}

/** The server's text is parsed by lib0 without a guard: what is no JSON object does not get there. */
function guardSocket(conn: SignalingConn): void {
  let current = conn.ws
  const guard = (socket: WebSocket | null) => {
    const hear = socket?.onmessage
    if (!socket || !hear) return
    socket.onmessage = (event) => {
      if (isJsonObject(event.data)) hear.call(socket, event)
    }
  }
  guard(current)
  Object.defineProperty(conn, 'ws', {
    configurable: true,
    get: () => current,
    set(socket: WebSocket | null) {
      current = socket
      queueMicrotask(() => guard(socket)) // lib0 sets its listeners right after this
    },
  })
}

function guardSending(conn: SignalingConn, rooms: ReadonlyMap<string, SignalingRoom>): void {
  const transmit = (message: object) => {
    if (conn.ws?.readyState === 1) conn.ws.send(JSON.stringify(message))
  }
  conn.send = (message) => {
    if (!isPublish(message)) return transmit(message as object)
    const data = rooms.get(message.topic)?.outgoing(message.data as object)
    if (data !== undefined) transmit({ type: 'publish', topic: message.topic, data })
  }
}

function guardHearing(conn: SignalingConn, rooms: ReadonlyMap<string, SignalingRoom>): void {
  const inner = [...(conn._observers.get('message') ?? [])]
  for (const listener of inner) conn.off('message', listener)
  conn.on('message', (message) => {
    if (!isPublish(message)) return
    const room = rooms.get(message.topic)
    const data = room?.incoming(message.data)
    if (!room || !data) return
    room.around(data, () => {
      for (const listener of inner) listener({ type: 'publish', topic: message.topic, data }, conn)
    })
  })
}

const isPublish = (message: unknown): message is { topic: string; data: unknown } =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  message.type === 'publish' &&
  'topic' in message &&
  typeof message.topic === 'string' &&
  'data' in message

function isJsonObject(text: unknown): boolean {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
