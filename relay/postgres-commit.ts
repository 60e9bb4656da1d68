/**
 * One group of writes as one transaction. Rooms and mailboxes are locked first, each in the order of their names, so that
 * nodes never wait for each other in a circle, and cursors become visible in their order: whoever sees one sees all
 * before it.
 */
import type pg from 'pg'
import type { BlobWrite, DropWrite, MailboxWrite, PieceWrite, Placed, StoreWrite } from '#relay/log-store'
import { LANES, USAGE_LANES } from '#relay/log-store'
import { bigintArray, byteaArray, smallintArray } from '#relay/postgres-array'
import { dropBlobs, type FreedBytes, shareFreed } from '#relay/postgres-drops'
import type { PostgresNode } from '#relay/postgres-node'
import { beginRooms, type HeldRoom, held, inOrder, lockRooms } from '#relay/postgres-rooms'

const done: Placed = { position: 0, isNew: true }
const refused: Placed = { position: 0, isNew: false }

const mailboxOf = (write: StoreWrite) =>
  write.type === 'mailbox' ? write.record.name : 'mailbox' in write ? write.mailbox : undefined

async function lockMailboxes(client: pg.PoolClient, writes: readonly StoreWrite[]): Promise<void> {
  const names = inOrder(writes.flatMap((write) => mailboxOf(write) ?? []))
  if (names.length === 0) return
  await client.query('SELECT FROM mailboxes WHERE name = ANY ($1) ORDER BY name FOR UPDATE', [byteaArray(names)])
}

export const isBlob = (write: StoreWrite): write is BlobWrite => write.type === 'blob'
const isDrop = (write: StoreWrite): write is DropWrite => write.type === 'drop'

/** Places blobs with one statement, which is a transaction of its own outside of another one, and tells other nodes. */
export async function putBlobs(
  database: Pick<pg.ClientBase, 'query'>,
  { channel, name }: Pick<PostgresNode, 'channel' | 'name'>,
  writes: readonly BlobWrite[],
): Promise<readonly Placed[]> {
  if (writes.length === 0) return []
  const put = 'SELECT place, is_new FROM put_blobs($1, $2, $3, $4, $5, $6, $7, $8, $9)'
  const { rows } = await database.query<{ place: string; is_new: boolean }>(put, [
    channel,
    name,
    byteaArray(writes.map(({ room }) => room)),
    byteaArray(writes.map(({ hash }) => hash)),
    smallintArray(writes.map(({ lane }) => LANES.indexOf(lane))),
    byteaArray(writes.map((write) => write.channel)),
    byteaArray(writes.map(({ uploader }) => uploader)),
    bigintArray(writes.map(({ storedAt }) => storedAt)),
    byteaArray(writes.map(({ bytes }) => bytes)),
  ])
  return rows.map(({ place, is_new }) => ({ position: Number(place), isNew: is_new }))
}

async function putPiece(client: pg.PoolClient, { name, uploader, bytes }: PieceWrite, room: HeldRoom): Promise<Placed> {
  const put = 'INSERT INTO pieces (room, name, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING'
  const { rowCount } = await client.query(put, [room.number, name, bytes])
  if (rowCount !== 1) return { position: 1, isNew: false }
  const count = `INSERT INTO usage (room, uploader, lane, bytes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (room, uploader, lane) DO UPDATE SET bytes = usage.bytes + excluded.bytes`
  await client.query(count, [room.number, uploader, USAGE_LANES.indexOf('piece'), bytes.length])
  return { position: 1, isNew: true }
}

async function putDoor(
  client: pg.PoolClient,
  { record, version }: Extract<StoreWrite, { type: 'door' }>,
  room: HeldRoom,
): Promise<Placed> {
  if (room.doorVersion !== version) return refused
  room.doorVersion++
  const { subject, level, n, signer, signerLevel, bytes } = record
  const put = `WITH counted AS (UPDATE rooms SET door_version = door_version + 1 WHERE number = $1)
    INSERT INTO doors (room, subject, level, n, signer, signer_level, bytes)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (room, subject) DO UPDATE SET level = excluded.level,
    n = excluded.n, signer = excluded.signer, signer_level = excluded.signer_level, bytes = excluded.bytes`
  await client.query(put, [room.number, subject, level, n, signer, signerLevel, bytes])
  return done
}

