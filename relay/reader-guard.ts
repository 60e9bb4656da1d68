/**
 * Protects the relay's memory from readers slower than what happens in their room: above a mark they are told that they
 * are behind instead of getting pushes; who stays behind for long is closed.
 */
import { concat } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { SharedFrame } from '#relay/shared-frame'
import type { SyncLimits } from '#relay/sync-limits'
import type { VisitorLink } from '#relay/sync-session'

export interface ReaderGuard {
  /** Blobs up to cursor `end`. */
  push(frames: readonly SharedFrame[], end: number): void
  whisper(shared: SharedFrame): void
  close(): void
}

/** Of blobs in one frame, and how many at most. */
export const FRAME_BYTES = 60_000
export const FRAME_ITEMS = 256
/** Of a blob, besides its own bytes, at most. */
export const ITEM_BYTES = 16

/** Lists of blobs that fill a frame each; a blob that is too long for one stands alone. */
export function groupBlobs(items: readonly PlacedBlob[]): PlacedBlob[][] {
  const groups: PlacedBlob[][] = []
  let size = 0
  for (const item of items) {
    const group = groups.at(-1)
    size += item.bytes.length + ITEM_BYTES
    if (group !== undefined && size <= FRAME_BYTES && group.length < FRAME_ITEMS) group.push(item)
    else {
      groups.push([item])
      size = item.bytes.length + ITEM_BYTES
    }
  }
  return groups
}

export function createReaderGuard(
  link: Pick<VisitorLink, 'send' | 'sendShared' | 'queuedBytes' | 'drained'>,
  send: (frame: RoadFrame) => void,
  { clock, limits, onStalled }: { clock: Clock; limits: SyncLimits; onStalled: () => void },
): ReaderGuard {
  let behind: number | undefined
  let isClosed = false
  let stopWaiting = () => {}

  const say = (shared: SharedFrame) => {
    if (!('parts' in shared)) send(shared.sliced)
    else if (link.sendShared) link.sendShared(shared)
    else link.send(concat(...shared.parts))
  }
  const isSlow = () => behind !== undefined || link.queuedBytes() > limits.pushBytes
  const fallBehind = (end: number) => {
    const isFirst = behind === undefined
    behind = Math.max(behind ?? 0, end)
    if (!isFirst) return
    stopWaiting = clock.after(limits.stalledMs, onStalled)
    void link.drained().then(() => {
      stopWaiting()
      if (!isClosed) send({ type: 'behind', end: behind ?? 0 })
      behind = undefined
    })
  }

  return {
    push(frames, end) {
      if (isSlow()) return fallBehind(end)
      for (const shared of frames) say(shared)
    },
    whisper(shared) {
      if (!isSlow()) say(shared)
      else if (shared.type === 'receipt') fallBehind(0)
    },
    close() {
      isClosed = true
      stopWaiting()
    },
  }
}
