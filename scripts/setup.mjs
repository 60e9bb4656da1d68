// Prepares a clone for `npm start` and `npm test`: `node scripts/setup.mjs dependencies build chromium firefox`.
// Runs before anything is installed, so it uses Node's own modules only; each step returns at once when nothing changed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildFingerprint } from './build-fingerprint.mjs'
import {
  chromiumRemedy,
  findChromium,
  findChromiumShell,
  installChromium,
  installChromiumShell,
} from './find-chromium.mjs'
import { findFirefox, firefoxRemedy, installFirefox } from './find-firefox.mjs'

const startedAt = Date.now()
const say = (message) => console.log(`[setup ${((Date.now() - startedAt) / 1000).toFixed(1)} s] ${message}`)
const giveUp = (message) => {
  console.error(`\n[setup] ${message}\n`)
  process.exit(1)
}

const steps = {
  node() {
    const [major, minor] = process.versions.node.split('.').map(Number)
    if (major > 20 || (major === 20 && minor >= 19)) return
    giveUp(`Node ${process.versions.node} is too old: Waxwing needs Node 20.19 or newer (nvm install 20).`)
  },

  dependencies() {
    if (isInstalled()) return
    say('installing dependencies (npm ci) …')
    for (let attempt = 1; npm('ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline') !== 0; attempt++) {
      if (attempt === 3) giveUp('npm ci failed. Check that the registry is reachable (npm ping), then run it again.')
      say(`npm ci failed; trying again (${attempt + 1} of 3) …`)
    }
    say('dependencies ready')
  },

  build() {
    const wanted = buildFingerprint()
    const mark = 'out/.fingerprint'
    if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
    say('building …')
    const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
    if (status !== 0) giveUp('The build failed; the message above says where. An earlier build, if any, is untouched.')
    write(mark, wanted)
    say('build ready')
  },

  chromium() {
    try {
      const path = findChromium() ?? installChromium(say)
      if (path) {
        const shell = findChromiumShell() ?? installChromiumShell(say) ?? path
        write('node_modules/.cache/waxwing/chromium', path)
        return write('node_modules/.cache/waxwing/chromium-shell', shell)
      }
    } catch (error) {
      giveUp(error.message)
    }
    giveUp(
      `The end-to-end tests need a Chromium and none was found. Install one and run this again:\n\n  ${chromiumRemedy()}\n\n` +
        'or point CHROMIUM_PATH at one. `npm run test:unit` needs no browser.',
    )
  },

  firefox() {
    try {
      const path = findFirefox() ?? installFirefox(say)
      if (path) return write('node_modules/.cache/waxwing/firefox', path)
    } catch (error) {
      giveUp(error.message)
    }
    say(`no Firefox, so the journeys in a second browser are skipped. To have them: ${firefoxRemedy()}`)
  },
}

/** Whether npm's own record of what it installed names every package that the lock file asks for on any platform. */
function isInstalled() {
  const record = 'node_modules/.package-lock.json'
  if (!existsSync(record)) return false
  const [wanted, present] = ['package-lock.json', record].map((path) => JSON.parse(readFileSync(path, 'utf8')).packages)
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || present[path]?.version === version,
  )
}

function npm(...parameters) {
  const client = process.env.npm_execpath
  const { status } = client
    ? spawnSync(process.execPath, [client, ...parameters], { stdio: 'inherit' })
    : spawnSync('npm', parameters, { stdio: 'inherit', shell: process.platform === 'win32' })
  return status ?? 1
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
for (const step of ['node', ...process.argv.slice(2)]) steps[step]()
