import { describe, expect, it } from 'vitest'
import { roomSummaryWords } from '#lib/words/room-words'

type Summary = Parameters<typeof roomSummaryWords>[0]
const nothing: Summary = {
  ...{ end: 'through', segments: 0, blobs: 0, bytes: 0 },
  ...{ young: 0, waiting: 0, lacking: 0, unlike: 0 },
}
const words = (facts: Partial<Summary>): string => roomSummaryWords({ ...nothing, ...facts }).join(' ')

describe('what came of making room', () => {
  it('S3 says how much is free, or that there is nothing to do yet', () => {
    expect(words({ blobs: 3, bytes: 3_145_728 })).toBe('The relay has 3 MB more room now.')
    expect(words({})).toContain('Nothing can go yet: the relay has no summaries so far.')
  })

  it('S3 says what may follow, and what stays', () => {
    expect(words({ segments: 4, young: 2048, waiting: 1, lacking: 1, unlike: 2 })).toBe(
      'Nothing can go now. 2 KB more can go once they have been there long enough: seven days, unless whoever runs the relay says otherwise. ' +
        '1 summary waits until enough members have compared it: their devices do that by themselves. ' +
        'Edits behind 1 summary are not all on this device, so it left them alone. They may go another time. ' +
        '2 summaries say something else than the edits. The edits stay there, and they count.',
    )
  })

  it.each(['stopped', 'lost', 'failed'] as const)('S3 says what is free where it ended early: %s', (end) => {
    expect(words({ end, blobs: 3, bytes: 2048 })).toContain('The relay has 2 KB more room now.')
    expect(words({ end })).not.toContain('more room now')
  })

  it('S3 says what the relay says', () => {
    expect(words({ end: 'off', waiting: 2 })).toBe(
      'Whoever runs this relay has switched that off. Ask them for more room instead.',
    )
    expect(words({ end: 'not-allowed' })).toContain('does not know yet that you may ask for this')
  })
})
