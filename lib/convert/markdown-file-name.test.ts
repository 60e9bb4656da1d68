import { describe, expect, it } from 'vitest'
import { markdownFileName } from '#lib/convert/markdown-file-name'

describe('the file name', () => {
  it.each([
    ['The harbour contract', 'The harbour contract.md'],
    ['', 'Untitled.md'],
    ['../../etc/passwd', 'etc passwd.md'],
    ['a/b\\c:d*e?"f<g>|h', 'a b c d e f g h.md'],
    ['CON', 'CON_.md'],
    ['...', 'Untitled.md'],
    ['gpj.\u202eexe', 'gpj. exe.md'],
    ['计划', '计划.md'],
  ])('of %j is %s', (title, expected) => {
    expect(markdownFileName(title)).toBe(expected)
  })
  it('has an end, and no half of a letter', () => {
    expect(markdownFileName('\u{1f426}'.repeat(200))).toBe(`${'\u{1f426}'.repeat(80)}.md`)
  })
})
