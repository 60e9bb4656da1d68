/** A store that forgets: for tests, the simulation and trying things out. Same contract as the one on disk. */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { PLACE_BYTES } from '#lib/protocol/blob'
import type { DoorRecord } from '#lib/protocol/door-list'
import { fallByShare } from '#relay/fall-by-share'
import type {
  BlobWrite,
  DropWrite,
  FirstRecord,
  LogStore,
  MailboxItem,
  MailboxRecord,
  MailboxWrite,
  PieceWrite,
  Placed,
  StoreWrite,
  UsageLane,
} from '#relay/log-store'
import { countFitting } from '#relay/log-store'

type KeptBlob = Omit<BlobWrite, 'uploader'>

interface Room {
  record: FirstRecord
  doorVersion: number
  /** The blob at cursor i is at i − 1; `undefined` where it was dropped. */
  readonly blobs: (KeptBlob | undefined)[]
  readonly cursorByHash: Map<string, number>
  readonly pieces: Map<string, PieceWrite>
  readonly doors: Map<string, DoorRecord>
  readonly receipts: Map<string, { readonly key: Uint8Array; readonly bytes: Uint8Array }>
  /** By lane and uploader. */
  readonly usage: Map<string, Spent>
  /** Bytes of content that this commit drops. */
  freed: number
}

interface Spent {
  readonly uploader: Uint8Array
  readonly lane: UsageLane
  bytes: number
}

interface Mailbox {
  record: MailboxRecord
  readonly deposits: Map<number, Uint8Array>
  readonly answers: MailboxItem[]
  count: number
}

const kept = ({ blobs }: Room): readonly KeptBlob[] => blobs.filter((blob) => blob !== undefined)

const needed = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('No such room or mailbox')
  return value
}

