import { describe, expect, it } from 'vitest'
import { type ImportProblem, importProblemWords, importStoppedWords, importWords } from '#lib/words/import-words'

describe('words about a file that is imported', () => {
  it('never blame a file without naming it', () => {
    const problems: readonly ImportProblem[] = [
      { type: 'too-large', limitMegabytes: 8 },
      { type: 'not-text' },
      { type: 'unreadable' },
      { type: 'too-deep' },
      { type: 'reader-failed' },
    ]
    for (const problem of problems) expect(importProblemWords(problem, 'notes.md')).toMatch(/^“notes.md” .*\.$/)
  })

  it('say what is kept of one that was stopped', () => {
    expect(importProblemWords({ type: 'stopped' }, 'notes.md')).toBe('Stopped. Nothing of “notes.md” came in.')
    expect(importStoppedWords('notes.md', 40)).toContain('keeps what came in of “notes.md”, about 40 %')
  })

  it('tell reading from bringing in', () => {
    expect(importWords('notes.md', true)).not.toBe(importWords('notes.md', false))
  })
})
