import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOrderKey, orderBetween } from '#lib/document/order-key'

const key = fc.stringMatching(/^[0-9A-Za-z]{0,10}[1-9A-Za-z]$/)

describe('orderBetween', () => {
  it('gives a key between any two', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(one !== other)
        const [low, high] = one < other ? [one, other] : [other, one]
        const between = orderBetween(low, high)
        expect(isOrderKey(between) && low < between && between < high).toBe(true)
      }),
    )
  })

  it('gives a key before, after and beside nothing', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(orderBetween(undefined, one) < one).toBe(true)
        expect(orderBetween(one, undefined) > one).toBe(true)
      }),
    )
    expect(isOrderKey(orderBetween(undefined, undefined))).toBe(true)
  })

  it('keeps the keys of a thousand pages short, added at the end or always at the front', () => {
    let [last, first] = ['V001', 'V001']
    for (let page = 0; page < 1000; page++) {
      last = orderBetween(last, undefined)
      first = orderBetween(undefined, first)
    }
    expect(last).toHaveLength(4)
    expect(first).toHaveLength(4)
  })

  it('ignores what is no key or out of order', () => {
    for (const wrong of ['', 'a0', '!', 'ä', 'x'.repeat(513)]) {
      expect(isOrderKey(wrong)).toBe(false)
      expect(orderBetween(wrong, undefined)).toBe(orderBetween(undefined, undefined))
    }
    expect(orderBetween('b', 'a')).toBe(orderBetween('b', undefined))
  })
})
