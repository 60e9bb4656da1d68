import { describe, expect, it } from 'vitest'
import {
  type ImportProblem,
  importProblemWords,
  importReportWords,
  importStoppedWords,
  importWords,
  lossWords,
} from '#lib/words/import-words'

describe('words about a file that is imported', () => {
  it('never blame a file without naming it', () => {
    const problems: readonly ImportProblem[] = [
      { type: 'too-large', limitMegabytes: 8 },
      { type: 'not-text' },
      { type: 'unreadable' },
      { type: 'too-deep' },
      { type: 'reader-failed' },
      { type: 'not-zip' },
      { type: 'locked-archive' },
      { type: 'archive-too-large', limitMegabytes: 256 },
      { type: 'too-many-files', limit: 9 },
      { type: 'too-many-pages', limit: 9 },
      { type: 'no-pages' },
    ]
    for (const problem of problems) expect(importProblemWords(problem, 'notes.md')).toMatch(/^“notes.md” .*\.$/)
  })

  it('say what is kept of one that was stopped', () => {
    expect(importProblemWords({ type: 'stopped' }, 'notes.md')).toBe('Stopped. Nothing of “notes.md” came in.')
    expect(importStoppedWords('notes.md', 40, 1)).toContain('keeps what came in of “notes.md”, about 40 %')
    expect(importStoppedWords('vault.zip', 0, 910)).toMatch(/^Stopped\. The pages that came in of “vault\.zip” stay\. /)
    expect(importStoppedWords('notes.md', 0, 1)).toMatch(/^Stopped\. The page keeps what came in of “notes\.md”\. /)
  })

  it('count what came of a file and what did not, and name some of it', () => {
    const report = { id: '1', fileName: 'vault.zip', pages: 3, ofPages: 3, losses: [] }
    expect(importReportWords(report)).toBe('“vault.zip” came in as 3 pages.')
    const loss = { kind: 'image', count: 6, names: ['a', 'b', 'c', 'd', 'e'] } as const
    expect(importReportWords({ ...report, pages: 1, losses: [loss] })).toBe(
      '“vault.zip” came in as 1 page of 3. Of the whole file, this could not be kept:',
    )
    expect(importReportWords({ ...report, pages: 1, ofPages: 1, losses: [loss] })).toContain(
      '“vault.zip” came in. This',
    )
    expect(lossWords(loss)).toBe('6 images: a, b, c, d and 2 more')
    expect(lossWords({ kind: 'row', count: 50, names: ['Big.csv'] })).toBe(
      '50 rows of a table that is too long for a page; the whole file stands below it: Big.csv',
    )
    expect(lossWords({ kind: 'link', count: 1, names: [] })).toBe('1 link to what did not come along')
  })

  it('tell reading from bringing in', () => {
    expect(importWords('notes.md', true)).not.toBe(importWords('notes.md', false))
  })
})
