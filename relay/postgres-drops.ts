/** Drops blobs in PostgreSQL, and lets fall by share what keys have used there. */
import type pg from 'pg'
import { fallByShare } from '#relay/fall-by-share'
import { type DropWrite, LANES, type Placed } from '#relay/log-store'
import { byteaArray } from '#relay/postgres-array'
import { type HeldRoom, held } from '#relay/postgres-rooms'

/** Bytes that were dropped, by the number of their room. */
export type FreedBytes = Map<string, number>

/** Drops blobs of rooms that are locked, with one statement, and counts what that freed. */
export async function dropBlobs(
  client: pg.PoolClient,
  writes: readonly DropWrite[],
  rooms: ReadonlyMap<string, HeldRoom>,
  freed: FreedBytes,
): Promise<readonly Placed[]> {
  if (writes.length === 0) return []
  const drop = `WITH gone AS (
      DELETE FROM blobs USING (SELECT DISTINCT * FROM unnest($1::bigint[], $2::bigint[]) AS given (room, cursor)) AS named
      WHERE blobs.room = named.room AND blobs.cursor = named.cursor AND lane = $3
      RETURNING blobs.room, blobs.cursor, size
    ), counted AS (
      UPDATE rooms SET dropped = dropped + sums.blobs
      FROM (SELECT room, count(*) AS blobs FROM gone GROUP BY room) AS sums WHERE rooms.number = sums.room
    ) SELECT room, cursor, size FROM gone`
  const numbers = writes.map(({ room }) => held(rooms, room).number)
  const cursors = writes.map(({ cursor }) => cursor)
  type Row = { room: string; cursor: string; size: number }
  const { rows } = await client.query<Row>(drop, [numbers, cursors, LANES.indexOf('content')])
  for (const { room, size } of rows) freed.set(room, (freed.get(room) ?? 0) + size)
  const gone = new Set(rows.map(({ room, cursor }) => `${room} ${cursor}`))
  return cursors.map((cursor, i) =>
    gone.delete(`${numbers[i]} ${cursor}`) ? { position: cursor, isNew: true } : { position: 0, isNew: false },
  )
}

/** Lets fall what keys have used; nobody else changes it while the rooms are locked. */
export async function shareFreed(client: pg.PoolClient, freed: FreedBytes): Promise<void> {
  if (freed.size === 0) return
  const content = LANES.indexOf('content')
  const select = 'SELECT room, uploader, bytes FROM usage WHERE room = ANY ($1) AND lane = $2'
  type Row = { room: string; uploader: Buffer; bytes: string }
  const { rows } = await client.query<Row>(select, [[...freed.keys()], content])
  const accounts = [...freed].flatMap(([room, bytes]) => {
    const used = rows.filter((row) => row.room === room).map((row) => ({ ...row, bytes: Number(row.bytes) }))
    return fallByShare(used, bytes).map((account) => ({ ...account, room }))
  })
  const fall = `UPDATE usage SET bytes = fallen.bytes
    FROM unnest($1::bigint[], $2::bytea[], $3::bigint[]) AS fallen (room, uploader, bytes)
    WHERE usage.room = fallen.room AND usage.uploader = fallen.uploader AND lane = $4`
  await client.query(fall, [
    accounts.map(({ room }) => room),
    byteaArray(accounts.map(({ uploader }) => uploader)),
    accounts.map(({ bytes }) => bytes),
    content,
  ])
}
