/** The rooms that somebody is in: one of each name, and what other nodes say of them. */
import { toHex } from '#lib/base/bytes'
import type { RelayKey, RoomName } from '#lib/protocol/door'
import { loadRoom, type Room, type RoomOptions } from '#relay/room'
import type { StoreNews } from '#relay/store-news'

export interface Rooms {
  /** The one live room of this name; give it back with `release`. */
  open(name: RoomName, rootKey: RelayKey, random: Uint8Array): Promise<Room>
  release(name: RoomName): void
  /** How many somebody is in. */
  count(): number
  /** Another node has changed what the store has. */
  hear(news: StoreNews): void
  /** Presence of a visitor of another node. */
  hearPresence(name: Uint8Array, sealed: Uint8Array): void
  /** Notes that those who are in a room are still there; resolves when that is on disk. */
  touch(): Promise<void>
}

export function createRooms(options: RoomOptions): Rooms {
  const open = new Map<string, { room: Promise<Room>; visits: number }>()

  /** Whoever comes in hears how far the store goes, also where news of other nodes was lost: else it would seem set back. */
  const catchUp = async (room: Room): Promise<Room> => {
    const end = (await options.store.room(room.name))?.end ?? 0
    if (end > room.end()) room.hear({ type: 'blobs', room: room.name, end })
    return room
  }

  return {
    open(name, rootKey, random) {
      const key = toHex(name)
      const known = open.get(key)
      const held = known ?? { room: loadRoom(name, rootKey, random, options), visits: 0 }
      held.visits++
      open.set(key, held)
      return known === undefined ? held.room : held.room.then(catchUp)
    },
    release(name) {
      const key = toHex(name)
      const held = open.get(key)
      if (held === undefined || --held.visits > 0) return
      void options.queue.idle().then(() => {
        if (held.visits === 0 && open.get(key) === held) open.delete(key)
      })
    },
    count: () => open.size,
    hear(news) {
      const told = 'room' in news ? [open.get(toHex(news.room))] : news.type === 'missed' ? [...open.values()] : []
      for (const held of told)
        held?.room.then(
          (room) => room.hear(news),
          () => {},
        )
    },
    hearPresence(name, sealed) {
      open.get(toHex(name))?.room.then(
        (room) => room.hearPresence(sealed),
        () => {},
      )
    },
    async touch() {
      for (const { room } of open.values()) (await room).touch()
      await options.queue.idle()
    },
  }
}
