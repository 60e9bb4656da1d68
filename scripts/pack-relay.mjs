// Copies what a relay needs to run, and nothing else, into a folder: the built app and relay, and of node_modules the packages
// that stay outside of the bundle, with theirs. For a container or another machine: `node scripts/pack-relay.mjs FOLDER`.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EXTERNAL } from './build-relay.mjs'

/** Where node finds `name` from the package at `path`, or `undefined`. Both are keys of a lock file's `packages`. */
function resolve(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const found = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[found] !== undefined) return found
    if (at === '' || !at.includes('/node_modules/')) {
      return packages[`node_modules/${name}`] === undefined ? undefined : `node_modules/${name}`
    }
  }
}

/** The folders of these packages and of all that they need, as a lock file's `packages` names them. */
export function packagesNeeded(packages, names) {
  const needed = new Set()
  const add = (path, name) => {
    const found = resolve(packages, path, name)
    if (found === undefined || needed.has(found)) return
    needed.add(found)
    const { dependencies = {}, optionalDependencies = {} } = packages[found]
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) add(found, each)
  }
  for (const name of names) add('', name)
  return [...needed].sort()
}

/** Whether a machine can load the package: npm brings what is native for every Linux, whichever C library it has. */
export function canLoad(path, hasMusl) {
  const library = /\/linux-.+-(gnu|musl)$/.exec(path)?.[1]
  return library === undefined || library === (hasMusl ? 'musl' : 'gnu')
}

export function packRelay(folder) {
  const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'))
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  mkdirSync(folder, { recursive: true })
  for (const name of ['dist', 'out', 'LICENSE', '.env.example', 'docs/operate.md']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    cpSync(name, join(folder, name), { recursive: true })
  }
  const hasMusl = process.report.getReport().header.glibcVersionRuntime === undefined
  // What is optional for another platform is in the lock file and not on this machine.
  for (const path of packagesNeeded(packages, EXTERNAL)) {
    if (existsSync(path) && canLoad(path, hasMusl)) cpSync(path, join(folder, path), { recursive: true })
  }
  chmodSync(join(folder, 'dist/relay/main.js'), 0o755)
  const manifest = { name: 'waxwing-relay', version, license, private: true, type: 'module', bin: 'dist/relay/main.js' }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined || !existsSync('dist') || !existsSync('out')) {
    console.error('Build first (node scripts/build.mjs), then name a folder: node scripts/pack-relay.mjs FOLDER')
    process.exit(1)
  }
  packRelay(folder)
}
