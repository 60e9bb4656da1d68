import { expect, it } from 'vitest'
import { codeLanguageWords } from '#lib/words/editor-words'

it('calls a language by its name, also by its short one and one of which nothing is known', () => {
  expect(['', 'js', 'javascript', 'yml', 'cpp', 'go', 'zig'].map(codeLanguageWords)).toEqual([
    'Plain',
    'JavaScript',
    'JavaScript',
    'YAML',
    'C++',
    'Go',
    'Zig',
  ])
})

it('attack 26 calls a language by the words of the page, whatever they are', () => {
  expect(['__proto__', 'constructor'].map(codeLanguageWords)).toEqual(['__proto__', 'Constructor'])
})
