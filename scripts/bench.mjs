// Runs the benchmarks of bench/main.ts, bundled first, since Node 20 runs no TypeScript.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const bundle = 'node_modules/.cache/waxwing/bench.mjs'

await build({
  entryPoints: ['bench/main.ts'],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
})
await import(pathToFileURL(join(process.cwd(), bundle)).href)
