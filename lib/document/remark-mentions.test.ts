import { describe, expect, it } from 'vitest'
import { mentionsAsValue, mentionsFrom, splitRemark, withTodaysNames } from '#lib/document/remark-mentions'

const person = (id: string, name: string) => ({ kind: 'person', id: id.repeat(22), name }) as const
const [ana, anaMaria, bo] = [person('a', 'Ana'), person('m', 'Ana Maria'), person('b', 'Bo')]

describe('who is mentioned in a remark', () => {
  it('stands where the name stands, in the order of the text', () => {
    expect(splitRemark('Ask @Ana Maria, @Ana or @Bo.', [anaMaria, ana, bo])).toEqual([
      ...['Ask ', anaMaria, ', ', ana, ' or ', bo, '.'],
    ])
    expect(splitRemark('@Bo', [bo])).toEqual([bo])
    expect(splitRemark('', [bo])).toEqual([])
  })

  it('is nobody where the name was taken out of the text', () => {
    expect(splitRemark('Ask Ana or @Bo', [ana, bo])).toEqual(['Ask Ana or ', bo])
  })

  it('is told with today’s name, and with the written one where nobody knows them', () => {
    const today = (id: string) => (id === ana.id ? 'Ana Márquez' : undefined)
    expect(withTodaysNames('@Ana and @Bo', [ana, bo], today)).toBe('@Ana Márquez and @Bo')
  })

  it('goes into a plain value and comes back', () => {
    expect(mentionsFrom(mentionsAsValue([ana, bo]))).toEqual([ana, bo])
  })

  it('is nobody for any value that says none', () => {
    const odd = [7, null, 'x', {}, { id: 'short', name: 'A' }, { id: ana.id, name: '' }, { id: ana.id, name: ['A'] }]
    expect(mentionsFrom(odd)).toEqual([])
    for (const value of [undefined, null, 'x', { length: 3 }, 5]) expect(mentionsFrom(value)).toEqual([])
    expect(mentionsFrom(Array(101).fill({ id: ana.id, name: 'Ana' }))).toHaveLength(100)
    expect(mentionsFrom([{ kind: 'page', id: ana.id, name: 'A\n\u202eB' }])).toEqual([{ ...ana, name: 'A B' }])
  })
})
