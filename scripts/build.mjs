// Builds everything that `npm start` serves: the static export with its policies and service worker, and the relay.
// Written to a temporary folder and then renamed, so that a failed build leaves the last one in place.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sealPages } from './csp.mjs'
import { parseScriptsOnce } from './parse-once.mjs'
import { writeServiceWorker } from './service-worker.mjs'

const FOLDER = '.build'

function run(...parameters) {
  const { status } = spawnSync(process.execPath, parameters, {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      WAXWING_BUILD_FOLDER: `${FOLDER}/out`,
    },
  })
  if (status !== 0) process.exit(status ?? 1)
}

function replace(name) {
  const [fresh, old] = [join(FOLDER, name), join(FOLDER, `${name}.old`)]
  if (existsSync(name)) renameSync(name, old)
  renameSync(fresh, name)
}

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(join(FOLDER, 'dist'), { recursive: true })
run('node_modules/next/dist/bin/next', 'build')
parseScriptsOnce(join(FOLDER, 'out'))
sealPages(join(FOLDER, 'out'))
await writeServiceWorker(join(FOLDER, 'out'))
run('scripts/build-relay.mjs', join(FOLDER, 'dist', 'relay'))
replace('out')
replace('dist')
rmSync(FOLDER, { recursive: true, force: true })
