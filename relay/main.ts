/** `node dist/relay/main.js`: a relay that serves the app built into `out/` beside `dist/`. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { createRelay } from '#relay/server'
import { readSettings } from '#relay/settings'

function stopWith(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

if (existsSync('.env')) process.loadEnvFile('.env')
const read = readSettings(process.env)
if (!read.ok) stopWith(`${read.error.name} ${read.error.reason}.`)
const { logLevel, ...settings } = read.value

const staticRoot = fileURLToPath(new URL('../../out', import.meta.url))
const hasApp = existsSync(staticRoot)
const logger = pino({ level: logLevel, base: null }, pino.destination(2))

try {
  const relay = await createRelay({ ...settings, ...(hasApp ? { staticRoot } : {}), logger })
  console.log(hasApp ? `Waxwing is ready: ${relay.url}` : `Waxwing's relay listens at ${relay.url}; it serves no app.`)
  const stop = () => {
    relay.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  const { code, message } = error as { code?: unknown; message: string }
  if (code === 'EADDRINUSE') stopWith(`Port ${settings.port} is taken. Set PORT to another one.`)
  if (code === 'EACCES') stopWith(`Not allowed to listen on port ${settings.port} or to write to ${settings.dataDir}.`)
  stopWith(`The relay cannot start: ${message}`)
}