async function putMailbox(
  client: pg.PoolClient,
  { record, mostInRoom }: MailboxWrite,
  room: HeldRoom,
): Promise<Placed> {
  const { name, publicKey, expiresAt, card } = record
  const renew = 'UPDATE mailboxes SET expires_at = $2, card = $3 WHERE name = $1'
  const { rowCount } = await client.query(renew, [name, expiresAt, card])
  if (rowCount === 1) return done
  const open = `INSERT INTO mailboxes (name, room, public_key, expires_at, card) SELECT $1, $2, $3, $4, $5
    WHERE (SELECT count(*) FROM mailboxes WHERE room = $2) < $6
    ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at, card = excluded.card`
  const opened = await client.query(open, [name, room.number, publicKey, expiresAt, card, mostInRoom])
  return opened.rowCount === 1 ? done : refused
}

async function putDeposit(
  client: pg.PoolClient,
  { mailbox, bytes, mostWaiting }: Extract<StoreWrite, { type: 'deposit' }>,
): Promise<Placed> {
  const look = `SELECT count(*) AS waiting, max(number) FILTER (WHERE bytes = $2) AS known
    FROM deposits WHERE mailbox = $1`
  const { rows } = await client.query<{ waiting: string; known: string | null }>(look, [mailbox, bytes])
  const known = rows[0]?.known
  if (known) return { position: Number(known), isNew: false }
  if (Number(rows[0]?.waiting) >= mostWaiting) return refused
  const put = `WITH counted AS (
      UPDATE mailboxes SET last_number = last_number + 1 WHERE name = $1 RETURNING name, last_number
    )
    INSERT INTO deposits (mailbox, number, bytes) SELECT name, last_number, $2 FROM counted RETURNING number`
  const placed = await client.query<{ number: string }>(put, [mailbox, bytes])
  if (placed.rows[0] === undefined) throw new Error('No such mailbox')
  return { position: Number(placed.rows[0].number), isNew: true }
}

async function putAnswer(
  client: pg.PoolClient,
  { mailbox, number, bytes, mostBytes }: Extract<StoreWrite, { type: 'answer' }>,
): Promise<Placed> {
  const put = `INSERT INTO answers (mailbox, number, bytes) SELECT $1::bytea, $2::bigint, $3::bytea
    WHERE (SELECT coalesce(sum(length(bytes)), 0) FROM answers WHERE mailbox = $1) <= $4`
  const { rowCount } = await client.query(put, [mailbox, number, bytes, mostBytes - bytes.length])
  if (rowCount !== 1) return refused
  await client.query('DELETE FROM deposits WHERE mailbox = $1 AND number = $2', [mailbox, number])
  return done
}

/** Applies a group inside a transaction that the caller commits. What it drops goes first, so that nothing goes that it places. */
export async function applyWrites(
  client: pg.PoolClient,
  node: Pick<PostgresNode, 'channel' | 'name'>,
  writes: readonly StoreWrite[],
): Promise<readonly Placed[]> {
  await beginRooms(client, writes)
  const rooms = await lockRooms(client, writes)
  await lockMailboxes(client, writes)
  const freed: FreedBytes = new Map()
  const dropped = (await dropBlobs(client, writes.filter(isDrop), rooms, freed)).values()
  const blobs = (await putBlobs(client, node, writes.filter(isBlob))).values()
  await shareFreed(client, freed)

  const apply = async (write: StoreWrite): Promise<Placed> => {
    switch (write.type) {
      case 'room':
        return done
      case 'touch': {
        const touch = 'UPDATE rooms SET touched_at = greatest(touched_at, $2) WHERE number = $1'
        await client.query(touch, [held(rooms, write.room).number, write.at])
        return done
      }
      case 'blob':
        return blobs.next().value ?? refused
      case 'drop':
        return dropped.next().value ?? refused
      case 'piece':
        return putPiece(client, write, held(rooms, write.room))
      case 'door':
        return putDoor(client, write, held(rooms, write.room))
      case 'receipt': {
        const put = `INSERT INTO receipts (room, key, bytes) VALUES ($1, $2, $3)
          ON CONFLICT (room, key) DO UPDATE SET bytes = excluded.bytes`
        await client.query(put, [held(rooms, write.room).number, write.key, write.bytes])
        return done
      }
      case 'mailbox':
        return putMailbox(client, write, held(rooms, write.record.room))
      case 'deposit':
        return putDeposit(client, write)
      case 'answer':
        return putAnswer(client, write)
    }
  }
  const placed: Placed[] = []
  for (const write of writes) placed.push(await apply(write))
  return placed
}
