import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

function openLock(folder: string): Database.Database {
  try {
    return new Database(join(folder, 'relay.lock'))
  } catch (cause) {
    const why = `it cannot open relay.lock in the folder ${folder}, which must belong to the user that runs it`
    throw new Error(why, { cause })
  }
}

/**
 * Keeps other relays from the folder until what it returns is called or the process ends, in whatever way: the lock is the
 * system's, on a file that stays empty. Throws while another relay has it, and where this one may not write.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const file = openLock(folder)
  try {
    file.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error
    throw new Error(`another relay works with the folder ${folder}`)
  }
  return () => file.close()
}
