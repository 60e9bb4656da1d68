import { describe, expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { bestState, holdsAll } from '#lib/host/relay-standing'
import type { RelayClient } from '#lib/sync/relay-client'

const chain = (n: number) => new Uint8Array(16).fill(n) as ChainTag

/** A relay that keeps so many entries of each chain. */
const relay = (
  kept: Record<number, number>,
  state: ReturnType<RelayClient['state']> = 'connected',
  refusal?: ReturnType<RelayClient['refusal']>,
) => ({ acknowledged: (of: ChainTag) => kept[of[0] ?? 0] ?? 0, state: () => state, refusal: () => refusal })

describe('what the relays have together', () => {
  const chains = [
    { chain: chain(1), newest: 3 },
    { chain: chain(2), newest: 4 },
  ]

  it('R10 is all of it only where one of them has all of it', () => {
    const [first, second, both] = [relay({ 1: 3 }), relay({ 2: 4 }), relay({ 1: 3, 2: 5 })]
    expect(holdsAll([first, second], chains)).toBe(false)
    expect(holdsAll([first, both], chains)).toBe(true)
    expect(holdsAll([relay({ 1: 3, 2: 3 })], chains)).toBe(false)
    expect(holdsAll([], [])).toBe(false)
  })
})

describe('the state of the relays', () => {
  it('R4 is that of the best, and full where each that answers takes nothing more', () => {
    const [open, full] = [relay({}), relay({}, 'connected', 'room-full')]
    const [called, shut, away] = [relay({}, 'connecting'), relay({}, 'refused'), relay({}, 'away')]
    expect(bestState([away, full, open])).toBe('connected')
    expect(bestState([shut, called, full])).toBe('full')
    expect(bestState([shut, called])).toBe('connecting')
    expect(bestState([away, shut])).toBe('refused')
    expect(bestState([away])).toBe('away')
    expect(bestState([])).toBe('connecting')
  })
})
