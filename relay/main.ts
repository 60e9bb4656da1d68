#!/usr/bin/env node
/** `node dist/relay/main.js [command]`: a relay that serves the app built into `out/` beside `dist/`, or what is asked of its store. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { runCommand, USAGE } from '#relay/operator-commands'
import { createRelay } from '#relay/server'
import { readSettings, type Settings } from '#relay/settings'
import { troubleSentence } from '#relay/trouble-sentence'

function stopWith(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

async function serve({ logLevel, ...settings }: Settings): Promise<void> {
  const staticRoot = fileURLToPath(new URL('../../out', import.meta.url))
  const hasApp = existsSync(staticRoot)
  const logger = pino({ level: logLevel, base: null }, pino.destination(2))
  const storeThread = new URL('store-thread.js', import.meta.url)
  const relay = await createRelay({ ...settings, ...(hasApp ? { staticRoot } : {}), storeThread, logger })
  const stop = () => {
    relay.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  console.log(hasApp ? `Waxwing is ready: ${relay.url}` : `Waxwing's relay listens at ${relay.url}; it serves no app.`)
}

if (existsSync('.env')) process.loadEnvFile('.env')
const read = readSettings(process.env)
if (!read.ok) stopWith(`${read.error.name} ${read.error.reason}.`)
const settings = read.value
const [name = 'serve', ...parameters] = process.argv.slice(2)

try {
  const done = name === 'serve' ? undefined : runCommand(name, settings, parameters, (line) => console.log(line))
  if (done !== undefined) process.exitCode = (await done) ? 0 : 1
  else if (name === 'serve') await serve(settings)
  else stopWith(USAGE)
} catch (error) {
  stopWith(troubleSentence(name, error, settings))
}
