import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/**
 * Holds two documents to the tests: every rule of docs/protocol.md and every attack of docs/threat-model.md that is not
 * marked as still to come stands in front of a test's title.
 */

const isTest = (path: string) => /\.(test|spec|contract)\.\w+$|-contract\.ts$/.test(path)
const tests = ['lib', 'relay', 'components', 'service-worker', 'e2e', 'scripts']
  .flatMap((room) => readdirSync(room, { recursive: true }).map((name) => `${room}/${name}`))
  .concat('architecture.test.ts')
  .filter(isTest)
  .map((path) => readFileSync(path, 'utf8'))

/** The first argument of a test, or the first column of a table of tests. */
const TITLE = /(?:(?:\b(?:it|test|describe)|\))\(|\[)\s*(['"`])(.+?)\1\s*,/g
const titles = tests.flatMap((text) => [...text.matchAll(TITLE)].map(([, , title]) => title ?? ''))

/** `E7 E10 attacks 16 and 21: …` is held by what stands before its words. */
const held = (title: string) => /^(?:[A-Z]\d+|attacks?|\d+|and|[,:·]|\s)*/.exec(title)?.[0] ?? ''
const rulesHeld = new Set(titles.flatMap((title) => held(title).match(/[A-Z]\d+/g) ?? []))
const attacksHeld = new Set(
  titles.flatMap((title) => (/attacks? ((?:\d+|and|[,\s])+)/.exec(held(title))?.[1]?.match(/\d+/g) ?? []).map(Number)),
)

/** What is marked ◇ is specified and not yet done: a whole section by its heading, or one rule behind its id. */
function rulesOf(protocol: string): readonly string[] {
  return protocol.split(/^## /m).flatMap((section) => {
    const heading = section.split('\n', 1)[0] ?? ''
    if (heading.includes('◇')) return []
    return [...section.matchAll(/^- \*\*([A-Z]\d+)\*\*(?! ◇)/gm)].map(([, id]) => id ?? '')
  })
}

interface Attack {
  readonly number: number
  readonly held: string
}

function attacksOf(threatModel: string): readonly Attack[] {
  const rows = threatModel.matchAll(/^\| (\d+) \| [^|]+ \| [^|]+ \| (.+) \|$/gm)
  return [...rows].map(([, number, held]) => ({ number: Number(number), held: held ?? '' }))
}

describe('rule coverage', () => {
  const rules = rulesOf(readFileSync('docs/protocol.md', 'utf8'))
  const attacks = attacksOf(readFileSync('docs/threat-model.md', 'utf8'))

  it('reads the documents and the tests', () => {
    expect(rules).toContain('E7')
    expect(rules).not.toContain('F1')
    expect(attacks.map(({ number }) => number)).toEqual(Array.from({ length: 56 }, (_, i) => i + 1))
    expect(titles.length).toBeGreaterThan(500)
    expect(held('E7 attacks 22 and 23: refuses 2 things')).toBe('E7 attacks 22 and 23: ')
  })

  it('has a test for every rule of the protocol that is not marked ◇', () => {
    expect(rules.filter((rule) => !rulesHeld.has(rule))).toEqual([])
  })

  it('has a test for every attack of the threat model that is not still to come', () => {
    const built = attacks.filter(({ held }) => !held.startsWith('**Not yet**'))
    expect(built.filter(({ number }) => !attacksHeld.has(number)).map(({ number }) => number)).toEqual([])
  })

  it('finds every title that the threat model quotes', () => {
    const quoted = attacks.flatMap(({ number, held }) =>
      [...held.matchAll(/(?<![*\w])\*([^*]+)\*(?!\*)/g)].map(([, title]) => ({ number, title: title ?? '' })),
    )
    const missing = quoted.filter(
      ({ title }) => !/^\d+ more$/.test(title) && !titles.some((one) => one.includes(title)),
    )
    expect(missing).toEqual([])
  })
})