export function createMemoryLogStore(random: Random): LogStore {
  const rooms = new Map<string, Room>()
  const mailboxes = new Map<string, Mailbox>()
  const done: Placed = { position: 0, isNew: true }
  const refused: Placed = { position: 0, isNew: false }

  const spend = ({ usage }: Room, lane: UsageLane, { uploader, bytes }: BlobWrite | PieceWrite) => {
    const name = `${lane} ${toHex(uploader)}`
    const spent = usage.get(name) ?? { uploader, lane, bytes: 0 }
    spent.bytes += bytes.length
    usage.set(name, spent)
  }

  const shareFreed = (room: Room) => {
    const used = [...room.usage.values()].filter(({ lane }) => lane === 'content')
    for (const { uploader, bytes } of fallByShare(used, room.freed)) {
      room.usage.set(`content ${toHex(uploader)}`, { uploader, lane: 'content', bytes })
    }
    room.freed = 0
  }

  const putBlob = (write: BlobWrite): Placed => {
    const room = needed(rooms.get(toHex(write.room)))
    const { blobs, cursorByHash } = room
    const known = cursorByHash.get(toHex(write.hash))
    if (known !== undefined) return { position: known, isNew: false }
    const { uploader: _, ...blob } = write
    cursorByHash.set(toHex(write.hash), blobs.push(blob))
    spend(room, write.lane, write)
    return { position: blobs.length, isNew: true }
  }

  const dropBlob = ({ room: name, cursor }: DropWrite): Placed => {
    const room = needed(rooms.get(toHex(name)))
    const { blobs, cursorByHash } = room
    const blob = blobs[cursor - 1]
    if (blob?.lane !== 'content') return refused
    blobs[cursor - 1] = undefined
    cursorByHash.delete(toHex(blob.hash))
    room.freed += blob.bytes.length
    return { position: cursor, isNew: true }
  }

  const putMailbox = ({ record, mostInRoom }: MailboxWrite): Placed => {
    const known = mailboxes.get(toHex(record.name))
    if (known) known.record = { ...known.record, expiresAt: record.expiresAt, card: record.card }
    else {
      const inRoom = [...mailboxes.values()].filter((each) => sameBytes(each.record.room, record.room))
      if (inRoom.length >= mostInRoom) return refused
      mailboxes.set(toHex(record.name), { record, deposits: new Map(), answers: [], count: 0 })
    }
    return done
  }

  const putDeposit = ({ mailbox: name, bytes, mostWaiting }: Extract<StoreWrite, { type: 'deposit' }>): Placed => {
    const mailbox = needed(mailboxes.get(toHex(name)))
    for (const [number, known] of mailbox.deposits) {
      if (sameBytes(known, bytes)) return { position: number, isNew: false }
    }
    if (mailbox.deposits.size >= mostWaiting) return refused
    mailbox.deposits.set(++mailbox.count, bytes)
    return { position: mailbox.count, isNew: true }
  }

  const putAnswer = ({ mailbox: name, number, bytes, mostBytes }: Extract<StoreWrite, { type: 'answer' }>): Placed => {
    const mailbox = needed(mailboxes.get(toHex(name)))
    const size = mailbox.answers.reduce((sum, answer) => sum + answer.bytes.length, bytes.length)
    if (size > mostBytes) return refused
    mailbox.deposits.delete(number)
    mailbox.answers.push({ number, bytes })
    return done
  }

  const apply = (write: StoreWrite): Placed => {
    switch (write.type) {
      case 'room': {
        const { record } = write
        const fresh = {
          record,
          doorVersion: 0,
          blobs: [],
          cursorByHash: new Map(),
          pieces: new Map(),
          doors: new Map(),
          receipts: new Map(),
          usage: new Map(),
          freed: 0,
        }
        if (!rooms.has(toHex(record.room))) rooms.set(toHex(record.room), fresh)
        return done
      }
      case 'touch': {
        const found = needed(rooms.get(toHex(write.room)))
        found.record = { ...found.record, touchedAt: Math.max(found.record.touchedAt, write.at) }
        return done
      }
      case 'blob':
        return putBlob(write)
      case 'drop':
        return dropBlob(write)
      case 'piece': {
        const found = needed(rooms.get(toHex(write.room)))
        const isNew = !found.pieces.has(toHex(write.name))
        if (isNew) {
          found.pieces.set(toHex(write.name), write)
          spend(found, 'piece', write)
        }
        return { position: 1, isNew }
      }
      case 'door': {
        const found = needed(rooms.get(toHex(write.room)))
        if (found.doorVersion !== write.version) return refused
        found.doorVersion++
        found.doors.set(toHex(write.record.subject), write.record)
        return done
      }
      case 'receipt':
        needed(rooms.get(toHex(write.room))).receipts.set(toHex(write.key), { key: write.key, bytes: write.bytes })
        return done
      case 'mailbox':
        return putMailbox(write)
      case 'deposit':
        return putDeposit(write)
      case 'answer':
        return putAnswer(write)
    }
  }

  return {
    id: random.bytes(16),
    async commit(writes) {
      const placed = writes.map(apply)
      for (const room of rooms.values()) if (room.freed > 0) shareFreed(room)
      return placed
    },
    async room(room) {
      const found = rooms.get(toHex(room))
      if (found === undefined) return undefined
      const { record, blobs, doorVersion } = found
      return { ...record, end: blobs.length, dropped: blobs.length - kept(found).length, doorVersion }
    },
    async read({ room, after, filter, maxBytes, maxBlobs }) {
      const { blobs } = needed(rooms.get(toHex(room)))
      const page = []
      let size = 0
      for (let i = after; i < blobs.length; i++) {
        const blob = blobs[i]
        if (blob === undefined) continue
        if (filter.lane !== 'any' && filter.lane !== blob.lane) continue
        if (filter.channel !== undefined && !sameBytes(filter.channel, blob.channel)) continue
        if (page.length > 0 && (size + blob.bytes.length > maxBytes || page.length >= maxBlobs)) {
          return { blobs: page, cursor: page.at(-1)?.cursor ?? after, hasMore: true }
        }
        page.push({ cursor: i + 1, bytes: blob.bytes })
        size += blob.bytes.length
      }
      return { blobs: page, cursor: Math.max(after, blobs.length), hasMore: false }
    },
    async outlines({ room, channel, after, maxBytes, maxBlobs }) {
      const { blobs } = needed(rooms.get(toHex(room)))
      const found = blobs.flatMap((blob, i) => {
        const isAsked = i >= after && blob?.lane === 'content' && sameBytes(blob.channel, channel)
        if (!isAsked) return []
        const { bytes, storedAt } = blob
        return [{ cursor: i + 1, size: bytes.length, storedAt, head: bytes.slice(0, PLACE_BYTES) }]
      })
      const outlines = found.slice(0, countFitting(found, maxBytes, maxBlobs))
      const hasMore = outlines.length < found.length
      return { outlines, cursor: hasMore ? (outlines.at(-1)?.cursor ?? after) : Math.max(after, blobs.length), hasMore }
    },
    pieceNames: async (room) => [...(rooms.get(toHex(room))?.pieces.values() ?? [])].map(({ name }) => name),
    piece: async (room, name) => rooms.get(toHex(room))?.pieces.get(toHex(name))?.bytes,
    doorRecords: async (room) => [...(rooms.get(toHex(room))?.doors.values() ?? [])],
    receipts: async (room, key) => {
      const all = [...(rooms.get(toHex(room))?.receipts.values() ?? [])]
      return all.filter((receipt) => key === undefined || sameBytes(receipt.key, key))
    },
    async usage(room) {
      const spent = [...(rooms.get(toHex(room))?.usage.values() ?? [])]
      return spent.map(({ uploader: key, lane, bytes }) => ({ key, lane, bytes }))
    },
    bytes: async () =>
      [...rooms.values()].flatMap(({ usage }) => [...usage.values()]).reduce((sum, { bytes }) => sum + bytes, 0),
    mailbox: async (name) => mailboxes.get(toHex(name))?.record,
    async deposits(mailbox) {
      const found = mailboxes.get(toHex(mailbox))?.deposits ?? new Map<number, Uint8Array>()
      return [...found].map(([number, bytes]) => ({ number, bytes }))
    },
    answers: async (mailbox) => [...(mailboxes.get(toHex(mailbox))?.answers ?? [])],
    async dropExpired(seconds) {
      for (const [name, { record }] of mailboxes) if (record.expiresAt <= seconds) mailboxes.delete(name)
    },
    async expireRooms(seconds) {
      const withMailbox = new Set([...mailboxes.values()].map(({ record }) => toHex(record.room)))
      const untouched = [...rooms].filter(([, { record }]) => record.touchedAt < seconds)
      for (const [, { receipts }] of untouched) receipts.clear()
      const empty = untouched.filter(
        ([name, { blobs, pieces }]) => blobs.length === 0 && pieces.size === 0 && !withMailbox.has(name),
      )
      for (const [name] of empty) rooms.delete(name)
      return empty.length
    },
    roomNames: async () => [...rooms.values()].map(({ record }) => record.room),
    listen: () => {},
    close: async () => {},
  }
}
