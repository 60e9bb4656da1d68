/**
 * A store at the other end of a port between threads: one message a call, one a reply, in the order in which they were sent.
 * Both ends are of the same build, so what comes is trusted.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import type { LogStore, ReadPage } from '#relay/log-store'
import { memoryOf, packPlaced, packWrites, unpackPlaced, unpackWrites, type WriteParcel } from '#relay/write-parcel'

/** One end; a `Worker` is its parent's. */
export type StorePort = MessagePort | Worker

type Method = Exclude<keyof LogStore, 'id' | 'listen'>

interface Call {
  readonly number: number
  readonly method: Method
  readonly parameters: readonly unknown[]
}

/** What is left of an error: a copy between threads has no `code`. */
interface Failure {
  readonly message: string
  readonly code: string | undefined
}

type Reply =
  | { readonly type: 'opened'; readonly id: Uint8Array }
  | { readonly type: 'unopened'; readonly failure: Failure }
  | { readonly type: 'value'; readonly number: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly number: number; readonly failure: Failure }

/** A copy costs less than handing over below that. */
const LONG_BYTES = 1024

const failureOf = (error: unknown): Failure => {
  const { message, code } = error as { message?: unknown; code?: unknown }
  return { message: String(message ?? error), code: code === undefined ? undefined : String(code) }
}
const errorOf = ({ message, code }: Failure): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code })

/** The memory of what was read; long blobs have memory of their own, which is worth handing over. */
const memoryOfPage = (page: ReadPage): ArrayBuffer[] =>
  page.blobs.flatMap(({ bytes: { buffer, byteLength } }) =>
    byteLength >= LONG_BYTES && byteLength === buffer.byteLength ? [buffer as ArrayBuffer] : [],
  )

/**
 * Does for the other end what it asks of the store that `open` makes, and tells it why where that fails. What is read of a store
 * that gives it away (`isGiven`) goes over without a copy.
 */
export function serveStore(port: StorePort, open: () => LogStore, isGiven = false): void {
  const reply = (message: Reply, memory: readonly ArrayBuffer[] = []) => port.postMessage(message, memory)
  let store: LogStore
  try {
    store = open()
  } catch (error) {
    reply({ type: 'unopened', failure: failureOf(error) })
    return
  }
  const work = async ({ number, method, parameters }: Call) => {
    if (method === 'commit') {
      const placed = packPlaced(await store.commit(unpackWrites(parameters[0] as WriteParcel)))
      return reply({ type: 'value', number, value: placed }, [placed.buffer])
    }
    const value = await (store[method] as (...given: readonly unknown[]) => Promise<unknown>)(...parameters)
    reply({ type: 'value', number, value }, isGiven && method === 'read' ? memoryOfPage(value as ReadPage) : [])
  }
  port.on('message', (call: Call) => {
    work(call).catch((error: unknown) => reply({ type: 'failure', number: call.number, failure: failureOf(error) }))
  })
  reply({ type: 'opened', id: store.id })
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Resolves to the store that the other end serves; rejects where it could not be opened. No other node is heard of. */
export function reachStore(port: StorePort): Promise<LogStore> {
  const waiting = new Map<number, Waiting>()
  let calls = 0
  const ask = (method: Method, parameters: readonly unknown[], memory: readonly ArrayBuffer[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      const number = ++calls
      waiting.set(number, { resolve, reject })
      port.postMessage({ number, method, parameters } satisfies Call, memory)
    })
  const call =
    <M extends Method>(method: M) =>
    (...parameters: Parameters<LogStore[M]>) =>
      ask(method, parameters) as ReturnType<LogStore[M]>
  const commit: LogStore['commit'] = async (writes) => {
    const parcel = packWrites(writes)
    return unpackPlaced((await ask('commit', [parcel], memoryOf(parcel))) as Float64Array)
  }

  const storeOf = (id: Uint8Array): LogStore => ({
    id,
    commit,
    room: call('room'),
    read: call('read'),
    outlines: call('outlines'),
    pieceNames: call('pieceNames'),
    piece: call('piece'),
    doorRecords: call('doorRecords'),
    receipts: call('receipts'),
    usage: call('usage'),
    bytes: call('bytes'),
    mailbox: call('mailbox'),
    deposits: call('deposits'),
    answers: call('answers'),
    dropExpired: call('dropExpired'),
    expireRooms: call('expireRooms'),
    roomNames: call('roomNames'),
    listen: () => {},
    close: call('close'),
  })

  return new Promise((resolve, reject) => {
    port.on('message', (reply: Reply) => {
      if (reply.type === 'opened') return resolve(storeOf(reply.id))
      if (reply.type === 'unopened') return reject(errorOf(reply.failure))
      const asker = waiting.get(reply.number)
      waiting.delete(reply.number)
      if (reply.type === 'value') asker?.resolve(reply.value)
      else asker?.reject(errorOf(reply.failure))
    })
  })
}
