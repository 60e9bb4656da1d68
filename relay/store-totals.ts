import type { LogStore, UsageLane } from '#relay/log-store'

/** What a relay keeps, as sums over all rooms; nothing of one room but the size of the largest. */
export interface StoreTotals {
  readonly rooms: number
  /** Rooms that somebody entered in the last 30 days. */
  readonly roomsInUse: number
  readonly blobs: number
  readonly bytesByLane: Readonly<Record<UsageLane, number>>
  readonly largestRoomBytes: number
  readonly keysThatWrote: number
}

const MONTH_SECONDS = 30 * 86_400

export async function addUp(store: LogStore, nowSeconds: number): Promise<StoreTotals> {
  const bytesByLane = { log: 0, content: 0, segment: 0, piece: 0 }
  let [rooms, roomsInUse, blobs, largestRoomBytes, keysThatWrote] = [0, 0, 0, 0, 0]
  for (const name of await store.roomNames()) {
    const record = await store.room(name)
    if (record === undefined) continue
    rooms++
    if (record.touchedAt > nowSeconds - MONTH_SECONDS) roomsInUse++
    blobs += record.end - record.dropped
    const usage = await store.usage(name)
    for (const { lane, bytes } of usage) bytesByLane[lane] += bytes
    largestRoomBytes = Math.max(
      largestRoomBytes,
      usage.reduce((sum, { bytes }) => sum + bytes, 0),
    )
    keysThatWrote += new Set(usage.filter(({ bytes }) => bytes > 0).map(({ key }) => key.join())).size
  }
  return { rooms, roomsInUse, blobs, bytesByLane, largestRoomBytes, keysThatWrote }
}
