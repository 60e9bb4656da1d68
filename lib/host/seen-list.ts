import { sameBytes } from '#lib/base/bytes'
import { readNote, writeNote } from '#lib/host/note'
import { bytesOf, listOf } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'

/** What the person at this device saw and put away, also after a restart: the newest so many, by their ids. */
export interface SeenList<Id extends Uint8Array> {
  has(id: Id): boolean
  /** Resolves when it is written down; where that cannot be, it counts until this device stops. */
  add(...ids: readonly Id[]): Promise<void>
}

const MOST = 1024

export async function openSeenList<Id extends Uint8Array>(
  store: WorkspaceStore,
  key: string,
  idBytes: number,
): Promise<SeenList<Id>> {
  const format = listOf(bytesOf<Id>(idBytes), MOST)
  let seen: readonly Id[] = (await readNote(store, key, format)) ?? []
  const has = (id: Id): boolean => seen.some((one) => sameBytes(one, id))
  return {
    has,
    async add(...ids) {
      const news = ids.filter((id) => !has(id))
      if (news.length === 0) return
      seen = [...seen, ...news].slice(-MOST)
      await writeNote(store, key, format, seen)
    },
  }
}
