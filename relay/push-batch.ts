/**
 * New blobs on their way to all who listen in a room. Whoever brought one does not get it back, so in a crowd of writers everybody
 * gets other frames: each blob is encoded once, and each reader's frames are copies of what lies between their own.
 */
import { writeAll } from '#lib/protocol/byte-writer'
import { encodeRelayFrame, type PlacedBlob } from '#lib/protocol/relay-frames'
import { FRAME_BYTES, FRAME_ITEMS, ITEM_BYTES } from '#relay/reader-guard'
import { type SharedFrame, shareFrame } from '#relay/shared-frame'

export interface PushBatch {
  readonly forAll: readonly SharedFrame[]
  /** Without the blobs of which `isOwn` holds. */
  without(isOwn: (item: PlacedBlob) => boolean): readonly SharedFrame[]
}

const NOTHING = new Uint8Array()
/** BLOBS of no request, without the number of its items, which ends a frame of none. */
const HEAD = encodeRelayFrame({ type: 'blobs', request: 0, items: [] }).subarray(0, -1)

/** As a frame has it. */
const encodeItem = ({ cursor, bytes }: PlacedBlob): Uint8Array =>
  writeAll((writer) => {
    writer.varUint(cursor)
    writer.sized(bytes)
  })

const isLong = ({ bytes }: PlacedBlob): boolean => bytes.length + ITEM_BYTES > FRAME_BYTES

export function createPushBatch(items: readonly PlacedBlob[]): PushBatch {
  const long = new Map<PlacedBlob, SharedFrame>()
  const parts = items.map((item) => {
    if (!isLong(item)) return encodeItem(item)
    long.set(item, shareFrame({ type: 'blobs', request: 0, items: [item] }))
    return NOTHING
  })
  const encoded = Buffer.concat(parts)
  let end = 0
  const ends = parts.map((part) => {
    end += part.length
    return end
  })

  const without = (isOwn: (item: PlacedBlob) => boolean): readonly SharedFrame[] => {
    const frames: SharedFrame[] = []
    let runs: { readonly from: number; to: number }[] = []
    let [count, size] = [0, 0]
    const close = () => {
      if (count === 0) return
      const number = writeAll((writer) => writer.varUint(count))
      const bytes = Buffer.allocUnsafe(HEAD.length + number.length + size)
      bytes.set(HEAD)
      bytes.set(number, HEAD.length)
      let at = bytes.length - size
      for (const { from, to } of runs) at += encoded.copy(bytes, at, from, to)
      frames.push({ type: 'blobs', bytes })
      runs = []
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
      const last = runs.at(-1)
      if (last?.to === from) last.to = to
      else runs.push({ from, to })
      count++
      size += to - from
    }
    close()
    return frames
  }
  return { forAll: without(() => false), without }
}
