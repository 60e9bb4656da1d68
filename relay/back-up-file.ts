import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

const CHECKPOINT_PAUSE_MS = 30_000

function syncFile(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}

/**
 * Writes the `relay.db` of `dataDir`, as it is at one moment, to `target`, also while a relay works with it. Throws when there
 * is none, when `target` has one already, or when the copy is not sound; then nothing of it stays. Returns its size in bytes.
 */
export function backUpFile(dataDir: string, target: string): number {
  const [source, copy, part] = [join(dataDir, 'relay.db'), join(target, 'relay.db'), join(target, 'relay.db.part')]
  if (!existsSync(source)) throw new Error(`there is no ${source}`)
  if (existsSync(copy)) throw new Error(`${copy} is there already`)
  mkdirSync(target, { recursive: true })
  rmSync(part, { force: true })
  try {
    const database = new Database(source)
    try {
      database.pragma(`busy_timeout = ${CHECKPOINT_PAUSE_MS}`)
      database.prepare('VACUUM INTO ?').run([part])
    } finally {
      database.close()
    }
    checkFile(part)
    syncFile(part)
    renameSync(part, copy)
    syncFile(target)
  } finally {
    rmSync(part, { force: true })
  }
  return statSync(copy).size
}

/** Throws unless SQLite finds the file sound. */
export function checkFile(path: string): void {
  const database = new Database(path)
  try {
    const [row] = database.prepare('PRAGMA integrity_check').all() as { readonly integrity_check: string }[]
    if (row?.integrity_check !== 'ok') throw new Error(`${path} is damaged`)
  } finally {
    database.close()
  }
}
