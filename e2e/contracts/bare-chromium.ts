import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from '@playwright/test'

/**
 * A Chromium without the test runner's overrides, which keep every tab visible: here the tab in front hides the others.
 * Its profile is a folder that can be looked into, and it can be killed as by a power cut and started again.
 */
export interface BareChromium {
  context(): BrowserContext
  kill(): Promise<void>
  start(): Promise<void>
  /** Which of `texts` stand in a file of the profile, as letters of one byte or of two. */
  findOnDisk(texts: readonly string[]): Promise<string[]>
  /** Ends it and forgets its profile. */
  close(): Promise<void>
}

const LISTENING = /DevTools listening on (ws:\S+)/

export async function startBareChromium(executablePath: string): Promise<BareChromium> {
  const profile = await mkdtemp(join(tmpdir(), 'waxwing-chromium-'))
  const parameters = ['--headless=new', '--no-sandbox', '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage']
  let child: ChildProcess | undefined
  let context: BrowserContext | undefined

  async function start(): Promise<void> {
    const started = spawn(
      executablePath,
      [...parameters, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    child = started
    const address = await new Promise<string>((resolve, reject) => {
      let printed = ''
      started.stderr.on('data', (chunk: Buffer) => {
        printed += chunk
        const found = LISTENING.exec(printed)?.[1]
        if (found) resolve(found)
      })
      started.once('exit', () => reject(new Error(`Chromium ended: ${printed}`)))
    })
    const browser = await chromium.connectOverCDP(address, { noDefaults: true })
    context = browser.contexts()[0]
  }

  async function kill(): Promise<void> {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    context() {
      if (!context) throw new Error('no context')
      return context
    },
    start,
    kill,
    async findOnDisk(texts) {
      const found = new Set<string>()
      for (const file of await readdir(profile, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue
        const content = await readFile(join(file.parentPath, file.name))
        for (const text of texts)
          if (content.includes(text) || content.includes(Buffer.from(text, 'utf16le'))) found.add(text)
      }
      return [...found]
    },
    async close() {
      await kill()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
