import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mutants, rulesWithMutants } from './mutants/table.mjs'

describe('mutants', () => {
  const rules = rulesWithMutants(readFileSync('docs/protocol.md', 'utf8'))

  it('finds the rules of §4, §5, E7 and S1', () => {
    expect(rules).toEqual(
      expect.arrayContaining(['M1', 'M7', 'M3 Devices', 'W5', 'E7 One slot', 'E7 Discussion', 'S1']),
    )
  })

  it('has one for every rule of §4, §5, E7 and S1, and none for anything else', () => {
    const broken = new Set(mutants.map(({ rule }) => rule))
    expect(rules.filter((rule) => !broken.has(rule))).toEqual([])
    expect([...broken].filter((rule) => !rules.includes(rule))).toEqual([])
  })

  it('changes text that stands exactly once in its file, and names a test that is there', () => {
    const lost = mutants.filter(({ file, find, test, title }) => {
      const isOnce = readFileSync(file, 'utf8').split(find).length === 2
      return !isOnce || !readFileSync(test, 'utf8').includes(title)
    })
    expect(lost.map(({ rule, breaks }) => `${rule}: ${breaks}`)).toEqual([])
  })
})
