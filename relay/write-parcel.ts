/**
 * A group of writes on its way to another thread, and what became of them on its way back. A copy between threads costs a microsecond and
 * more for each array and object, far more than for their bytes: what blobs say stands in one array of bytes, which is handed over, and one of
 * numbers. Other writes go as they are.
 */
import type { ChannelTag } from '#lib/base/ids'
import type { RoomName } from '#lib/protocol/door'
import { type BlobWrite, LANES, type Placed, type StoreWrite } from '#relay/log-store'

/** Blobs that came one after the other. */
interface BlobParcel {
  readonly type: 'blobs'
  /** Rooms and uploaders, each once. */
  readonly names: readonly Uint8Array[]
  /** Of each blob: places of room and uploader in `names`, lane, when it was stored, and how long hash, channel and bytes are. */
  readonly numbers: Float64Array<ArrayBuffer>
  /** Hash, channel and bytes of each blob. */
  readonly memory: Uint8Array<ArrayBuffer>
}

export type WriteParcel = readonly (BlobParcel | Exclude<StoreWrite, { type: 'blob' }>)[]

const NUMBERS = 7

function packBlobs(writes: readonly BlobWrite[]): BlobParcel {
  const places = new Map<Uint8Array, number>()
  const placeOf = (name: Uint8Array): number => {
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  }
  const numbers = new Float64Array(NUMBERS * writes.length)
  let [next, size] = [0, 0]
  for (const { room, uploader, lane, storedAt, hash, channel, bytes } of writes) {
    numbers[next++] = placeOf(room)
    numbers[next++] = placeOf(uploader)
    numbers[next++] = LANES.indexOf(lane)
    numbers[next++] = storedAt
    numbers[next++] = hash.length
    numbers[next++] = channel.length
    numbers[next++] = bytes.length
    size += hash.length + channel.length + bytes.length
  }
  const memory = new Uint8Array(size)
  let at = 0
  for (const { hash, channel, bytes } of writes) {
    memory.set(hash, at)
    memory.set(channel, at + hash.length)
    memory.set(bytes, at + hash.length + channel.length)
    at += hash.length + channel.length + bytes.length
  }
  return { type: 'blobs', names: [...places.keys()], numbers, memory }
}

function unpackBlobs({ names, numbers, memory }: BlobParcel): readonly BlobWrite[] {
  const writes: BlobWrite[] = []
  let [next, at] = [0, 0]
  const number = () => numbers[next++] ?? 0
  const name = () => names[number()] ?? new Uint8Array()
  const take = () => {
    const from = at
    at += number()
    return memory.subarray(from, at)
  }
  while (next < numbers.length) {
    writes.push({
      type: 'blob',
      room: name() as RoomName,
      uploader: name(),
      lane: LANES[number()] ?? 'content',
      storedAt: number(),
      hash: take(),
      channel: take() as ChannelTag,
      bytes: take(),
    })
  }
  return writes
}

export function packWrites(writes: readonly StoreWrite[]): WriteParcel {
  const parcel: WriteParcel[number][] = []
  let blobs: BlobWrite[] = []
  const close = () => {
    if (blobs.length > 0) parcel.push(packBlobs(blobs))
    blobs = []
  }
  for (const write of writes) {
    if (write.type === 'blob') blobs.push(write)
    else {
      close()
      parcel.push(write)
    }
  }
  close()
  return parcel
}

/** What a parcel gives away when it is sent. */
export const memoryOf = (parcel: WriteParcel): readonly ArrayBuffer[] =>
  parcel.flatMap((part) => (part.type === 'blobs' ? [part.numbers.buffer, part.memory.buffer] : []))

/** The writes in their order; what blobs hold lies in memory that they share. */
export const unpackWrites = (parcel: WriteParcel): readonly StoreWrite[] =>
  parcel.flatMap((part): readonly StoreWrite[] => (part.type === 'blobs' ? unpackBlobs(part) : [part]))

/** Position and whether it is new, of each. */
export function packPlaced(placed: readonly Placed[]): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(2 * placed.length)
  for (const [i, { position, isNew }] of placed.entries()) {
    numbers[2 * i] = position
    numbers[2 * i + 1] = isNew ? 1 : 0
  }
  return numbers
}

export function unpackPlaced(numbers: Float64Array): readonly Placed[] {
  const placed: Placed[] = []
  for (let i = 0; i < numbers.length; i += 2) placed.push({ position: numbers[i] ?? 0, isNew: numbers[i + 1] === 1 })
  return placed
}
