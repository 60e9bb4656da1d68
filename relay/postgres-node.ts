/**
 * This node among those on one database. A connection of its own LISTENs; whatever was said while it was lost is made up
 * for by `missed`, since what matters is in the tables. Everybody says now and then that they are here, so that a
 * connection on which nothing comes back is known to be dead, and a node alone hands no messages on.
 */
import pg from 'pg'
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { NodeBus, NodeMessage } from '#relay/node-bus'
import { type Pointer, pointerTexts, readPointer } from '#relay/postgres-pointer'
import type { RelayLog } from '#relay/relay-context'
import type { StoreNews } from '#relay/store-news'

export interface PostgresNode extends NodeBus {
  /** Where nodes of this store are told of each other's commits. */
  readonly channel: string
  /** What it begins everything with that it says there. */
  readonly name: string
  /** Tells other nodes when the transaction of `client` commits. */
  tell(client: pg.ClientBase, news: readonly StoreNews[]): Promise<void>
  listenToNews(listener: (news: StoreNews) => void): void
  close(): Promise<void>
}

export interface PostgresNodeOptions {
  readonly url: string
  readonly pool: pg.Pool
  readonly storeId: Uint8Array
  readonly clock: Clock
  readonly random: Random
  readonly log: RelayLog
}

const HERE_MS = 5000
/** Who said nothing for so long is gone, and so is a connection on which even our own word does not come back. */
const GONE_MS = 16_000
const RECONNECT_MS = 500
const KEPT_SECONDS = 60
/** Messages that wait for one batch; more are dropped, as signaling and presence survive. */
const MAX_WAITING_BYTES = 1_048_576

/** Resolves when the node hears what others say from then on. */
export async function joinNodes(options: PostgresNodeOptions): Promise<PostgresNode> {
  const { url, pool, storeId, clock, random, log } = options
  const channel = `waxwing_${toHex(storeId)}`
  const ownName = toHex(random.bytes(8))
  const heardAt = new Map<string, number>()
  const listeners = new Map<NodeMessage['kind'], (message: NodeMessage) => void>()
  let onNews: (news: StoreNews) => void = () => {}
  let connection: pg.Client | undefined
  let stopWaiting = () => {}
  let isClosed = false

  const notify = (client: Pick<pg.ClientBase, 'query'>, pointers: readonly Pointer[]) => {
    const said = pointerTexts(pointers).map((text) => `${ownName} ${text}`)
    return client.query('SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said', [channel, said])
  }
  const otherNodes = () => {
    const since = clock.now() - GONE_MS
    return [...heardAt].filter(([name, at]) => name !== ownName && at > since).length
  }

  /** Batches are read one after the other, so that the messages of a node stay in their order. */
  let reading: Promise<void> = Promise.resolve()
  const readMessages = async (batch: number) => {
    const select = 'SELECT kind, topic, body FROM messages WHERE batch = $1 ORDER BY place'
    const { rows } = await pool.query<{ kind: NodeMessage['kind']; topic: Buffer; body: Buffer }>(select, [batch])
    for (const { kind, topic, body } of rows) {
      listeners.get(kind)?.({ kind, topic: new Uint8Array(topic), body: new Uint8Array(body) })
    }
  }

  const hear = ({ payload = '' }: pg.Notification) => {
    const at = payload.indexOf(' ')
    const name = payload.slice(0, at)
    const isNewcomer = !heardAt.has(name)
    heardAt.set(name, clock.now())
    if (name === ownName) return
    if (isNewcomer) sayHere()
    const pointer = readPointer(payload.slice(at + 1))
    if (pointer === undefined || pointer.type === 'here') return
    if (pointer.type !== 'messages') return onNews(pointer)
    reading = reading.then(() => readMessages(pointer.batch)).catch(() => {})
  }

  const sayHere = () => {
    notify(pool, [{ type: 'here' }]).catch(() => {})
  }

  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: GONE_MS, keepAlive: true })
    client.on('error', () => {})
    client.on('notification', hear)
    await client.connect()
    await client.query(`LISTEN ${channel}`)
    if (isClosed) return client.end()
    heardAt.set(ownName, clock.now())
    connection = client
    client.once('end', () => lose(client))
  }

  const lose = (client: pg.Client | undefined) => {
    if (isClosed || connection !== client) return
    connection = undefined
    log.warn({}, 'the connection that brings news of other nodes is lost')
    client?.end().catch(() => {})
    void reconnect()
  }

  const reconnect = async (): Promise<void> => {
    while (!isClosed && connection === undefined) {
      await new Promise<void>((resolve) => {
        stopWaiting = clock.after(RECONNECT_MS, resolve)
      })
      await connect().catch(() => {})
    }
    if (isClosed) return
    log.warn({}, 'the connection that brings news of other nodes is back')
    sayHere()
    onNews({ type: 'missed' })
  }

  let stopBeating = () => {}
  const beat = () => {
    stopBeating = clock.after(HERE_MS, beat)
    const now = clock.now()
    for (const [name, at] of heardAt) if (name !== ownName && now - at > GONE_MS) heardAt.delete(name)
    if (connection !== undefined && now - (heardAt.get(ownName) ?? 0) > GONE_MS) lose(connection)
    sayHere()
    pool.query('DELETE FROM messages WHERE sent_at < now() - make_interval(secs => $1)', [KEPT_SECONDS]).catch(() => {})
  }

  let waiting: NodeMessage[] = []
  let waitingBytes = 0
  let isSending = false
  const sendWaiting = async () => {
    while (waiting.length > 0) {
      const messages = waiting
      waiting = []
      waitingBytes = 0
      const put = `WITH batch AS MATERIALIZED (SELECT nextval('message_batches') AS id), put AS (
          INSERT INTO messages (batch, place, kind, topic, body)
          SELECT id, place, kind, topic, body FROM batch,
          unnest($1::text[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS sent (kind, topic, body, place)
        ) SELECT pg_notify($4, $5 || ' messages ' || id) FROM batch`
      const columns = [
        messages.map(({ kind }) => kind),
        messages.map(({ topic }) => topic),
        messages.map(({ body }) => body),
      ]
      await pool.query(put, [...columns, channel, ownName]).catch(() => {})
    }
    isSending = false
  }

  await connect()
  beat()
  return {
    channel,
    name: ownName,
    nodes: () => 1 + otherNodes(),
    send(message) {
      if (otherNodes() === 0 || waitingBytes + message.body.length > MAX_WAITING_BYTES) return
      waitingBytes += message.body.length
      waiting.push(message)
      if (isSending) return
      isSending = true
      setImmediate(() => void sendWaiting())
    },
    listen: (kind, listener) => void listeners.set(kind, listener),
    async tell(client, news) {
      const pointers = news.filter((item) => item.type !== 'missed')
      if (pointers.length > 0) await notify(client, pointers)
    },
    listenToNews(listener) {
      onNews = listener
    },
    async close() {
      isClosed = true
      stopBeating()
      stopWaiting()
      await connection?.end().catch(() => {})
    },
  }
}
