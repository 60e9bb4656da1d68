import { describe, expect, it } from 'vitest'
import { safeFileName } from '#lib/convert/safe-file-name'

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
    expect(safeFileName(title, 'md')).toBe(expected)
  })
  it('has an end, and no half of a letter', () => {
    expect(safeFileName('\u{1f426}'.repeat(200), 'md')).toBe(`${'\u{1f426}'.repeat(80)}.md`)
  })
})
