import { existsSync, readFileSync } from 'node:fs'
import type { LaunchOptions } from '@playwright/test'

/** Where `scripts/setup.mjs` leaves the paths of the browsers that it found or installed. */
const foundBy = (name: string): string | undefined => {
  const note = `node_modules/.cache/waxwing/${name}`
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
}

const chromiumPath = process.env.CHROMIUM_PATH ?? foundBy('chromium') ?? '/usr/bin/chromium'

/** The whole browser, for what its shell lacks: switches about networks, kept profiles, tabs that are hidden. */
export const chromiumLaunch = {
  executablePath: chromiumPath,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic'],
} satisfies LaunchOptions

/** Its headless shell where there is one: the same engine without windows takes a fifth less of the processor. */
export const shellLaunch = {
  ...chromiumLaunch,
  executablePath: process.env.CHROMIUM_PATH ?? foundBy('chromium-shell') ?? chromiumPath,
} satisfies LaunchOptions

/** Path of a Firefox; undefined where there is none. */
export const firefoxPath: string | undefined = [
  process.env.FIREFOX_PATH,
  foundBy('firefox'),
  '/usr/bin/firefox-esr',
].find((path) => path !== undefined && existsSync(path))
