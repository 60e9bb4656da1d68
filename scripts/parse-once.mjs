// Tells the browser which functions of the exported scripts run: those that hold modules. Functions in parentheses are
// parsed whole while a script arrives, beside the page's thread. Others are skimmed then, and parsed again in the page's
// thread when they are called, which for modules was a fifth of the processor's time of a first visit. A script keeps its
// name, which is made of its bytes before this: what it does is the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'acorn'
import { filesIn } from './build-fingerprint.mjs'

const isFunction = (node) => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'

/** The same script with parentheses around each module: the functions in a list that is pushed to `TURBOPACK`. */
export function parseModulesOnce(script) {
  const modules = parse(script, { ecmaVersion: 'latest' })
    .body.flatMap(({ expression }) => (expression?.type === 'CallExpression' ? expression.arguments : []))
    .flatMap((given) => (given.type === 'ArrayExpression' ? given.elements : []))
    .filter(isFunction)
  const pieces = []
  let end = 0
  for (const module of modules) {
    pieces.push(script.slice(end, module.start), '(', script.slice(module.start, module.end), ')')
    end = module.end
  }
  return [...pieces, script.slice(end)].join('')
}

/** Rewrites every script below `folder`. */
export function parseScriptsOnce(folder) {
  for (const path of filesIn(folder).filter((name) => name.endsWith('.js'))) {
    writeFileSync(path, parseModulesOnce(readFileSync(path, 'utf8')))
  }
}
