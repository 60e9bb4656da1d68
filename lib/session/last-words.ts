import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_SLOTS } from '#lib/protocol/limits'
import { openNote, sealNote } from '#lib/protocol/sealed-note'
import type { ProfileStorage } from '#lib/storage/storage'

/** Edits of one channel that were typed but not on disk when their tab went away. */
export interface UnsavedEdits {
  readonly channel: ChannelName
  /** Yjs updates, V1, in order. */
  readonly updates: readonly Uint8Array[]
}

/**
 * What a tab still had to hand over when it was closed: a page that goes away has no time for a commit, only for one
 * synchronous write. Sealed under a key that lies sealed in the vault. The edits carry the client ids of the slot (E7), so
 * only a tab that holds the slot takes them up.
 */
export interface LastWords {
  /** Leaves exactly these, or nothing when there are none. Synchronous. */
  leave(edits: readonly UnsavedEdits[]): void
  /** What the last tab left; it stays until something else is left. Anything damaged counts as nothing. */
  read(): readonly UnsavedEdits[]
}

/** The few bytes of `localStorage` that this needs. */
export interface SynchronousStore {
  getItem(name: string): string | null
  setItem(name: string, value: string): void
  removeItem(name: string): void
}

const KEY_BYTES = 32
const MAX_CHANNELS = 1024
const MAX_UPDATES = 65_536
const MAX_UPDATE_BYTES = 16 * 1024 * 1024

const noteName = (id: WorkspaceId, slot: number): string => `waxwing/${toHex(id).slice(0, 16)}/${slot}`

/** The slots under which something lies, whole or damaged. */
export const slotsWithLastWords = (store: SynchronousStore, id: WorkspaceId): readonly number[] =>
  Array.from({ length: MAX_SLOTS }, (_, slot) => slot).filter((slot) => store.getItem(noteName(id, slot)) !== null)

/** `undefined` where the key cannot be kept. */
export async function openLastWords(
  storage: ProfileStorage,
  store: SynchronousStore,
  random: Random,
  place: { readonly workspaceId: WorkspaceId; readonly slot: number },
): Promise<LastWords | undefined> {
  const record = `last-words/${toHex(place.workspaceId)}`
  const name = noteName(place.workspaceId, place.slot)
  await storage.updateRecord(record, (kept) => kept ?? random.bytes(KEY_BYTES))
  const kept = await storage.record(record)
  const key = kept.ok ? kept.value : undefined
  if (key?.length !== KEY_BYTES) return undefined

  return {
    leave(edits) {
      const unsaved = edits.filter(({ updates }) => updates.length > 0)
      try {
        if (unsaved.length === 0) store.removeItem(name)
        else store.setItem(name, toBase64Url(seal(unsaved, key, random)))
      } catch {
        // reason: a full or forbidden localStorage must not disturb a page that is going away; the edits stay in the queue
      }
    },
    read() {
      const text = store.getItem(name)
      const sealed = text === null ? undefined : fromBase64Url(text)
      return (sealed && open(sealed, key)) ?? []
    },
  }
}

function seal(edits: readonly UnsavedEdits[], key: Uint8Array, random: Random): Uint8Array {
  const plain = writeAll((writer) =>
    writer.list(edits, ({ channel, updates }) => {
      writer.sized(channel)
      writer.list(updates, (update) => writer.sized(update))
    }),
  )
  return sealNote(plain, key, random)
}

function open(sealed: Uint8Array, key: Uint8Array): readonly UnsavedEdits[] | undefined {
  const plain = openNote(sealed, key)
  const read =
    plain &&
    readAll(plain, (reader) =>
      reader.list(MAX_CHANNELS, () => ({
        channel: reader.sized(64) as ChannelName,
        updates: reader.list(MAX_UPDATES, () => reader.sized(MAX_UPDATE_BYTES)),
      })),
    )
  return read?.ok ? read.value : undefined
}
