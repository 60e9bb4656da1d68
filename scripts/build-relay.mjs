/**
 * Bundles the relay into `dist/relay/main.js` and its store's thread beside it, since Node 20 runs no TypeScript. Packages with native parts or their own
 * workers stay outside and come from node_modules.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Packages that the bundle leaves outside. */
export const EXTERNAL = ['libsql', 'pg', 'pino', 'tweetnacl', 'ws']

const root = fileURLToPath(new URL('..', import.meta.url))

/** Writes `main.js` and `store-thread.js` into `outFolder`; the folder defaults to dist/relay under the project. */
export async function buildRelay(outFolder = `${root}dist/relay`) {
  await build({
    absWorkingDir: root,
    entryPoints: ['relay/main.ts', 'relay/store-thread.ts'],
    outdir: outFolder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: EXTERNAL,
    sourcemap: true,
    logLevel: 'warning',
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildRelay(process.argv[2])
