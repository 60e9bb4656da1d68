import { writeNote } from '#lib/host/note'
import { decodeWith, oneOf } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'

const KEY = 'relay-only'
const format = oneOf(['off', 'on'] as const)

/** This device's wish to hide its addresses from the others of a workspace (R8); whether it is kept. */
export async function noteRelayOnly(store: WorkspaceStore, isOn: boolean): Promise<boolean> {
  return (await writeNote(store, KEY, format, isOn ? 'on' : 'off')).ok
}

/** Where the note is damaged, addresses are hidden: the other way would tell them to everybody. */
export async function readRelayOnly(store: WorkspaceStore): Promise<boolean> {
  const noted = await store.record(KEY)
  if (!noted.ok || noted.value === undefined) return false
  const wish = decodeWith(format, noted.value)
  return !wish.ok || wish.value === 'on'
}
