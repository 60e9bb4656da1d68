import type { ProfileStorage } from '#lib/storage/storage'
import { decodeRecord, encodeRecord } from '#lib/vault/record-json'

/** Minutes without a sign of the person after which every tab locks; 0: only when they say so. */
export type IdleMinutes = number

/** What a lock begins with. */
const FIRST_IDLE_MINUTES: IdleMinutes = 15
const KEY = 'lock'
const MOST_MINUTES = 24 * 60

/** Anything unreadable counts as not said. */
export async function readIdleMinutes(storage: ProfileStorage): Promise<IdleMinutes> {
  const record = await storage.record(KEY)
  const bytes = record.ok ? record.value : undefined
  const read = bytes && decodeRecord(bytes, (fields) => fields.number('idleMinutes'))
  return read?.ok && read.value >= 0 && read.value <= MOST_MINUTES ? read.value : FIRST_IDLE_MINUTES
}

export const keepIdleMinutes = (storage: ProfileStorage, idleMinutes: IdleMinutes) =>
  storage.putRecord(KEY, encodeRecord({ idleMinutes }))
