/**
 * Reads everything that a relay keeps and says whether it is what it was when it came: names that fit their keys, statements
 * that their signers signed, blobs at their places, pieces under their names. It can tell damage, not whether something is missing at the end.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Crypto } from '#lib/crypto/crypto'
import { decodeBlob } from '#lib/protocol/blob'
import { decodeDoorStatement, type RoomName, roomName, verifyDoorStatement } from '#lib/protocol/door'
import type { LogStore } from '#relay/log-store'

export type Damage = 'room-name' | 'door' | 'blob' | 'blob-order' | 'blob-twice' | 'piece'

export interface StoreCheck {
  readonly rooms: number
  readonly blobs: number
  readonly pieces: number
  readonly bytes: number
  /** How often each damage was found. */
  readonly damage: ReadonlyMap<Damage, number>
}

const PAGE = { maxBytes: 4 * 2 ** 20, maxBlobs: 1024, filter: { lane: 'any', channel: undefined } } as const

export async function checkStore(store: LogStore, crypto: Pick<Crypto, 'verify' | 'digest'>): Promise<StoreCheck> {
  const damage = new Map<Damage, number>()
  const note = (kind: Damage) => damage.set(kind, (damage.get(kind) ?? 0) + 1)
  let [rooms, blobs, pieces, bytes] = [0, 0, 0, 0]

  const checkDoor = async (room: RoomName) => {
    for (const record of await store.doorRecords(room)) {
      const statement = decodeDoorStatement(record.bytes)
      const isTrue =
        statement.ok &&
        sameBytes(statement.value.room, room) &&
        sameBytes(statement.value.subject, record.subject) &&
        statement.value.level === record.level &&
        (await verifyDoorStatement(statement.value, crypto))
      if (!isTrue) note('door')
    }
  }
  const checkBlobs = async (room: RoomName) => {
    const seen = new Set<string>()
    for (let after = 0, hasMore = true; hasMore; ) {
      const page = await store.read({ ...PAGE, room, after })
      let last = after
      for (const item of page.blobs) {
        const blob = decodeBlob(item.bytes)
        if (item.cursor <= last) note('blob-order')
        if (!blob.ok) note('blob')
        else if (seen.has(toHex(blob.value.hash))) note('blob-twice')
        else seen.add(toHex(blob.value.hash))
        last = item.cursor
        blobs++
        bytes += item.bytes.length
      }
      after = page.cursor
      hasMore = page.hasMore
    }
  }

  const checkPieces = async (room: RoomName) => {
    for (const name of await store.pieceNames(room)) {
      const piece = await store.piece(room, name)
      if (piece === undefined || !sameBytes(await crypto.digest(piece), name)) note('piece')
      pieces++
      bytes += piece?.length ?? 0
    }
  }

  for (const name of await store.roomNames()) {
    const record = await store.room(name)
    if (record === undefined) continue
    rooms++
    if (!sameBytes(roomName(record.rootKey, record.random), name)) note('room-name')
    await checkDoor(name)
    await checkBlobs(name)
    await checkPieces(name)
  }
  return { rooms, blobs, pieces, bytes, damage }
}
