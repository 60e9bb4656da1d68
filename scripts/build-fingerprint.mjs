// What a build depends on, as one hash: a start with the same fingerprint builds nothing.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['app', 'components', 'lib', 'public', 'relay', 'scripts', 'service-worker']
const FILES = ['package.json', 'package-lock.json', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json']

/** Lower-case hex. */
const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** Every file below `folder`, as paths that start with it, in a fixed order. */
export function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesIn(path) : [path]
    })
}

/** Fingerprint of everything in the working folder that reaches the build; tests do not. */
export function buildFingerprint() {
  const paths = [...FOLDERS.flatMap(filesIn), ...FILES].filter(
    (path) => !/\.test\.\w+$/.test(path) && !path.startsWith(join('lib', 'testing')),
  )
  return sha256(paths.map((path) => `${path} ${sha256(readFileSync(path))}`).join('\n'))
}
