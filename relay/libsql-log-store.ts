/**
 * The store on disk: one SQLite file, write-ahead log, a full fsync for every commit. One relay has the file at a time.
 * libsql gives blobs as ArrayBuffers in object rows, and takes a lone byte array for a set of names: so values go in a list.
 */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { sameBytes } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { PLACE_BYTES } from '#lib/protocol/blob'
import type { DoorLevel, RelayKey, RoomName } from '#lib/protocol/door'
import { applyWrites, type Row, type Value } from '#relay/libsql-commit'
import { migrations } from '#relay/libsql-schema'
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

/** How long one who opens the file waits for another who is bringing its tables up to date. */
const BUSY_MS = 10_000

const bytesOf = (value: Row[string] | undefined): Uint8Array => new Uint8Array(value as ArrayBuffer)

const openFile = (path: string): Database.Database => new Database(path)

function openDatabase(path: string, open: typeof openFile) {
  const database = open(path)
  database.pragma(`busy_timeout = ${BUSY_MS}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  return database
}

/** Brings the tables to this version; processes that open the file at once do it one after the other. */
function migrate(database: Database.Database, random: Random): void {
  database.exec('BEGIN IMMEDIATE')
  const [row] = database.prepare('PRAGMA user_version').all() as Row[]
  const version = Number(row?.user_version)
  if (version > migrations.length) throw new Error('the data folder was written by a newer version of this relay')
  for (const step of migrations.slice(version)) database.exec(step)
  if (version === 0) database.prepare('INSERT INTO store (id) VALUES (?)').run([random.bytes(16)])
  database.exec(`PRAGMA user_version = ${migrations.length}`)
  database.exec('COMMIT')
}

/**
 * Opens or makes `relay.db` in `folder`; throws when the folder cannot be written or a newer version wrote it. `open` gives
 * it another disk.
 */
export function createLibsqlLogStore(folder: string, random: Random, open = openFile): LogStore {
  mkdirSync(folder, { recursive: true })
  const database = openDatabase(join(folder, 'relay.db'), open)
  try {
    migrate(database, random)
  } catch (error) {
    database.close()
    throw error
  }

  const statements = new Map<string, Database.Statement>()
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, known)
    return known
  }
  const run = (sql: string, ...values: readonly Value[]) => prepared(sql).run(values)
  const all = (sql: string, ...values: readonly Value[]) => prepared(sql).all(values) as Row[]
  const one = (sql: string, ...values: readonly Value[]): Row | undefined => all(sql, ...values)[0]

  const findRoom = (room: RoomName) => one('SELECT * FROM rooms WHERE name = ?', room)
  const inTransaction = <T>(task: () => T): T => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = task()
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  /** Sizes first, so that no more bytes than fit the page are ever read. */
  const pageOf = (columns: string, { room, after, filter, maxBytes, maxBlobs }: ReadQuery) => {
    const found = findRoom(room)
    if (found === undefined) throw new Error('No such room')
    const lane = filter.lane === 'any' ? '' : ` AND lane = ${LANES.indexOf(filter.lane)}`
    const channel = filter.channel === undefined ? '' : ' AND channel = ?'
    const values = filter.channel === undefined ? [] : [filter.channel]
    const select = (what: string, limit: number) =>
      all(
        `SELECT ${what} FROM blobs WHERE room = ? AND cursor > ?${lane}${channel} ORDER BY cursor LIMIT ?`,
        Number(found.number),
        after,
        ...values,
        limit,
      )
    const sizes = select('size', maxBlobs + 1).map((row) => ({ size: Number(row.size) }))
    const count = countFitting(sizes, maxBytes, maxBlobs)
    const rows = select(`cursor, ${columns}`, count)
    const hasMore = count < sizes.length
    const end = Math.max(after, Number(found.last_cursor))
    return { rows, cursor: hasMore ? Number(rows.at(-1)?.cursor ?? after) : end, hasMore }
  }

  const readPage = (query: ReadQuery): ReadPage => {
    const { rows, cursor, hasMore } = pageOf('bytes', query)
    return { blobs: rows.map((row) => ({ cursor: Number(row.cursor), bytes: bytesOf(row.bytes) })), cursor, hasMore }
  }

  const outlinePage = ({ channel, ...query }: OutlineQuery): OutlinePage => {
    const columns = `size, substr(bytes, 1, ${PLACE_BYTES}) AS head,
      coalesce(stored_at, (SELECT older_stored_at FROM store)) AS stored_at`
    const { rows, cursor, hasMore } = pageOf(columns, { ...query, filter: { lane: 'content', channel } })
    const outlines = rows.map((row) => ({
      cursor: Number(row.cursor),
      size: Number(row.size),
      storedAt: Number(row.stored_at),
      head: bytesOf(row.head),
    }))
    return { outlines, cursor, hasMore }
  }

  const items = (table: 'deposits' | 'answers', mailbox: Uint8Array) =>
    all(`SELECT number, bytes FROM ${table} WHERE mailbox = ? ORDER BY rowid`, mailbox).map((row) => ({
      number: Number(row.number),
      bytes: bytesOf(row.bytes),
    }))
  const ofRoom = (select: string, room: RoomName) =>
    all(`${select} WHERE room = (SELECT number FROM rooms WHERE name = ?)`, room)

  return {
    id: bytesOf(one('SELECT id FROM store')?.id),
    commit: async (writes) => inTransaction(() => applyWrites({ run, all }, writes)),
    async room(room) {
      const row = findRoom(room)
      if (row === undefined) return undefined
      const [rootKey, salt] = [bytesOf(row.root_key), bytesOf(row.random)]
      const [touchedAt, doorVersion] = [Number(row.touched_at), Number(row.door_version)]
      const [end, dropped] = [Number(row.last_cursor), Number(row.dropped)]
      return { room, rootKey, random: salt, touchedAt, end, dropped, doorVersion }
    },
    read: async (query) => readPage(query),
    outlines: async (query) => outlinePage(query),
    pieceNames: async (room) => ofRoom('SELECT name FROM pieces', room).map(({ name }) => bytesOf(name) as PieceName),
    async piece(room, name) {
      const find = 'SELECT bytes FROM pieces WHERE room = (SELECT number FROM rooms WHERE name = ?) AND name = ?'
      const row = one(find, room, name)
      return row && bytesOf(row.bytes)
    },
    doorRecords: async (room) =>
      ofRoom('SELECT * FROM doors', room).map((row) => ({
        subject: bytesOf(row.subject) as RelayKey,
        level: row.level as DoorLevel,
        n: Number(row.n),
        signer: bytesOf(row.signer) as RelayKey,
        signerLevel: row.signer_level as DoorLevel,
        bytes: bytesOf(row.bytes),
      })),
    receipts: async (room, key) =>
      ofRoom('SELECT * FROM receipts', room)
        .map((row) => ({ key: bytesOf(row.key), bytes: bytesOf(row.bytes) }))
        .filter((receipt) => key === undefined || sameBytes(receipt.key, key)),
    usage: async (room) =>
      ofRoom('SELECT * FROM usage', room).map((row) => ({
        key: bytesOf(row.uploader),
        lane: USAGE_LANES[Number(row.lane)] ?? 'content',
        bytes: Number(row.bytes),
      })),
    bytes: async () => Number(one('SELECT coalesce(sum(bytes), 0) AS bytes FROM usage')?.bytes),
    async mailbox(name) {
      const sql = 'SELECT mailboxes.*, rooms.name AS room_name FROM mailboxes JOIN rooms ON rooms.number = room'
      const row = one(`${sql} WHERE mailboxes.name = ?`, name)
      if (row === undefined) return undefined
      return {
        name,
        room: bytesOf(row.room_name) as RoomName,
        publicKey: bytesOf(row.public_key),
        expiresAt: Number(row.expires_at),
        card: bytesOf(row.card),
      }
    },
    deposits: async (mailbox) => items('deposits', mailbox),
    answers: async (mailbox) => items('answers', mailbox),
    async dropExpired(seconds) {
      inTransaction(() => {
        for (const table of ['deposits', 'answers']) {
          run(`DELETE FROM ${table} WHERE mailbox IN (SELECT name FROM mailboxes WHERE expires_at <= ?)`, seconds)
        }
        run('DELETE FROM mailboxes WHERE expires_at <= ?', seconds)
      })
    },
    async expireRooms(seconds) {
      const empty = `SELECT number FROM rooms WHERE touched_at < ? AND last_cursor = 0
        AND number NOT IN (SELECT room FROM mailboxes) AND number NOT IN (SELECT room FROM pieces)`
      return inTransaction(() => {
        run('DELETE FROM receipts WHERE room IN (SELECT number FROM rooms WHERE touched_at < ?)', seconds)
        run(`DELETE FROM doors WHERE room IN (${empty})`, seconds)
        return run(`DELETE FROM rooms WHERE number IN (${empty})`, seconds).changes
      })
    },
    roomNames: async () => all('SELECT name FROM rooms').map((row) => bytesOf(row.name) as RoomName),
    listen: () => {},
    close: async () => {
      statements.clear()
      if (database.open) database.close()
    },
  }
}
