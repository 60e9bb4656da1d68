// Breaks one rule after another (mutants/table.mjs) and sees that its test notices: `npm run mutants`, or with the rules
// wanted, `npm run mutants -- M3 W1`. A mutant that only keeps the file from loading does not count as noticed.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutants } from './mutants/table.mjs'

const wanted = process.argv.slice(2)
const isWanted = ({ rule }) =>
  wanted.length === 0 || wanted.some((name) => rule === name || rule.startsWith(`${name} `))
const folder = mkdtempSync(join(tmpdir(), 'mutants-'))

/** How many tests ran and failed with this mutant in place. */
function attempt(index) {
  const report = join(folder, `${index}.json`)
  const { title } = mutants[index]
  const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const parameters = ['run', '--config', 'scripts/mutants/vitest.config.mjs', '-t', pattern]
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', ...parameters, '--reporter=json', `--outputFile=${report}`],
    { env: { ...process.env, MUTANT: String(index) }, stdio: 'ignore' },
  )
  return new Promise((done) => {
    child.on('exit', () => {
      try {
        const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
        done({ ran: numPassedTests + numFailedTests, failed: numFailedTests })
      } catch {
        done({ ran: 0, failed: 0 })
      }
    })
  })
}

const queue = mutants.flatMap((mutant, index) => (isWanted(mutant) ? [index] : []))
const total = queue.length
const survivors = []

async function work() {
  for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
    const { rule, breaks, test, title } = mutants[index]
    const { ran, failed } = await attempt(index)
    const isKilled = failed > 0
    console.log(`${isKilled ? 'noticed ' : 'SURVIVED'} ${rule}: ${breaks}${ran === 0 ? ' (no test ran)' : ''}`)
    if (!isKilled) survivors.push(`${rule}: ${breaks} (${test}, “${title}”)`)
  }
}

await Promise.all(Array.from({ length: Math.max(1, Math.min(cpus().length, total)) }, work))
rmSync(folder, { recursive: true, force: true })
console.log(`${total - survivors.length} of ${total} mutants noticed`)
if (total === 0 || survivors.length > 0) {
  console.error(survivors.join('\n'))
  process.exit(1)
}
