/**
 * One group of writes in one transaction. What many blobs of a group have in common, their room's
 * end and what a key has spent, is read and written once.
 */
import { toHex } from '#lib/base/bytes'
import type { RoomName } from '#lib/protocol/door'
import { fallByShare } from '#relay/fall-by-share'
import {
  type BlobWrite,
  type DropWrite,
  LANES,
  type MailboxWrite,
  type PieceWrite,
  type Placed,
  type StoreWrite,
  USAGE_LANES,
} from '#relay/log-store'

export type Row = Readonly<Record<string, number | string | ArrayBuffer>>
export type Value = number | string | Uint8Array

/** How statements are run; they are kept prepared by their text. */
export interface Statements {
  run(sql: string, ...values: readonly Value[]): { readonly changes: number }
  all(sql: string, ...values: readonly Value[]): readonly Row[]
}

interface HeldRoom {
  readonly number: number
  /** In the table. */
  readonly begun: number
  end: number
  dropped: number
  /** Bytes of what was dropped. */
  freed: number
}

interface Spent {
  readonly room: number
  readonly uploader: Uint8Array
  readonly lane: number
  bytes: number
}

const CONTENT = LANES.indexOf('content')

const done: Placed = { position: 0, isNew: true }
const refused: Placed = { position: 0, isNew: false }

