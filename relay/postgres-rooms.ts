/** Rooms in PostgreSQL as a transaction begins and locks them, in the order of their names. */
import type pg from 'pg'
import { compareBytes, toHex } from '#lib/base/bytes'
import type { StoreWrite } from '#relay/log-store'
import { byteaArray } from '#relay/postgres-array'

/** A locked room, with its door as this transaction leaves it. */
export interface HeldRoom {
  readonly number: string
  doorVersion: number
}

type RoomRow = { number: string; name: Buffer; door_version: string }

/** Each name once, in order. */
export const inOrder = (names: readonly Uint8Array[]): Uint8Array[] =>
  [...new Map(names.map((name) => [toHex(name), name])).values()].toSorted(compareBytes)

const roomOf = (write: StoreWrite) =>
  write.type === 'mailbox' || write.type === 'room' ? write.record.room : 'room' in write ? write.room : undefined

/** Makes those that are not there yet. */
export async function beginRooms(client: pg.PoolClient, writes: readonly StoreWrite[]): Promise<void> {
  const records = writes.flatMap((write) => (write.type === 'room' ? [write.record] : []))
  if (records.length === 0) return
  const begin = `INSERT INTO rooms (name, root_key, random, touched_at)
    SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bigint[])
    AS fresh (name, root_key, random, touched_at) ORDER BY name ON CONFLICT DO NOTHING`
  await client.query(begin, [
    byteaArray(records.map(({ room }) => room)),
    byteaArray(records.map(({ rootKey }) => rootKey)),
    byteaArray(records.map(({ random }) => random)),
    records.map(({ touchedAt }) => touchedAt),
  ])
}

/** By the hex of their names; throws where one does not exist. */
export async function lockRooms(client: pg.PoolClient, writes: readonly StoreWrite[]): Promise<Map<string, HeldRoom>> {
  const names = inOrder(writes.flatMap((write) => roomOf(write) ?? []))
  if (names.length === 0) return new Map()
  const lock = 'SELECT number, name, door_version FROM rooms WHERE name = ANY ($1) ORDER BY name FOR UPDATE'
  const { rows } = await client.query<RoomRow>(lock, [byteaArray(names)])
  if (rows.length < names.length) throw new Error('No such room')
  return new Map(
    rows.map(({ number, name, door_version }) => [toHex(name), { number, doorVersion: Number(door_version) }]),
  )
}

/** The room of this name, which must be locked. */
export const held = (rooms: ReadonlyMap<string, HeldRoom>, name: Uint8Array): HeldRoom => {
  const room = rooms.get(toHex(name))
  if (room === undefined) throw new Error('No such room')
  return room
}
