// Runs the benchmarks of bench/main.ts, bundled first, since Node 20 runs no TypeScript. The peers that they compare with
// are installed here and nowhere else.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const folder = 'node_modules/.cache/waxwing/bench'

function installPeers() {
  const record = 'bench/node_modules/.package-lock.json'
  const [wanted, present] = ['bench/package-lock.json', record].map((path) =>
    existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {},
  )
  if (Object.entries(wanted).every(([path, { version }]) => path === '' || present[path]?.version === version)) return
  const { status } = spawnSync('npm', ['ci'], {
    cwd: 'bench',
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

installPeers()
await build({
  entryPoints: ['bench/main.ts', 'bench/room-process.ts', 'bench/mesh-process.ts'],
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  alias: {
    '#bench': './bench',
    '#e2e': './e2e',
    '#lib': './lib',
    '#relay': './relay',
    '@playwright/test': './bench/patient-expect.ts',
  },
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
})
await import(pathToFileURL(join(process.cwd(), folder, 'main.mjs')).href)
