import { describe, expect, it } from 'vitest'
import type { LeftFile } from '#lib/session/session-view'
import { exportProgressWords, leftFilesWords } from '#lib/words/export-words'

const away = (name: string, node: LeftFile['node'] = 'image'): LeftFile => ({ node, name, because: { type: 'away' } })

describe('what is said of an export', () => {
  it('counts pages, or pictures', () => {
    expect(exportProgressWords('workspace', 3, 40)).toBe('3 of 40 pages written')
    expect(exportProgressWords('docx', 1, 2)).toBe('1 of 2 pictures gathered')
  })
  it('names what could not be had, and says what helps', () => {
    expect(leftFilesWords('Plan.html', [away('map.png')])).toBe(
      '“Plan.html” was made. 1 picture could not be had now and stands in it by name only: map.png. Export again while somebody who has it is online.',
    )
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => away(name, name === 'a' ? 'file' : 'image'))
    expect(leftFilesWords('All.zip', many)).toBe(
      '“All.zip” was made. 5 pictures and files could not be had now and stand in it by name only: a, b, c, d and 1 more. Export again while somebody who has them is online.',
    )
    expect(leftFilesWords('Plan.docx', [away('')])).toContain('stands in it by name only. Export')
  })
  it('promises nothing of a picture that no browser shows', () => {
    const unshown = (name: string): LeftFile => ({ node: 'image', name, because: { type: 'not-shown' } })
    expect(leftFilesWords('Plan.docx', [unshown('logo.svg')])).toBe(
      '“Plan.docx” was made. 1 picture that this browser cannot show stands in it by name only: logo.svg.',
    )
    expect(leftFilesWords('Plan.docx', [unshown('a.svg'), away('map.png'), unshown('b.svg')])).toBe(
      '“Plan.docx” was made. 1 picture could not be had now and stands in it by name only: map.png. Export again while somebody who has it is online. 2 pictures that this browser cannot show stand in it by name only: a.svg and b.svg.',
    )
  })
  it('says what a file takes and what had no room', () => {
    const because = { type: 'no-room', limitMegabytes: 50 } as const
    expect(leftFilesWords('Plan.html', [{ node: 'image', name: 'film.gif', because }])).toBe(
      '“Plan.html” takes up to 50 MB besides its text: 1 picture had no room and stands in it by name only: film.gif.',
    )
  })
})
