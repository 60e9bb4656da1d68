// Which tests hold which rule of docs/protocol.md and which attack of docs/threat-model.md: their titles begin with it.
// `npm run rules` lists all of them, `npm run rules -- M3 attack 35` the tests of some.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mutants } from './mutants/table.mjs'

const ROOMS = ['lib', 'relay', 'components', 'service-worker', 'e2e', 'scripts']
const isTest = (path) => /\.(test|spec|contract)\.\w+$|-contract\.ts$/.test(path)

/** The first argument of a test, or the first column of a table of tests. */
const TITLE = /(?:(?:\b(?:it|test|describe)|\))\(|\[)\s*(['"`])(.+?)\1\s*,/g

/** `E7 E10 attacks 16 and 21: …` is held by what stands before its words. */
export const heldBy = (title) => /^(?:[A-Z]\d+|attacks?|\d+|and|[,:·]|\s)*/.exec(title)?.[0] ?? ''

/** Every test's file and title, with the rules and attacks that it holds. */
export function readTests() {
  const files = ROOMS.flatMap((room) => readdirSync(room, { recursive: true }).map((name) => `${room}/${name}`))
  return [...files.sort(), 'architecture.test.ts'].filter(isTest).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, , title]) => {
      const held = heldBy(title)
      const numbers = [...held.matchAll(/attacks? ((?:\d+|and|[,\s])+)/g)].flatMap(
        ([, list]) => list.match(/\d+/g) ?? [],
      )
      return { file, title, rules: held.match(/[A-Z]\d+/g) ?? [], attacks: numbers.map(Number) }
    }),
  )
}

/** Rules in order; `isBuilt` unless ◇ marks them: a whole section by its heading, or one rule behind its id. */
export function readRules() {
  return readFileSync('docs/protocol.md', 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const isBuilt = !section.split('\n', 1)[0].includes('◇')
      return [...section.matchAll(/^- \*\*([A-Z]\d+)\*\*( ◇)?/gm)].map(([, id, mark]) => ({
        id,
        isBuilt: isBuilt && !mark,
      }))
    })
}

/** Attacks in order, with what the threat model says of the tests that hold them. */
export function readAttacks() {
  const rows = readFileSync('docs/threat-model.md', 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \| [^|]+ \| (.+) \|$/gm)
  return [...rows].map(([, number, attack, held]) => ({
    number: Number(number),
    attack: attack.trim(),
    held,
    isBuilt: !held.startsWith('**Not yet**'),
  }))
}

function printAll(tests) {
  const line = (name, isBuilt, held, note = '') => {
    const files = [...new Set(held.map(({ file }) => file))]
    const inFiles = files.map((file) => `${file} (${held.filter((test) => test.file === file).length})`)
    console.log(`${name.padEnd(5)}${isBuilt ? '' : '◇ '}${inFiles.join(', ') || 'no test'}${note}`)
  }
  console.log('Rules of docs/protocol.md and their tests')
  for (const { id, isBuilt } of readRules()) {
    const broken = mutants.filter(({ rule }) => rule === id || rule.startsWith(`${id} `)).length
    const held = tests.filter(({ rules }) => rules.includes(id))
    line(id, isBuilt, held, broken > 0 ? `; ${broken} mutant${broken === 1 ? '' : 's'}` : '')
  }
  console.log('\nAttacks of docs/threat-model.md and their tests')
  for (const { number, isBuilt } of readAttacks()) {
    line(
      String(number),
      isBuilt,
      tests.filter(({ attacks }) => attacks.includes(number)),
    )
  }
}

function printSome(tests, wanted) {
  for (const name of wanted) {
    const held = tests.filter(({ rules, attacks }) => rules.includes(name) || attacks.includes(Number(name)))
    for (const { file, title } of held) console.log(`${file}: ${title}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2).filter((name) => name !== 'attack')
  if (wanted.length > 0) printSome(readTests(), wanted)
  else printAll(readTests())
}
