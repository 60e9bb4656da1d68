import WebSocket from 'ws'
import * as Y from 'yjs'
import type { ServerKind } from '#bench/relay-servers'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobOf } from '#lib/protocol/blob'
import { HELLO } from '#lib/protocol/frame-hello'
import { proveRoom } from '#lib/sync/relay-door'
import { createRoadReader, createRoadWriter, type RoadFrame } from '#lib/sync/relay-road'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** Somebody in a room or document, as far as a load needs. */
export interface BenchClient {
  /** Sends one update, or many as far as the protocol has a message for that. */
  send(updates: readonly Uint8Array[]): void
  /** Called with each update of somebody else. */
  onUpdate: ((update: Uint8Array) => void) | undefined
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
    onUpdate: undefined,
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
    const frame = reader.read(new Uint8Array(data as Buffer))
    if (!frame.ok || frame.value === undefined) return
    if (frame.value.type === 'blobs') {
      for (const item of frame.value.items) {
        if (frame.value.request > 0) pageBytes += item.bytes.length
        else client.onUpdate?.(item.bytes)
      }
    }
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

/** y-protocols over a socket; Hocuspocus puts the document's name before each message and wants a token first. */
async function enterDocument(kind: ServerKind, url: string, name: string): Promise<BenchClient> {
  const isHocuspocus = kind === 'hocuspocus'
  const socket = await openSocket(`${url.replace('http', 'ws')}/${isHocuspocus ? '' : name}`)
  const nameBytes = [...Buffer.from(name)]
  const head = isHocuspocus ? [...varUint(nameBytes.length), ...nameBytes] : []
  const say = (...parts: readonly (readonly number[] | Uint8Array)[]) =>
    socket.send(Buffer.concat([head, ...parts].map((part) => Buffer.from(part as Uint8Array))))
  let state: ((bytes: number) => void) | undefined
  const client: BenchClient = {
    onUpdate: undefined,
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
    const bytes = new Uint8Array(data as Buffer)
    const start = isHocuspocus ? readVarUint(bytes, 0).reduce((length, at) => length + at) : 0
    if (bytes[start] !== SYNC) return
    const [length, at] = readVarUint(bytes, start + 2)
    if (bytes[start + 1] === UPDATE) client.onUpdate?.(bytes.subarray(at, at + length))
    else if (bytes[start + 1] === STEP_2) state?.(length)
  })
  if (isHocuspocus) say([AUTHENTICATION, 0, 1, 't'.charCodeAt(0)])
  await client.readAll()
  return client
}

/** Comes to a room, or to the document of that number. */
export const enter = (kind: ServerKind, url: string, number: number): Promise<BenchClient> =>
  kind === 'waxwing' ? enterRoom(url, number) : enterDocument(kind, url, `document-${number}`)

/** What one person typing letter by letter sends: a sealed and signed entry, or a Yjs update, each. */
export async function typedUpdates(kind: ServerKind, count: number, person: number): Promise<readonly Uint8Array[]> {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const text = doc.getText('body')
  for (let i = 0; i < count; i++) text.insert(text.length, 'etaoinshrdlu'.charAt(i % 12))
  if (kind !== 'waxwing') return updates
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const writer = createChainWriter(await crypto.signingKey(), createSeededRandom(person), { lane: 'content', channel })
  const blobs: Uint8Array[] = []
  for (let i = 0; i < count; i++) blobs.push(blobOf([await writer.write(64)]).bytes)
  return blobs
}

const BLOB_BYTES = 10_000

/** A whole document as it would be sent: one Yjs update, or entries that are as long together. */
export async function longUpdates(kind: ServerKind, state: Uint8Array): Promise<readonly Uint8Array[]> {
  if (kind !== 'waxwing') return [state]
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const writer = createChainWriter(await crypto.signingKey(), createSeededRandom(1), { lane: 'content', channel })
  const blobs: Uint8Array[] = []
  for (let at = 0; at < state.length; at += BLOB_BYTES) blobs.push(blobOf([await writer.write(BLOB_BYTES)]).bytes)
  return blobs
}

/** Tells letters apart, of which an update holds one; a peer may join several into one on the way. */
export function marksOf(kind: ServerKind, update: Uint8Array): readonly string[] {
  if (kind === 'waxwing') return [Buffer.from(update.subarray(-48)).toString('latin1')]
  return Y.decodeUpdate(update).structs.flatMap(({ id: { client, clock }, length }) =>
    Array.from({ length }, (_, i) => `${client} ${clock + i}`),
  )
}
