import { describe, expect, it } from 'vitest'
import { heldBy, readAttacks, readRules, readTests } from './rule-coverage.mjs'

/**
 * Holds two documents to the tests: every rule of docs/protocol.md and every attack of docs/threat-model.md that is not
 * marked as still to come stands in front of a test's title.
 */
describe('rule coverage', () => {
  const [tests, rules, attacks] = [readTests(), readRules(), readAttacks()]
  const builtRules = rules.filter(({ isBuilt }) => isBuilt).map(({ id }) => id)

  it('reads the documents and the tests', () => {
    expect(builtRules).toContain('E7')
    expect(builtRules).not.toContain('F2')
    expect(attacks.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(tests.length).toBeGreaterThan(500)
    expect(heldBy('E7 attacks 22 and 23: refuses 2 things')).toBe('E7 attacks 22 and 23: ')
  })

  it('has a test for every rule of the protocol that is not marked ◇', () => {
    expect(builtRules.filter((id) => !tests.some((test) => test.rules.includes(id)))).toEqual([])
  })

  it('has a test for every attack of the threat model that is not still to come', () => {
    const untried = attacks.filter(
      ({ isBuilt, number }) => isBuilt && !tests.some((test) => test.attacks.includes(number)),
    )
    expect(untried.map(({ number }) => number)).toEqual([])
  })

  it('finds every title that the threat model quotes', () => {
    const quoted = attacks.flatMap(({ number, held }) =>
      [...held.matchAll(/(?<![*\w])\*([^*]+)\*(?!\*)/g)].map(([, title]) => ({ number, title })),
    )
    const missing = quoted.filter(
      ({ title }) => !/^\d+ more$/.test(title) && !tests.some((test) => test.title.includes(title)),
    )
    expect(missing).toEqual([])
  })
})
