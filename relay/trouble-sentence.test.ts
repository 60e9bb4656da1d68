import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createRelay } from '#relay/server'
import { makeFolder } from '#relay/testing/relay-process'
import { startRelay } from '#relay/testing/start-relay'
import { troubleSentence } from '#relay/trouble-sentence'

/** What a relay says that cannot start with these settings. */
async function sentence(settings: { port?: number; host?: string; dataDir?: string }): Promise<string> {
  const place = { port: 0, host: '127.0.0.1', dataDir: makeFolder(), ...settings }
  const starting = createRelay({ ...place, logger: pino({ level: 'silent' }) })
  const error = await starting.then(
    (relay) => relay.close().then(() => new Error('it started')),
    (reason: unknown) => reason,
  )
  return troubleSentence('serve', error, place)
}

describe('what a relay says that cannot start', () => {
  it('D10 names PORT where the port is taken', async () => {
    const port = Number(new URL((await startRelay()).url).port)
    expect(await sentence({ port })).toBe(`Port ${port} is taken. Set PORT to another one.`)
  })

  it('D10 names HOST where it is no address of this machine', async () => {
    const words = 'HOST must be an address of this machine, like 127.0.0.1 or 0.0.0.0: 192.0.2.1 is none.'
    expect(await sentence({ host: '192.0.2.1' })).toBe(words)
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
    expect(troubleSentence('serve', unknown, { port: 80, host: '192.0.2.1', dataDir: '' })).toBe(words)
  })

  it('D10 names DATA_DIR where it is no folder', async () => {
    const dataDir = join(makeFolder(), 'file')
    writeFileSync(dataDir, '')
    const words = `DATA_DIR must be a folder that this user may write to: ${dataDir} is none (EEXIST).`
    expect(await sentence({ dataDir })).toBe(words)
  })

  it('D10 names the file that is no database, or cannot be opened', async () => {
    const [dataDir, other] = [makeFolder(), makeFolder()]
    writeFileSync(join(dataDir, 'relay.db'), 'hello there, this is no database at all')
    expect(await sentence({ dataDir })).toBe(
      `The relay cannot start: file is not a database (${join(dataDir, 'relay.db')}).`,
    )
    mkdirSync(join(other, 'relay.db'))
    expect(await sentence({ dataDir: other })).toContain(join(other, 'relay.db'))
  })

  it('D10 names PORT where this user may not take it', () => {
    const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' })
    const words = 'PORT must be 1024 or more, since this user may not take 80.'
    expect(troubleSentence('serve', error, { port: 80, host: '', dataDir: '' })).toBe(words)
  })
})
