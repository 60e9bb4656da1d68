/**
 * One page of a room for a reader that leaves runs out (R4, R5). What is passed over is never sent, so nothing else would
 * slow down who asks for it: it is paid for, and the loop gets a turn after every page of it.
 */
import type { RoomName } from '#lib/protocol/door'
import type { ReadFrame } from '#lib/protocol/relay-frames'
import type { ReadPage } from '#relay/log-store'
import type { RelayContext } from '#relay/relay-context'
import { runsWithin } from '#relay/runs-within'

const PAGE_BLOBS = 1024
/** At most so many pages are read for one that holds anything wanted. */
const PAGES_SCANNED = 16
/** What passing over a blob costs besides its bytes. */
const BLOB_COST = 256

/** `pay` takes bytes, and resolves when the reader may go on. */
export async function readPage(
  room: RoomName,
  { after, filter, without }: ReadFrame,
  { store, limits, defer }: Pick<RelayContext, 'store' | 'limits' | 'defer'>,
  pay: (bytes: number) => Promise<void> | undefined,
): Promise<ReadPage> {
  const isLeftOut = runsWithin(without)
  const query = { room, filter, maxBytes: limits.pageBytes, maxBlobs: PAGE_BLOBS }
  for (let scanned = 1, cursor = after; ; scanned++) {
    const page = await store.read({ ...query, after: cursor })
    const blobs = page.blobs.filter(({ bytes }) => !isLeftOut(bytes))
    const sizeOf = (all: ReadPage['blobs']) => all.reduce((sum, { bytes }) => sum + bytes.length + BLOB_COST, 0)
    const passedOver = sizeOf(page.blobs) - sizeOf(blobs)
    if (passedOver > 0) {
      await new Promise<void>(defer)
      await pay(passedOver)
    }
    if (blobs.length > 0 || !page.hasMore || scanned === PAGES_SCANNED) return { ...page, blobs }
    cursor = page.cursor
  }
}
