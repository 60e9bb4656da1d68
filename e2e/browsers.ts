import { existsSync, readFileSync } from 'node:fs'
import type { LaunchOptions } from '@playwright/test'

/** Where `scripts/setup.mjs` leaves the paths of the browsers that it found or installed. */
const foundBy = (name: string): string | undefined => {
  const note = `node_modules/.cache/waxwing/${name}`
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
}

export const chromiumLaunch: LaunchOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? foundBy('chromium') ?? '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
}

/** Path of a Firefox; undefined where there is none. */
export const firefoxPath: string | undefined = [
  process.env.FIREFOX_PATH,
  foundBy('firefox'),
  '/usr/bin/firefox-esr',
].find((path) => path !== undefined && existsSync(path))
