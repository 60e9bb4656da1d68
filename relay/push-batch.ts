/**
 * New blobs on their way to all who listen in a room, encoded once. Whoever brought one does not get it back: where a frame holds one of
 * theirs, they get what lies between their own in it; the others are the same for everybody.
 */
import { varUintSize, writeAll } from '#lib/protocol/byte-writer'
import { encodeRelayFrame, type PlacedBlob } from '#lib/protocol/relay-frames'
import { groupBlobs } from '#relay/reader-guard'
import { type SharedFrame, shareFrame } from '#relay/shared-frame'

export interface PushBatch {
  readonly forAll: readonly SharedFrame[]
  /** Without the items at these places, which rise. */
  without(own: readonly number[]): readonly SharedFrame[]
}

interface Group {
  readonly items: readonly PlacedBlob[]
  readonly forAll: SharedFrame
  /** Without those of its items, of which there are others. */
  without(own: readonly number[]): SharedFrame
}

/** BLOBS of no request, without the number of its items, which ends a frame of none. */
const HEAD = encodeRelayFrame({ type: 'blobs', request: 0, items: [] }).subarray(0, -1)

/** As a frame has it. */
const sizeOf = ({ cursor, bytes }: PlacedBlob): number => varUintSize(cursor) + varUintSize(bytes.length) + bytes.length

function encodeGroup(items: readonly PlacedBlob[]): Group {
  const forAll = shareFrame({ type: 'blobs', request: 0, items })
  const encoded = 'parts' in forAll ? forAll.parts[0] : undefined
  if (encoded === undefined) return { items, forAll, without: () => forAll }

  /** Where each item begins, and the last ends. */
  let bound = encoded.length - items.reduce((size, item) => size + sizeOf(item), 0)
  const bounds = [bound]
  for (const item of items) {
    bound += sizeOf(item)
    bounds.push(bound)
  }

  return {
    items,
    forAll,
    without(own) {
      const head = writeAll((writer) => {
        writer.raw(HEAD)
        writer.varUint(items.length - own.length)
      })
      const parts = [head]
      let from = bounds[0] ?? 0
      for (const place of [...own, items.length]) {
        const to = bounds[place] ?? from
        if (to > from) parts.push(encoded.subarray(from, to))
        from = bounds[place + 1] ?? to
      }
      return { type: 'blobs', parts }
    },
  }
}

export function createPushBatch(items: readonly PlacedBlob[]): PushBatch {
  const groups = groupBlobs(items).map(encodeGroup)
  return {
    forAll: groups.map(({ forAll }) => forAll),
    without(own) {
      const frames: SharedFrame[] = []
      let begin = 0
      let next = 0
      for (const group of groups) {
        const mine: number[] = []
        const end = begin + group.items.length
        for (let place = own[next]; place !== undefined && place < end; place = own[++next]) mine.push(place - begin)
        if (mine.length === 0) frames.push(group.forAll)
        else if (mine.length < group.items.length) frames.push(group.without(mine))
        begin = end
      }
      return frames
    },
  }
}
