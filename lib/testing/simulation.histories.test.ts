import { describe, expect, it } from 'vitest'
import { createHistoriesHalf } from '#lib/testing/simulation-half'

describe('the simulation of whole teams, first half', () => {
  const half = createHistoriesHalf('first')

  it('attack 54 brings everybody to the same state in the first half of the histories', {
    timeout: half.patienceMs,
  }, async () => {
    expect(await half.live()).toEqual([])
  })

  it.runIf(half.isWhole)('tries everything that can go wrong', () => {
    expect(half.missed()).toEqual([])
  })
})
