import { describe, expect, it } from 'vitest'
import { addressAtEnd, hrefFrom } from '#lib/editor/links'

describe('hrefFrom', () => {
  it.each([
    ['https://a.example/x', 'https://a.example/x'],
    [' a.example ', 'https://a.example'],
    ['www.a.example/x?y#z', 'https://www.a.example/x?y#z'],
    ['ana@a.example', 'mailto:ana@a.example'],
    ['mailto:ana@a.example', 'mailto:ana@a.example'],
    ['#/w/1', '#/w/1'],
    ['bücher.example', 'https://bücher.example'],
  ])('takes %s', (typed, href) => {
    expect(hrefFrom(typed)).toBe(href)
  })
  it.each([
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    ' JAVASCRIPT:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.example/1',
    'hello',
    '',
    'a b.example',
  ])('attack: refuses %j', (typed) => {
    expect(hrefFrom(typed)).toBeUndefined()
  })
})

describe('addressAtEnd', () => {
  it.each([
    ['see https://a.example/x', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['https://a.example/x_(y)', 'https://a.example/x_(y)'],
    ['https://a.example/x).', 'https://a.example/x'],
    ['write ana@a.example!', 'mailto:ana@a.example'],
    ['www.a.example', 'https://www.a.example'],
  ])('finds the one in %s', (text, href) => {
    expect(addressAtEnd(text)?.href).toBe(href)
  })
  it.each(['hello', 'a.example', 'e.g.', 'https://', '@ana', '#tag'])('finds none in %s', (text) => {
    expect(addressAtEnd(text)).toBeUndefined()
  })
  it('attack: is quick on a long row of anything', () => {
    for (const piece of ['(', ')', '.', '@', 'www.', 'https://', 'a@', '-.']) addressAtEnd(piece.repeat(20_000))
  })
})
