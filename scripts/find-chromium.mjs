// Finds a Chromium for the end-to-end tests, or installs one where that needs no question. Node's own modules only.
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { installPackage, isDebian } from './debian-package.mjs'

const SYSTEM_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
]

const SHELL_PATH = '/usr/bin/chromium-headless-shell'

const PLAYWRIGHT_PATHS = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-win64/chrome.exe',
  'chrome-win/chrome.exe',
]

/** Browsers that Playwright downloaded earlier, newest first. */
function playwrightBrowsers() {
  const folders = {
    darwin: join(homedir(), 'Library/Caches/ms-playwright'),
    win32: join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
  }
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ?? folders[process.platform] ?? join(homedir(), '.cache/ms-playwright')
  if (!existsSync(cache)) return []
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((name) => PLAYWRIGHT_PATHS.map((path) => join(cache, name, path)))
}

/** Path of a browser on this machine, or undefined. A CHROMIUM_PATH that leads nowhere throws. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH=${named} does not exist.`)
  return named || [...playwrightBrowsers(), ...SYSTEM_PATHS].find((path) => existsSync(path))
}

/** Path of Chromium's headless shell on this machine, or undefined; a CHROMIUM_PATH stands for both. */
export const findChromiumShell = () => process.env.CHROMIUM_PATH || [SHELL_PATH].find((path) => existsSync(path))

/** Debian's package, as root only; returns the path or undefined. */
export const installChromium = (say) => (installPackage('chromium', 110, say) ? findChromium() : undefined)

/** The same of the shell. */
export const installChromiumShell = (say) =>
  installPackage('chromium-headless-shell', 60, say) ? findChromiumShell() : undefined

/** The one command that helps on this machine. */
export function chromiumRemedy() {
  if (isDebian()) return 'sudo apt-get install -y chromium'
  if (process.platform === 'darwin') return 'brew install --cask chromium'
  return 'npx playwright install chromium'
}
