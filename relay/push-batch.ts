/**
 * New blobs on their way to all who listen in a room. Whoever brought one does not get it back, so in a crowd of writers everybody
 * gets other frames: each blob is encoded once, and each reader's frames are copies of what lies between their own.
 */
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import { FRAME_BYTES, FRAME_ITEMS, ITEM_BYTES } from '#relay/reader-guard'
import { type SharedFrame, shareFrame } from '#relay/shared-frame'

export interface PushBatch {
  readonly forAll: readonly SharedFrame[]
  /** Without the blobs of which `isOwn` holds. */
  without(isOwn: (item: PlacedBlob) => boolean): readonly SharedFrame[]
}

/** BLOBS of no request: number and request of `codings` in relay-frames.ts. */
const HEAD = [42, 0] as const
const HEAD_BYTES = HEAD.length + 2

/** lib0's encoding; returns where it ends. */
function writeVarUint(bytes: Uint8Array, value: number, start: number): number {
  let [rest, at] = [value, start]
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = 128 | (rest % 128)
  bytes[at++] = rest
  return at
}

const isLong = ({ bytes }: PlacedBlob): boolean => bytes.length + ITEM_BYTES > FRAME_BYTES

export function createPushBatch(items: readonly PlacedBlob[]): PushBatch {
  const long = new Map<PlacedBlob, SharedFrame>()
  const encoded = Buffer.allocUnsafe(
    items.reduce((sum, item) => sum + (isLong(item) ? 0 : item.bytes.length + ITEM_BYTES), 0),
  )
  const ends: number[] = []
  let end = 0
  for (const item of items) {
    if (isLong(item)) long.set(item, shareFrame({ type: 'blobs', request: 0, items: [item] }))
    else {
      end = writeVarUint(encoded, item.bytes.length, writeVarUint(encoded, item.cursor, end))
      encoded.set(item.bytes, end)
      end += item.bytes.length
    }
    ends.push(end)
  }

  const without = (isOwn: (item: PlacedBlob) => boolean): readonly SharedFrame[] => {
    const frames: SharedFrame[] = []
    let parts: { readonly from: number; to: number }[] = []
    let [count, size] = [0, 0]
    const close = () => {
      if (count === 0) return
      const bytes = Buffer.allocUnsafe(HEAD_BYTES + size)
      bytes.set(HEAD)
      let at = writeVarUint(bytes, count, HEAD.length)
      for (const { from, to } of parts) at += encoded.copy(bytes, at, from, to)
      frames.push({ type: 'blobs', bytes: bytes.subarray(0, at) })
      parts = []
      count = 0
      size = 0
    }
    for (const [i, item] of items.entries()) {
      if (isOwn(item)) continue
      const [from, to] = [ends[i - 1] ?? 0, ends[i] ?? 0]
      if (size + to - from > FRAME_BYTES || count === FRAME_ITEMS) close()
      const alone = long.get(item)
      if (alone !== undefined) {
        close()
        frames.push(alone)
        continue
      }
      const last = parts.at(-1)
      if (last?.to === from) last.to = to
      else parts.push({ from, to })
      count++
      size += to - from
    }
    close()
    return frames
  }
  return { forAll: without(() => false), without }
}
