/**
 * What an admin asks to be dropped (S3), in slices of bounded size: each is one commit, so that a crash leaves whole blobs, and the
 * loop has a turn after it. Nobody but the log of the room knows whether segments stand for what goes.
 */
import type { DropFrame, DroppedFrame } from '#lib/protocol/drop-frames'
import type { RelayContext } from '#relay/relay-context'
import type { Room } from '#relay/room'
import { runsWithin } from '#relay/runs-within'

const SLICE_BLOBS = 128
/** What looking at a blob costs besides its bytes. */
const BLOB_COST = 256

export interface DropRoad {
  /** Asked before anything of a slice is dropped. */
  mayGoOn(): boolean
  /** Takes bytes, and resolves when the next slice may come. */
  pay(bytes: number): Promise<void> | undefined
}

/** Rejects where the store does. Until the caller may not go on; `isWhole` tells whether that was so to the end. */
export async function dropRuns(
  room: Pick<Room, 'name' | 'drop'>,
  { channel, ranges }: Pick<DropFrame, 'channel' | 'ranges'>,
  { store, limits, clock, defer }: Pick<RelayContext, 'store' | 'limits' | 'clock' | 'defer'>,
  { mayGoOn, pay }: DropRoad,
): Promise<Pick<DroppedFrame, 'blobs' | 'bytes' | 'young'> & { readonly isWhole: boolean }> {
  const isNamed = runsWithin(ranges)
  const youngest = limits.dropSeconds === 0 ? Number.POSITIVE_INFINITY : clock.now() / 1000 - limits.dropSeconds
  const query = { room: room.name, channel, maxBytes: limits.pageBytes, maxBlobs: SLICE_BLOBS }
  let [blobs, bytes, young] = [0, 0, 0]
  for (let after = 0, hasMore = true; hasMore; ) {
    const page = await store.outlines({ ...query, after })
    if (!mayGoOn()) return { blobs, bytes, young, isWhole: false }
    const named = page.outlines.filter(({ head }) => isNamed(head))
    const old = named.filter(({ storedAt }) => storedAt <= youngest)
    const gone = await room.drop(old)
    blobs += gone.length
    bytes += sumOf(gone)
    young += sumOf(named) - sumOf(old)
    after = page.cursor
    hasMore = page.hasMore
    await new Promise<void>(defer)
    await pay(sumOf(page.outlines) + page.outlines.length * BLOB_COST)
  }
  return { blobs, bytes, young, isWhole: true }
}

const sumOf = (all: readonly { readonly size: number }[]): number => all.reduce((sum, { size }) => sum + size, 0)
