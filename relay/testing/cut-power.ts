/**
 * A disk that loses power. SQLite runs in WebAssembly here and writes and flushes through Node's `fs`, where every flush is
 * noted with what the file holds then: that, and nothing more, is what a cut is sure to leave.
 */
import fs from 'node:fs'
import { join } from 'node:path'
import type Database from 'libsql'
import { Database as WasmDatabase } from 'node-sqlite3-wasm'
import { onTestFinished } from 'vitest'
import type { SeededRandom } from '#lib/testing/seeded-random'

export interface FrailDisk {
  /** Opens a database as the store does; statements that match `drop` have no effect. */
  open(path: string): Database.Database
  /** Writes into `folder` what a cut now would leave: all that was flushed, and of the rest some blocks or none. */
  cutInto(folder: string, random: SeededRandom): void
}

const BLOCK_BYTES = 512

/** With `synchronous` the store's own wish is overruled. */
export function createFrailDisk(synchronous?: 'OFF' | 'NORMAL'): FrailDisk {
  const paths = new Map<number, string>()
  const flushed = new Map<string, Buffer>()
  const { openSync, fsyncSync } = fs
  const patch = {
    openSync: (path: fs.PathLike, ...others: [fs.OpenMode, fs.Mode?]) => {
      const file = openSync(path, ...others)
      paths.set(file, String(path))
      return file
    },
    fsyncSync: (file: number) => {
      fsyncSync(file)
      const path = paths.get(file)
      if (path !== undefined) flushed.set(path, fs.readFileSync(path))
    },
  }
  Object.assign(fs, patch)
  onTestFinished(() => void Object.assign(fs, { openSync, fsyncSync }))

  return {
    open(path) {
      const database = new WasmDatabase(path)
      database.exec('PRAGMA locking_mode = EXCLUSIVE')
      const pragma = (text: string) => {
        const isOverruled = synchronous !== undefined && text.startsWith('synchronous')
        return database.all(`PRAGMA ${isOverruled ? `synchronous = ${synchronous}` : text}`)
      }
      const face = {
        exec: (sql: string) => database.exec(sql),
        pragma,
        prepare: (sql: string) => database.prepare(sql),
        close: () => database.close(),
        get inTransaction() {
          return database.inTransaction
        },
        get open() {
          return database.isOpen
        },
      }
      return face as unknown as Database.Database
    },
    cutInto(folder, random) {
      const isWhole = random.chance(0.3)
      for (const [path, sure] of flushed) {
        if (!fs.existsSync(path)) continue
        const now = fs.readFileSync(path)
        const left = Buffer.alloc(Math.max(sure.length, isWhole ? 0 : now.length))
        sure.copy(left)
        for (let at = 0; !isWhole && at < now.length; at += BLOCK_BYTES) {
          if (random.chance(0.5)) now.copy(left, at, at, Math.min(now.length, at + BLOCK_BYTES))
        }
        fs.writeFileSync(join(folder, path.slice(path.lastIndexOf('/') + 1)), left)
      }
    },
  }
}
