import { describe, expect, it } from 'vitest'
import { completeWord, readTypedWords } from '#lib/session/typed-words'

const at = (marked: string) => readTypedWords(marked.replace('|', ''), marked.indexOf('|'))

describe('words while they are typed', () => {
  it('I7 V2 offers what the word at the caret may become, from its second letter on', () => {
    expect(at('ab|').suggestions).toEqual(['abandon', 'ability', 'able', 'about', 'above'])
    expect(at('zoo ABAN|').suggestions).toEqual(['abandon'])
    for (const marked of ['a|', 'zoo |', 'zo|o', 'abandon|', 'xq|', '|']) expect(at(marked).suggestions).toEqual([])
    expect(at('act|').suggestions).toEqual(['act', 'action', 'actor', 'actress', 'actual'])
  })

  it('I7 V2 puts a word in the place of its first letters, also in the middle', () => {
    expect(completeWord('zoo aban', 8, 'abandon')).toEqual({ text: 'zoo abandon ', caret: 12 })
    expect(completeWord('aban zoo', 4, 'abandon')).toEqual({ text: 'abandon zoo', caret: 8 })
  })

  it('I7 V2 names the first word that is none of the list, and lets one be written', () => {
    expect(at('zoo waxwing aban |').unknown).toEqual({ word: 'waxwing', place: 2 })
    expect(at('zoo lantrn|').unknown).toEqual({ word: 'lantrn', place: 2 })
    for (const marked of ['zoo, lang-ABAN|', 'zoo la|', 'zo|', '|']) expect(at(marked).unknown).toBeUndefined()
    expect(at('zoo la |').unknown).toEqual({ word: 'la', place: 2 })
  })
})
