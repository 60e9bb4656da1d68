/**
 * What an admin asks to be dropped (S3), some slices of bounded size a request: each is one commit, so that a crash leaves whole blobs, and
 * the loop has a turn after it. Nobody but the log of the room knows whether segments stand for what goes.
 */
import type { DropFrame, DroppedFrame } from '#lib/protocol/drop-frames'
import type { RelayContext } from '#relay/relay-context'
import type { Room } from '#relay/room'
import { runsWithin } from '#relay/runs-within'

const SLICE_BLOBS = 128
const MAX_SLICES = 8
/** What looking at a blob costs besides its bytes. */
const BLOB_COST = 256

export interface DropRoad {
  /** Asked before anything of a slice is dropped. */
  mayGoOn(): boolean
  /** Takes bytes, and resolves when the next slice may come; a request that has to wait ends there, so that its answer comes soon. */
  pay(bytes: number): Promise<void> | undefined
}

/** Rejects where the store does. Until the caller may not go on: `isStopped` then. */
export async function dropRuns(
  room: Pick<Room, 'name' | 'drop'>,
  { channel, after, ranges }: Omit<DropFrame, 'type' | 'request'>,
  { store, limits, clock, defer }: Pick<RelayContext, 'store' | 'limits' | 'clock' | 'defer'>,
  { mayGoOn, pay }: DropRoad,
): Promise<Omit<DroppedFrame, 'type' | 'request' | 'outcome'> & { readonly isStopped: boolean }> {
  const isNamed = runsWithin(ranges)
  const youngest = limits.dropSeconds === 0 ? Number.POSITIVE_INFINITY : clock.now() / 1000 - limits.dropSeconds
  const query = { room: room.name, channel, maxBytes: limits.pageBytes, maxBlobs: SLICE_BLOBS }
  let [blobs, bytes, young] = [0, 0, 0]
  let [cursor, hasMore] = [after, true]
  for (let slices = 0, waits = false; hasMore && !waits && slices < MAX_SLICES; slices++) {
    const page = await store.outlines({ ...query, after: cursor })
    if (!mayGoOn()) return { cursor, hasMore, blobs, bytes, young, isStopped: true }
    const named = page.outlines.filter(({ head }) => isNamed(head))
    const old = named.filter(({ storedAt }) => storedAt <= youngest)
    const gone = await room.drop(old)
    blobs += gone.length
    bytes += sumOf(gone)
    young += sumOf(named) - sumOf(old)
    cursor = page.cursor
    hasMore = page.hasMore
    await new Promise<void>(defer)
    const paid = pay(sumOf(page.outlines) + page.outlines.length * BLOB_COST)
    waits = paid !== undefined
    await paid
  }
  return { cursor, hasMore, blobs, bytes, young, isStopped: false }
}

const sumOf = (all: readonly { readonly size: number }[]): number => all.reduce((sum, { size }) => sum + size, 0)
