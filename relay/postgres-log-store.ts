/** The store that any number of nodes share: tables in PostgreSQL. What a commit confirms is on the database's disk. */
import type pg from 'pg'
import type { PieceName } from '#lib/base/ids'
import { PLACE_BYTES } from '#lib/protocol/blob'
import type { DoorLevel, RelayKey, RoomName } from '#lib/protocol/door'
import {
  countFitting,
  LANES,
  type LogStore,
  type OutlinePage,
  type OutlineQuery,
  type ReadPage,
  type ReadQuery,
  USAGE_LANES,
} from '#relay/log-store'
import { applyWrites, isBlob, putBlobs } from '#relay/postgres-commit'
import { inTransaction } from '#relay/postgres-database'
import type { PostgresNode } from '#relay/postgres-node'
import { newsOf } from '#relay/store-news'

const bytesOf = (value: Buffer): Uint8Array => new Uint8Array(value)

/** A store on tables that `prepareDatabase` has made. The caller closes the pool, after `close`. */
export function createPostgresLogStore(pool: pg.Pool, id: Uint8Array, node: PostgresNode): LogStore {
  const findRoom = async (room: RoomName) => {
    const find = `SELECT number, root_key, random, touched_at, last_cursor, dropped, door_version FROM rooms
      WHERE name = $1`
    type Row = {
      number: string
      root_key: Buffer
      random: Buffer
      touched_at: string
      last_cursor: string
      dropped: string
      door_version: string
    }
    return (await pool.query<Row>(find, [room])).rows[0]
  }

  /**
   * Everything at one moment, and no more bytes than fit the page; the row after them, without any, tells that there is more.
   * The driver reads text alone, of which base64 is the shortest.
   */
  const readPage = async ({ room, after, filter, maxBytes, maxBlobs }: ReadQuery): Promise<ReadPage> => {
    const select = `SELECT last_cursor, cursor, CASE WHEN nth = 1 OR nth <= $6 AND total <= $5 THEN encode(bytes, 'base64') END AS bytes
      FROM rooms LEFT JOIN LATERAL (
        SELECT cursor, bytes, row_number() OVER upwards AS nth, sum(size) OVER upwards AS total FROM (
          SELECT cursor, bytes, size FROM blobs WHERE room = number AND cursor > $2
          AND ($3::smallint IS NULL OR lane = $3) AND ($4::bytea IS NULL OR channel = $4) ORDER BY cursor LIMIT $6 + 1
        ) AS found WINDOW upwards AS (ORDER BY cursor ROWS UNBOUNDED PRECEDING)
      ) AS page ON true WHERE name = $1 ORDER BY cursor`
    const lane = filter.lane === 'any' ? null : LANES.indexOf(filter.lane)
    type Row = { last_cursor: string; cursor: string | null; bytes: string | null }
    const values = [room, after, lane, filter.channel ?? null, maxBytes, maxBlobs]
    const { rows } = await pool.query<Row>(select, values)
    if (rows[0] === undefined) throw new Error('No such room')
    const blobs = rows.flatMap(({ cursor, bytes }) =>
      bytes === null ? [] : [{ cursor: Number(cursor), bytes: new Uint8Array(Buffer.from(bytes, 'base64')) }],
    )
    const hasMore = rows.some(({ cursor, bytes }) => cursor !== null && bytes === null)
    const end = Math.max(after, Number(rows[0].last_cursor))
    return { blobs, cursor: hasMore ? (blobs.at(-1)?.cursor ?? after) : end, hasMore }
  }

  /** PostgreSQL reads no more of what lies outside of its row than the head. */
  const outlinePage = async ({ room, channel, after, maxBytes, maxBlobs }: OutlineQuery): Promise<OutlinePage> => {
    const select = `SELECT last_cursor, cursor, size, stored_at, head FROM rooms LEFT JOIN LATERAL (
        SELECT cursor, size, stored_at, substring(bytes FROM 1 FOR $6) AS head FROM blobs
        WHERE room = number AND channel = $2 AND lane = $3 AND cursor > $4 ORDER BY cursor LIMIT $5
      ) AS page ON true WHERE name = $1 ORDER BY cursor`
    type Row = { last_cursor: string; cursor: string | null; size: number; stored_at: string; head: Buffer }
    const values = [room, channel, LANES.indexOf('content'), after, maxBlobs + 1, PLACE_BYTES]
    const { rows } = await pool.query<Row>(select, values)
    if (rows[0] === undefined) throw new Error('No such room')
    const found = rows.flatMap(({ cursor, size, stored_at, head }) =>
      cursor === null ? [] : [{ cursor: Number(cursor), size, storedAt: Number(stored_at), head: bytesOf(head) }],
    )
    const outlines = found.slice(0, countFitting(found, maxBytes, maxBlobs))
    const hasMore = outlines.length < found.length
    const end = Math.max(after, Number(rows[0].last_cursor))
    return { outlines, cursor: hasMore ? (outlines.at(-1)?.cursor ?? after) : end, hasMore }
  }

  const items = async (table: 'deposits' | 'answers', mailbox: Uint8Array) => {
    const order = table === 'deposits' ? 'number' : 'place'
    const select = `SELECT number, bytes FROM ${table} WHERE mailbox = $1 ORDER BY ${order}`
    const { rows } = await pool.query<{ number: string; bytes: Buffer }>(select, [mailbox])
    return rows.map(({ number, bytes }) => ({ number: Number(number), bytes: bytesOf(bytes) }))
  }
  const ofRoom = async <Row extends Record<string, unknown>>(table: string, room: RoomName): Promise<Row[]> => {
    const select = `SELECT * FROM ${table} WHERE room = (SELECT number FROM rooms WHERE name = $1)`
    return (await pool.query<Row>(select, [room])).rows
  }

  return {
    id,
    async commit(writes) {
      if (writes.every(isBlob)) return putBlobs(pool, node, writes)
      return inTransaction(pool, async (client) => {
        const placed = await applyWrites(client, node, writes)
        const news = newsOf(writes, placed).filter(({ type }) => type !== 'blobs')
        await node.tell(client, news)
        return placed
      })
    },
    listen: node.listenToNews,
    async room(room) {
      const row = await findRoom(room)
      if (row === undefined) return undefined
      return {
        room,
        rootKey: bytesOf(row.root_key),
        random: bytesOf(row.random),
        touchedAt: Number(row.touched_at),
        end: Number(row.last_cursor),
        dropped: Number(row.dropped),
        doorVersion: Number(row.door_version),
      }
    },
    read: readPage,
    outlines: outlinePage,
    async pieceNames(room) {
      const find = 'SELECT name FROM pieces WHERE room = (SELECT number FROM rooms WHERE name = $1)'
      const { rows } = await pool.query<{ name: Buffer }>(find, [room])
      return rows.map(({ name }) => bytesOf(name) as PieceName)
    },
    async piece(room, name) {
      const find = 'SELECT bytes FROM pieces WHERE room = (SELECT number FROM rooms WHERE name = $1) AND name = $2'
      const [row] = (await pool.query<{ bytes: Buffer }>(find, [room, name])).rows
      return row && bytesOf(row.bytes)
    },
    async doorRecords(room) {
      type Row = { subject: Buffer; level: string; n: string; signer: Buffer; signer_level: string; bytes: Buffer }
      return (await ofRoom<Row>('doors', room)).map((row) => ({
        subject: bytesOf(row.subject) as RelayKey,
        level: row.level as DoorLevel,
        n: Number(row.n),
        signer: bytesOf(row.signer) as RelayKey,
        signerLevel: row.signer_level as DoorLevel,
        bytes: bytesOf(row.bytes),
      }))
    },
    async receipts(room, key) {
      const select = `SELECT key, bytes FROM receipts
        WHERE room = (SELECT number FROM rooms WHERE name = $1) AND ($2::bytea IS NULL OR key = $2)`
      const { rows } = await pool.query<{ key: Buffer; bytes: Buffer }>(select, [room, key ?? null])
      return rows.map((row) => ({ key: bytesOf(row.key), bytes: bytesOf(row.bytes) }))
    },
    async usage(room) {
      const rows = await ofRoom<{ uploader: Buffer; lane: number; bytes: string }>('usage', room)
      return rows.map(({ uploader, lane, bytes }) => ({
        key: bytesOf(uploader),
        lane: USAGE_LANES[lane] ?? 'content',
        bytes: Number(bytes),
      }))
    },
    async bytes() {
      const { rows } = await pool.query<{ bytes: string }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM usage')
      return Number(rows[0]?.bytes)
    },
    async mailbox(name) {
      const find = `SELECT mailboxes.*, rooms.name AS room_name FROM mailboxes JOIN rooms ON rooms.number = room
        WHERE mailboxes.name = $1`
      type Row = { room_name: Buffer; public_key: Buffer; expires_at: string; card: Buffer }
      const [row] = (await pool.query<Row>(find, [name])).rows
      if (row === undefined) return undefined
      return {
        name,
        room: bytesOf(row.room_name) as RoomName,
        publicKey: bytesOf(row.public_key),
        expiresAt: Number(row.expires_at),
        card: bytesOf(row.card),
      }
    },
    deposits: (mailbox) => items('deposits', mailbox),
    answers: (mailbox) => items('answers', mailbox),
    dropExpired: (seconds) =>
      inTransaction(pool, async (client) => {
        const lock = 'SELECT FROM mailboxes WHERE expires_at <= $1 ORDER BY name FOR UPDATE'
        await client.query(lock, [seconds])
        await client.query('DELETE FROM mailboxes WHERE expires_at <= $1', [seconds])
      }),
    expireRooms: (seconds) =>
      inTransaction(pool, async (client) => {
        const lock = 'SELECT number, last_cursor FROM rooms WHERE touched_at < $1 ORDER BY name FOR UPDATE'
        const { rows } = await client.query<{ number: string; last_cursor: string }>(lock, [seconds])
        await client.query('DELETE FROM receipts WHERE room = ANY ($1)', [rows.map(({ number }) => number)])
        const empty = rows.filter((row) => Number(row.last_cursor) === 0).map(({ number }) => number)
        const drop = `DELETE FROM rooms WHERE number = ANY ($1)
          AND number NOT IN (SELECT room FROM mailboxes) AND number NOT IN (SELECT room FROM pieces)`
        return (await client.query(drop, [empty])).rowCount ?? 0
      }),
    async roomNames() {
      const { rows } = await pool.query<{ name: Buffer }>('SELECT name FROM rooms')
      return rows.map(({ name }) => bytesOf(name) as RoomName)
    },
    close: () => node.close(),
  }
}
