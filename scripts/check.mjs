// `npm run check`: everything that needs no browser and no minutes, side by side; each part prints when it ends.
import { spawn } from 'node:child_process'

const PARTS = [
  'biome check',
  'tsc -p tsconfig.json',
  'tsc -p tsconfig.core.json',
  'tsc -p bench/tsconfig.json',
  'vitest run --project unit',
  'node scripts/rule-coverage.mjs',
]

const startedAt = Date.now()

/** Whether the command went well. */
function run(command) {
  const child = spawn(command, { shell: true, env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0', ...process.env } })
  const printed = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk))
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
      process.stdout.write(`\n[check ${seconds} s] ${command}: ${code === 0 ? 'good' : 'FAILED'}\n`)
      process.stdout.write(Buffer.concat(printed))
      resolve(code === 0)
    })
  })
}

const outcomes = await Promise.all(PARTS.map(run))
const failed = PARTS.filter((_, at) => !outcomes[at])
if (failed.length > 0) {
  console.error(`\n[check] failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
