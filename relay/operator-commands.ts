/** What an operator asks on the command line beside `serve`; also while a relay works with the same store. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { backUpFile, checkFile } from '#relay/back-up-file'
import { checkStore } from '#relay/check-store'
import type { LogStore } from '#relay/log-store'
import { createNodeClock } from '#relay/node-clock'
import { openStore } from '#relay/open-store'
import type { Settings } from '#relay/settings'
import { addUp } from '#relay/store-totals'
import { dropExpired } from '#relay/sync-service'

export const USAGE = `Usage: waxwing-relay [command]

  serve            serves until it is told to stop; also without a command
  check            reads everything that is kept and says whether it is sound
  stats            says how much is kept
  backup <folder>  writes a copy of the file into a folder, also while a relay works with it
  gc               drops now what is expired; a relay does so by itself every ten minutes

Settings come from the environment and from a file .env: see .env.example.
`

type Print = (line: string) => void

/** Resolves to whether all is well. Rejects with a sentence's end in its message. */
type Command = (settings: Settings, parameters: readonly string[], print: Print) => Promise<boolean>

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** Never makes a store where there is none. */
async function withStore<T>(settings: Settings, work: (store: LogStore) => Promise<T>): Promise<T> {
  const path = join(settings.dataDir, 'relay.db')
  if (settings.databaseUrl === undefined && !existsSync(path)) throw new Error(`there is no ${path}`)
  const opened = await openStore(settings, createNodeClock(), { debug: () => {}, warn: () => {} })
  if (opened === undefined) throw new Error('there is no store')
  return work(opened.store).finally(() => opened.store.close())
}

const commands: Readonly<Record<string, Command>> = {
  async check(settings, _, print) {
    const { rooms, blobs, pieces, bytes, damage } = await withStore(settings, (store) =>
      checkStore(store, createNodeCrypto()),
    )
    if (settings.databaseUrl === undefined) checkFile(join(settings.dataDir, 'relay.db'))
    print(`${rooms} rooms, ${blobs} blobs, ${pieces} pieces of files, ${bytes} bytes`)
    for (const [kind, count] of damage) print(`damaged: ${kind}, ${count} times`)
    if (damage.size === 0) print('sound')
    return damage.size === 0
  },
  async stats(settings, _, print) {
    const totals = await withStore(settings, (store) => addUp(store, nowSeconds()))
    print(JSON.stringify(totals, undefined, 2))
    return true
  },
  async backup(settings, [target], print) {
    if (target === undefined) throw new Error('it needs a folder')
    if (settings.databaseUrl !== undefined) throw new Error('a database is backed up with pg_dump')
    print(`${join(target, 'relay.db')}: ${backUpFile(settings.dataDir, target)} bytes`)
    return true
  },
  async gc(settings, _, print) {
    const seconds = nowSeconds()
    const dropped = await withStore(settings, (store) => dropExpired(store, seconds, settings.limits.sync.roomSeconds))
    print(`${dropped} empty rooms dropped`)
    return true
  },
}

/** Runs one command; `undefined` where there is none of that name. */
export function runCommand(
  name: string,
  settings: Settings,
  parameters: readonly string[],
  print: Print,
): Promise<boolean> | undefined {
  return Object.hasOwn(commands, name) ? commands[name]?.(settings, parameters, print) : undefined
}