/** Applies a group inside a transaction that the caller commits, or takes back when this throws. */
export function applyWrites({ run, all }: Statements, writes: readonly StoreWrite[]): readonly Placed[] {
  const one = (sql: string, ...values: readonly Value[]): Row | undefined => all(sql, ...values)[0]
  const rooms = new Map<string, HeldRoom>()
  const spending = new Map<string, Spent>()

  let last: { readonly name: RoomName; readonly room: HeldRoom } | undefined
  const held = (name: RoomName): HeldRoom => {
    if (last === undefined || last.name !== name) last = { name, room: heldAnew(name) }
    return last.room
  }
  const heldAnew = (name: RoomName): HeldRoom => {
    const key = toHex(name)
    const known = rooms.get(key)
    if (known !== undefined) return known
    const row = one('SELECT number, last_cursor FROM rooms WHERE name = ?', name)
    if (row === undefined) throw new Error('No such room')
    const end = Number(row.last_cursor)
    const room = { number: Number(row.number), begun: end, end, dropped: 0, freed: 0 }
    rooms.set(key, room)
    return room
  }

  let account: Spent | undefined
  const accountOf = (room: number, uploader: Uint8Array, lane: number): Spent => {
    const key = `${room} ${lane} ${toHex(uploader)}`
    const spent = spending.get(key) ?? { room, uploader, lane, bytes: 0 }
    spending.set(key, spent)
    return spent
  }
  const spend = (room: number, uploader: Uint8Array, lane: number, bytes: number) => {
    if (account?.uploader !== uploader || account.room !== room || account.lane !== lane) {
      account = accountOf(room, uploader, lane)
    }
    account.bytes += bytes
  }

  const putBlob = (write: BlobWrite): Placed => {
    const room = held(write.room)
    const { hash, channel, uploader, storedAt, bytes } = write
    const lane = LANES.indexOf(write.lane)
    const put = `INSERT INTO blobs (room, cursor, hash, lane, channel, size, bytes, stored_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room, hash) DO NOTHING`
    const values = [room.number, room.end + 1, hash, lane, channel, bytes.length, bytes, storedAt]
    if (run(put, ...values).changes === 0) {
      const known = one('SELECT cursor FROM blobs WHERE room = ? AND hash = ?', room.number, hash)
      return { position: Number(known?.cursor), isNew: false }
    }
    spend(room.number, uploader, lane, bytes.length)
    return { position: ++room.end, isNew: true }
  }

  const dropBlob = ({ room: name, cursor }: DropWrite): Placed => {
    const room = held(name)
    const drop = 'DELETE FROM blobs WHERE room = ? AND cursor = ? AND lane = ? RETURNING size'
    const gone = one(drop, room.number, cursor, CONTENT)
    if (gone === undefined) return refused
    room.freed += Number(gone.size)
    room.dropped++
    return { position: cursor, isNew: true }
  }

  const putPiece = ({ room: roomName, name, uploader, bytes }: PieceWrite): Placed => {
    const { number: room } = held(roomName)
    const put = 'INSERT INTO pieces (room, name, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
    const isNew = run(put, room, name, bytes).changes > 0
    if (isNew) spend(room, uploader, USAGE_LANES.indexOf('piece'), bytes.length)
    return { position: 1, isNew }
  }

  const putDoor = ({ room: name, record, version }: Extract<StoreWrite, { type: 'door' }>): Placed => {
    const { number: room } = held(name)
    const count = 'UPDATE rooms SET door_version = door_version + 1 WHERE number = ? AND door_version = ?'
    if (run(count, room, version).changes === 0) return refused
    const { subject, level, n, signer, signerLevel, bytes } = record
    const put = 'REPLACE INTO doors (room, subject, level, n, signer, signer_level, bytes) VALUES (?,?,?,?,?,?,?)'
    run(put, room, subject, level, n, signer, signerLevel, bytes)
    return done
  }

  const putMailbox = ({ record, mostInRoom }: MailboxWrite): Placed => {
    const { name, publicKey, expiresAt, card } = record
    const { number: room } = held(record.room)
    if (one('SELECT 1 FROM mailboxes WHERE name = ?', name) !== undefined) {
      run('UPDATE mailboxes SET expires_at = ?, card = ? WHERE name = ?', expiresAt, card, name)
      return done
    }
    const count = Number(one('SELECT count(*) AS count FROM mailboxes WHERE room = ?', room)?.count)
    if (count >= mostInRoom) return refused
    const put = 'INSERT INTO mailboxes (name, room, public_key, expires_at, card) VALUES (?, ?, ?, ?, ?)'
    run(put, name, room, publicKey, expiresAt, card)
    return done
  }

  const putDeposit = ({ mailbox, bytes, mostWaiting }: Extract<StoreWrite, { type: 'deposit' }>): Placed => {
    const known = one('SELECT number FROM deposits WHERE mailbox = ? AND bytes = ?', mailbox, bytes)
    if (known !== undefined) return { position: Number(known.number), isNew: false }
    const waiting = Number(one('SELECT count(*) AS count FROM deposits WHERE mailbox = ?', mailbox)?.count)
    if (waiting >= mostWaiting) return refused
    run('UPDATE mailboxes SET last_number = last_number + 1 WHERE name = ?', mailbox)
    const number = Number(one('SELECT last_number FROM mailboxes WHERE name = ?', mailbox)?.last_number)
    run('INSERT INTO deposits (mailbox, number, bytes) VALUES (?, ?, ?)', mailbox, number, bytes)
    return { position: number, isNew: true }
  }

  const putAnswer = ({ mailbox, number, bytes, mostBytes }: Extract<StoreWrite, { type: 'answer' }>): Placed => {
    const sum = 'SELECT coalesce(sum(length(bytes)), 0) AS size FROM answers WHERE mailbox = ?'
    if (Number(one(sum, mailbox)?.size) + bytes.length > mostBytes) return refused
    run('DELETE FROM deposits WHERE mailbox = ? AND number = ?', mailbox, number)
    run('INSERT INTO answers (mailbox, number, bytes) VALUES (?, ?, ?)', mailbox, number, bytes)
    return done
  }

  const apply = (write: StoreWrite): Placed => {
    switch (write.type) {
      case 'room': {
        const { room, rootKey, random: salt, touchedAt } = write.record
        const put = 'INSERT INTO rooms (name, root_key, random, touched_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
        run(put, room, rootKey, salt, touchedAt)
        return done
      }
      case 'touch':
        run('UPDATE rooms SET touched_at = max(touched_at, ?) WHERE number = ?', write.at, held(write.room).number)
        return done
      case 'blob':
        return putBlob(write)
      case 'drop':
        return dropBlob(write)
      case 'piece':
        return putPiece(write)
      case 'door':
        return putDoor(write)
      case 'receipt':
        run(
          'REPLACE INTO receipts (room, key, bytes) VALUES (?, ?, ?)',
          held(write.room).number,
          write.key,
          write.bytes,
        )
        return done
      case 'mailbox':
        return putMailbox(write)
      case 'deposit':
        return putDeposit(write)
      case 'answer':
        return putAnswer(write)
    }
  }

  const placed = writes.map(apply)
  for (const { number, begun, end, dropped } of rooms.values()) {
    if (end > begun) run('UPDATE rooms SET last_cursor = ? WHERE number = ?', end, number)
    if (dropped > 0) run('UPDATE rooms SET dropped = dropped + ? WHERE number = ?', dropped, number)
  }
  for (const { room, uploader, lane, bytes } of spending.values()) {
    const count = `INSERT INTO usage (room, uploader, lane, bytes) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes`
    run(count, room, uploader, lane, bytes)
  }
  for (const { number, freed } of rooms.values()) {
    if (freed === 0) continue
    const used = all('SELECT uploader, bytes FROM usage WHERE room = ? AND lane = ?', number, CONTENT).map((row) => ({
      uploader: new Uint8Array(row.uploader as ArrayBuffer),
      bytes: Number(row.bytes),
    }))
    const fall = 'UPDATE usage SET bytes = ? WHERE room = ? AND uploader = ? AND lane = ?'
    for (const { uploader, bytes } of fallByShare(used, freed)) run(fall, bytes, number, uploader, CONTENT)
  }
  return placed
}
