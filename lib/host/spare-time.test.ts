import { describe, expect, it } from 'vitest'
import { createSpareTime } from '#lib/host/spare-time'
import { createVirtualClock } from '#lib/testing/virtual-clock'

function begin(slices: number, comparisons = 0) {
  const clock = createVirtualClock()
  const did: string[] = []
  let left = slices
  let leftToCompare = comparisons
  const spareTime = createSpareTime(clock, {
    tidy: async (occasion) => void did.push(occasion),
    async fold() {
      did.push('fold')
      return --left > 0
    },
    async acknowledge() {
      if (leftToCompare-- <= 0) return false
      did.push('acknowledge')
      return true
    },
  })
  return { clock, did, spareTime }
}

describe('spare time', () => {
  it('S0 folds slice by slice while nobody writes, and writes checkpoints then', async () => {
    const { clock, did } = begin(3)
    await clock.advance(5000)
    expect(did).toEqual(['quiet', 'fold'])
    await clock.advance(200)
    expect(did).toEqual(['quiet', 'fold', 'fold', 'fold'])
  })

  it('S1 compares the segments of others once there is nothing more to fold', async () => {
    const { clock, did } = begin(2, 2)
    await clock.advance(5500)
    expect(did).toEqual(['quiet', 'fold', 'fold', 'acknowledge', 'fold', 'acknowledge', 'fold'])
  })

  it('S0 stops folding for whoever begins to write', async () => {
    const { clock, did, spareTime } = begin(100)
    await clock.advance(5000)
    spareTime.busy()
    await clock.advance(1000)
    expect(did).toEqual(['quiet', 'fold'])
    await clock.advance(3900)
    spareTime.busy()
    await clock.advance(100)
    expect(did.at(-1)).toBe('busy')
  })

  it('S0 ends with its workspace', async () => {
    const { clock, did, spareTime } = begin(100)
    spareTime.close()
    await clock.advance(60_000)
    expect(did).toEqual([])
  })

  it('S0 begins again at the next look after what failed', async () => {
    const clock = createVirtualClock()
    const did: string[] = []
    createSpareTime(clock, {
      async tidy() {
        throw new Error('the disk is gone')
      },
      async fold() {
        did.push('fold')
        throw new Error('the disk is gone')
      },
      acknowledge: async () => false,
    })
    await clock.advance(10_000)
    expect(did).toEqual(['fold', 'fold'])
  })
})
