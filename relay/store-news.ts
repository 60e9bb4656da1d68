/** What the nodes that share a store tell each other about their commits: pointers to what is in it, never the bytes. */
import type { RoomName } from '#lib/protocol/door'
import { isRefused, type Placed, type StoreWrite } from '#relay/log-store'

export type StoreNews =
  /** The room's newest blob lies at `end`. */
  | { readonly type: 'blobs'; readonly room: RoomName; readonly end: number }
  /** Blobs of the room were dropped. */
  | { readonly type: 'dropped'; readonly room: RoomName }
  | { readonly type: 'door'; readonly room: RoomName }
  | { readonly type: 'receipt'; readonly room: RoomName; readonly key: Uint8Array }
  | { readonly type: 'deposit' | 'answer'; readonly mailbox: Uint8Array; readonly number: number }
  /** Anything may have happened meanwhile: the connection that brings news was lost. */
  | { readonly type: 'missed' }

/** What there is to tell about a commit. */
export function newsOf(writes: readonly StoreWrite[], placed: readonly Placed[]): readonly StoreNews[] {
  return writes.flatMap((write, i): readonly StoreNews[] => {
    const place = placed[i]
    if (place === undefined || isRefused(place) || !place.isNew) return []
    switch (write.type) {
      case 'blob':
        return [{ type: 'blobs', room: write.room, end: place.position }]
      case 'drop':
        return [{ type: 'dropped', room: write.room }]
      case 'door':
        return [{ type: 'door', room: write.room }]
      case 'receipt':
        return [{ type: 'receipt', room: write.room, key: write.key }]
      case 'deposit':
        return [{ type: 'deposit', mailbox: write.mailbox, number: place.position }]
      case 'answer':
        return [{ type: 'answer', mailbox: write.mailbox, number: write.number }]
      default:
        return []
    }
  })
}
