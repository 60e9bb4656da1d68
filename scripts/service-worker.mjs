// Bundles the service worker with the list of files it keeps for a cold start offline. The list names each file's hash,
// so a worker installs the one set of files it was built with or none.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { build } from 'esbuild'
import { filesIn } from './build-fingerprint.mjs'

const LEFT_OUT = /(^|\/)(csp\.json|sw\.js|robots\.txt|404.*|_not-found.*|__next.*|\..*)$|\.(txt|map)$|Manifest\.js$/
const RARE_FONT = /[-_](cyrillic|greek|vietnamese)/

/** Path (as in a URL) and base64 SHA-256 of every file that a cold start may need. */
export function precacheList(folder) {
  return filesIn(folder)
    .map((path) => relative(folder, path).split(sep).join('/'))
    .filter((path) => !LEFT_OUT.test(path) && !(path.endsWith('.woff2') && RARE_FONT.test(path)))
    .map((path) => [
      `/${path}`,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('base64'),
    ])
}

/** Writes `sw.js` into `folder`. */
export async function writeServiceWorker(folder) {
  const files = precacheList(folder)
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12)
  await build({
    entryPoints: ['service-worker/service-worker.ts'],
    outfile: join(folder, 'sw.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    define: { PRECACHE: JSON.stringify(files), VERSION: JSON.stringify(version) },
  })
}
