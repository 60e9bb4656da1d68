import { describe, expect, it } from 'vitest'
import type { ChainTag, DeviceId, EpochTag } from '#lib/base/ids'
import { createEarlyReceipts, MAX_EARLY_SENDERS } from '#lib/delivery/early-receipts'
import type { Receipt } from '#lib/protocol/receipt'

const epoch = new Uint8Array(16) as EpochTag
const sender = (n: number) => Uint8Array.of(n >> 8, n & 255, ...new Uint8Array(30)) as DeviceId
const head = (chain: number, seq: number) => ({
  chain: new Uint8Array(16).fill(chain) as ChainTag,
  ...{ seq, idPrefix: new Uint8Array(8).fill(seq) },
})
const early = (n: number, counter: number, ...heads: Receipt['heads'][number][]) => ({
  receipt: { device: sender(n), counter, at: counter, digest: new Uint8Array(16), heads, complete: false },
  epoch,
})
const everybody = () => true

describe('early receipts', () => {
  it('R10 gives a receipt once its sender is known, and once only', () => {
    const receipts = createEarlyReceipts()
    receipts.keep(early(1, 1))
    receipts.keep(early(2, 1))
    expect(receipts.take(() => false)).toEqual([])
    expect(receipts.take((device) => device[1] === 2)).toEqual([early(2, 1)])
    expect(receipts.take(everybody)).toEqual([early(1, 1)])
    expect(receipts.take(everybody)).toEqual([])
  })

  it('R10 keeps the newest of a sender, with what the one before told of other chains', () => {
    const receipts = createEarlyReceipts()
    receipts.keep(early(1, 2, head(7, 4), head(8, 4)))
    receipts.keep(early(1, 3, head(7, 5)))
    receipts.keep(early(1, 1, head(7, 9)))
    expect(receipts.take(everybody)).toEqual([early(1, 3, head(7, 5), head(8, 4))])
  })

  it('R10 keeps those of so many senders, who spoke last', () => {
    const receipts = createEarlyReceipts()
    for (let n = 0; n <= MAX_EARLY_SENDERS; n++) receipts.keep(early(n, 1))
    const taken = receipts.take(everybody)
    expect([taken.length, taken[0]]).toEqual([MAX_EARLY_SENDERS, early(1, 1)])
  })
})
