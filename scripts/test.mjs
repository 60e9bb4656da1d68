// `npm test`: first whatever needs no browser. Then the journeys, which wait for networks a fifth of their time, and
// behind them, on what they leave of the processor, the histories: those know no clock but their own.
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** Whether the command went well. `behind`: at the lowest priority, and printed when it ends. */
function run(command, { behind = false } = {}) {
  const child = spawn(command, { shell: true, stdio: behind ? ['ignore', 'pipe', 'pipe'] : 'inherit' })
  const printed = []
  if (behind) {
    setPriority(child.pid, constants.priority.PRIORITY_LOW)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk))
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      if (behind) process.stdout.write(`\n[test] ${command}\n${Buffer.concat(printed)}\n`)
      resolve(code === 0)
    })
  })
}

const isGood =
  (await run('npm run check -- all')) &&
  (await Promise.all([run('npm run test:histories', { behind: true }), run('npm run test:e2e')])).every(Boolean)
process.exitCode = isGood ? 0 : 1
