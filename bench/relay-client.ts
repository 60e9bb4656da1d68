import WebSocket from 'ws'
import * as Y from 'yjs'
import type { ServerKind } from '#bench/relay-servers'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobOf } from '#lib/protocol/blob'
import { HELLO } from '#lib/protocol/frame-hello'
import { decodeRelayFrame } from '#lib/protocol/relay-frames'
import { proveRoom } from '#lib/sync/relay-door'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** Somebody in a room or document, as far as a load needs. */
export interface BenchClient {
  /** Sends one update, or many as far as the protocol has a message for that. */
  send(updates: readonly Uint8Array[]): void
  /** Called with each message in which updates come; `marksIn` tells which. A peer hands back one's own, too. */
  onNews: ((message: Uint8Array) => void) | undefined
  /** Resolves when all that is there was received. */
  readAll(): Promise<number>
  close(): void
}

const crypto = createNodeCrypto()

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.binaryType = 'nodebuffer'
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

/** How a frame with new blobs begins: its number, and no request. */
const PUSH = [42, 0] as const

/** Enters the room that the seed founds, and hears what is new. */
async function enterRoom(url: string, seed: number): Promise<BenchClient> {
  const bytes = new Uint8Array(32).fill(seed % 256)
  bytes[0] = seed >> 8
  const key = await crypto.signingKey(bytes)
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`, { perMessageDeflate: false })
  const reader = createRoadReader()
  const write = createRoadWriter((frame) => socket.send(frame))
  let waiting: { type: RoadFrame['type']; resolve: (frame: RoadFrame) => void } | undefined
  let pageBytes = 0
  const next = <Type extends RoadFrame['type']>(type: Type) =>
    new Promise<Extract<RoadFrame, { type: Type }>>((resolve) => {
      waiting = { type, resolve: resolve as never }
    })
  const client: BenchClient = {
    onNews: undefined,
    send: (updates) => write({ type: 'put', blobs: updates }),
    async readAll() {
      pageBytes = 0
      for (let after = 0, hasMore = true; hasMore; ) {
        const answer = next('page')
        write({ type: 'read', request: 1, after, filter: { lane: 'any', channel: undefined }, without: [] })
        ;({ cursor: after, hasMore } = await answer)
      }
      return pageBytes
    },
    close: () => socket.terminate(),
  }
  socket.on('message', (data) => {
    const bytes = data as Buffer
    if (bytes[0] === PUSH[0] && bytes[1] === PUSH[1]) return client.onNews?.(bytes)
    const frame = reader.read(bytes)
    if (!frame.ok || frame.value === undefined) return
    if (frame.value.type === 'blobs') for (const item of frame.value.items) pageBytes += item.bytes.length
    if (frame.value.type !== waiting?.type) return
    const { resolve } = waiting
    waiting = undefined
    resolve(frame.value)
  })
  const { nonce } = await next('challenge')
  const opened = next('opened')
  write(HELLO)
  write(await proveRoom({ rootKey: key.publicKey, random: bytes }, key, url, nonce))
  await opened
  const subscribed = next('subscribed')
  write({ type: 'subscribe' })
  await subscribed
  return client
}

const isHocuspocus = (kind: ServerKind) => kind === 'hocuspocus' || kind === 'hocuspocus-3'

const SYNC = 0
const AUTHENTICATION = 2
const STEP_1 = 0
const STEP_2 = 1
const UPDATE = 2

function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varUint(value >>> 7)]
}

function readVarUint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0
  for (let shift = 1, i = at; ; shift *= 128, i++) {
    const byte = bytes[i] ?? 0
    value += (byte & 127) * shift
    if (byte < 128) return [value, i + 1]
  }
}

/** A message of y-protocols about the document; where Hocuspocus says it, after the document's name. */
function syncMessage(kind: ServerKind, bytes: Uint8Array): { type: number; update: Uint8Array } | undefined {
  const start = isHocuspocus(kind) ? readVarUint(bytes, 0).reduce((length, at) => length + at) : 0
  if (bytes[start] !== SYNC) return undefined
  const [length, at] = readVarUint(bytes, start + 2)
  return { type: bytes[start + 1] ?? 0, update: bytes.subarray(at, at + length) }
}

/** y-protocols over a socket; Hocuspocus puts the document's name before each message and wants a token first. */
async function enterDocument(kind: ServerKind, url: string, name: string): Promise<BenchClient> {
  const isNamed = isHocuspocus(kind)
  const socket = await openSocket(`${url.replace('http', 'ws')}/${isNamed ? '' : name}`)
  const nameBytes = [...Buffer.from(name)]
  const head = isNamed ? [...varUint(nameBytes.length), ...nameBytes] : []
  const say = (...parts: readonly (readonly number[] | Uint8Array)[]) =>
    socket.send(Buffer.concat([head, ...parts].map((part) => Buffer.from(part as Uint8Array))))
  let state: ((bytes: number) => void) | undefined
  const client: BenchClient = {
    onNews: undefined,
    send(updates) {
      for (const update of updates) say([SYNC, UPDATE, ...varUint(update.length)], update)
    },
    readAll() {
      const read = new Promise<number>((resolve) => {
        state = resolve
      })
      say([SYNC, STEP_1, 1, 0])
      return read
    },
    close: () => socket.terminate(),
  }
  socket.on('message', (data) => {
    const message = syncMessage(kind, data as Buffer)
    if (message?.type === UPDATE) client.onNews?.(data as Buffer)
    else if (message?.type === STEP_2) state?.(message.update.length)
  })
  if (isNamed) say([AUTHENTICATION, 0, 1, 't'.charCodeAt(0)])
  await client.readAll()
  return client
}

/** Nothing but updates in either direction. */
async function enterBare(url: string): Promise<BenchClient> {
  const socket = await openSocket(url.replace('http', 'ws'))
  const client: BenchClient = {
    onNews: undefined,
    send: (updates) => {
      for (const update of updates) socket.send(update)
    },
    readAll: () => Promise.resolve(0),
    close: () => socket.terminate(),
  }
  socket.on('message', (data) => client.onNews?.(data as Buffer))
  return client
}

/** Comes to a room, or to the document of that number. */
export function enter(kind: ServerKind, url: string, number: number): Promise<BenchClient> {
  if (kind === 'waxwing') return enterRoom(url, number)
  return kind === 'bare' ? enterBare(url) : enterDocument(kind, url, `document-${number}`)
}

const isSealed = (kind: ServerKind) => kind === 'waxwing' || kind === 'bare'

/** What one person typing letter by letter sends: a sealed and signed entry, or a Yjs update, each. */
export async function typedUpdates(kind: ServerKind, count: number, person: number): Promise<readonly Uint8Array[]> {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const text = doc.getText('body')
  for (let i = 0; i < count; i++) text.insert(text.length, 'etaoinshrdlu'.charAt(i % 12))
  if (!isSealed(kind)) return updates
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const writer = createChainWriter(await crypto.signingKey(), createSeededRandom(person), { lane: 'content', channel })
  const blobs: Uint8Array[] = []
  for (let i = 0; i < count; i++) blobs.push(blobOf([await writer.write(64)]).bytes)
  return blobs
}

const BLOB_BYTES = 10_000

/** A whole document as it would be sent: one Yjs update, or entries that are as long together. */
export async function longUpdates(kind: ServerKind, state: Uint8Array): Promise<readonly Uint8Array[]> {
  if (!isSealed(kind)) return [state]
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const writer = createChainWriter(await crypto.signingKey(), createSeededRandom(1), { lane: 'content', channel })
  const blobs: Uint8Array[] = []
  for (let at = 0; at < state.length; at += BLOB_BYTES) blobs.push(blobOf([await writer.write(BLOB_BYTES)]).bytes)
  return blobs
}

/** Tells letters apart, of which an update holds one; a peer may join several into one on the way. */
export function marksOf(kind: ServerKind, update: Uint8Array): readonly string[] {
  if (isSealed(kind)) return [Buffer.from(update.subarray(-48)).toString('latin1')]
  return Y.decodeUpdate(update).structs.flatMap(({ id: { client, clock }, length }) =>
    Array.from({ length }, (_, i) => `${client} ${clock + i}`),
  )
}

function updatesIn(kind: ServerKind, message: Uint8Array): readonly Uint8Array[] {
  if (kind === 'bare') {
    const view = new DataView(message.buffer, message.byteOffset, message.length)
    const updates: Uint8Array[] = []
    for (let at = 0; at < message.length; ) {
      const length = view.getUint32(at, true)
      updates.push(message.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    return updates
  }
  if (kind !== 'waxwing') return [syncMessage(kind, message)?.update ?? new Uint8Array()]
  const frame = decodeRelayFrame(message)
  return frame.ok && frame.value.type === 'blobs' ? frame.value.items.map(({ bytes }) => bytes) : []
}

/** The letters that a message of `onNews` brings. */
export const marksIn = (kind: ServerKind, message: Uint8Array): readonly string[] =>
  updatesIn(kind, message).flatMap((update) => marksOf(kind, update))
