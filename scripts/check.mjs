// `npm run check`: everything that needs no browser and no minutes, side by side; each part prints when it ends. Of the
// unit tests it runs those of what changed since all of them passed; `all`, as in `npm test` and on a fresh clone, every one.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const CACHE = 'node_modules/.cache/waxwing'
/** Holds the commit at which every unit test passed with nothing uncommitted. */
const PASSED_AT = `${CACHE}/unit-tests-passed-at`

/** What git prints; undefined where that is an error, or no clone of git. */
function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

const passedAt = process.argv[2] !== 'all' && existsSync(PASSED_AT) ? readFileSync(PASSED_AT, 'utf8') : undefined
// on another line of commits, what differs cannot be told by what came after
const since = passedAt && git('merge-base', '--is-ancestor', passedAt, 'HEAD') !== undefined ? passedAt : undefined
/** Its tests start the relay whole, as it is built and deployed. */
const OF_RELAY = ['relay', 'deploy', 'docs/operate.md', 'Dockerfile', '.dockerignore', '.env.example']
const isRelayChanged = since && git('diff', '--quiet', since, '--', ...OF_RELAY) === undefined
const isClean = git('status', '--porcelain') === ''
const head = git('rev-parse', 'HEAD')

const UNIT = 'vitest run --project unit'
const unitTests = since
  ? [
      `${UNIT} --changed ${since} --passWithNoTests`,
      // these read what they import nothing of
      `${UNIT} ${['architecture', 'lock-file', 'scripts/', ...(isRelayChanged ? ['relay/'] : [])].join(' ')}`,
    ]
  : [UNIT]
const PARTS = [
  'biome check',
  'tsc -p tsconfig.json',
  'tsc -p tsconfig.core.json',
  'tsc -p bench/tsconfig.json',
  ...unitTests,
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
if (isClean && head && !unitTests.some((part) => failed.includes(part))) {
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(PASSED_AT, head)
}
if (failed.length > 0) {
  console.error(`\n[check] failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
