import { describe, expect, it } from 'vitest'
import { emojiNamed, findEmoji } from '#lib/editor/emoji'

const signs = (query: string) => findEmoji(query).map(({ sign }) => sign)

describe('an emoji', () => {
  it('of exactly that name comes first', () => {
    expect(signs('heart')[0]).toBe('❤️')
    expect(findEmoji('+1')[0]).toEqual({ sign: '👍', name: '+1' })
  })
  it('is found by the beginning of a name, of a word in it, of a tag and of its description', () => {
    expect(signs('tad')).toContain('🎉')
    expect(signs('harb')).toEqual([])
    expect(signs('bird')).toContain('🐦')
    expect(signs('hooray')).toContain('🎉')
    expect(signs('party_popper')).toContain('🎉')
  })
  it('goes by the name that was begun', () => {
    expect(findEmoji('thumbsu')[0]).toEqual({ sign: '👍', name: 'thumbsup' })
  })
  it('is asked for by something, and comes with few others', () => {
    expect(signs('')).toEqual([])
    expect(signs('a')).toHaveLength(24)
  })
  it('is known by its whole name, in any case', () => {
    expect(emojiNamed('TADA')).toBe('🎉')
    expect(emojiNamed('constructor')).toBeUndefined()
  })
})
