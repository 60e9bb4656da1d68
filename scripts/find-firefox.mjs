// Finds a Firefox for the journeys in a second browser, or installs one where that needs no question. Playwright drives an
// ordinary Firefox (channel moz-firefox), not a build of its own. Node's own modules only.
import { existsSync } from 'node:fs'
import { installPackage, isDebian } from './debian-package.mjs'

const SYSTEM_PATHS = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:/Program Files/Mozilla Firefox/firefox.exe',
]

/** Path of a Firefox on this machine, or undefined. A FIREFOX_PATH that leads nowhere throws. */
export function findFirefox() {
  const named = process.env.FIREFOX_PATH
  if (named && !existsSync(named)) throw new Error(`FIREFOX_PATH=${named} does not exist.`)
  return named || SYSTEM_PATHS.find((path) => existsSync(path))
}

/** Debian's package, as root only; returns the path or undefined. */
export const installFirefox = (say) => (installPackage('firefox-esr', 70, say) ? findFirefox() : undefined)

/** The one command that helps on this machine. */
export const firefoxRemedy = () =>
  isDebian()
    ? 'sudo apt-get install -y firefox-esr'
    : process.platform === 'darwin'
      ? 'brew install --cask firefox'
      : 'install Firefox'
