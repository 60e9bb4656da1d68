import { describe, expect, it } from 'vitest'
import { concat, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { MAX_CHAIN_RANGES } from '#lib/protocol/chain-ranges'
import type { DropFrame, DropOutcome } from '#lib/protocol/drop-frames'
import { MAX_FRAME_BYTES, MAX_SEQ } from '#lib/protocol/limits'
import { decodeRelayFrame, encodeRelayFrame } from '#lib/protocol/relay-frames'

const channel = new Uint8Array(16).fill(3) as ChannelTag
const chainOf = (number: number) => Uint8Array.of(number >> 8, number & 255, ...new Array(14).fill(7)) as ChainTag
const dropOf = (count: number) =>
  encodeRelayFrame({
    type: 'drop',
    request: 1,
    after: 0,
    channel,
    ranges: Array.from({ length: count }, (_, i) => ({ chain: chainOf(i), from: 2, to: MAX_SEQ })),
  })
/** All of one chain. */
const rangesOf = (...ranges: readonly (readonly [number, number])[]): DropFrame => ({
  type: 'drop',
  request: 1,
  after: 0,
  channel,
  ranges: ranges.map(([from, to]) => ({ chain: chainOf(1), from, to })),
})

describe('frames about dropping', () => {
  it('S3 stand in these bytes', () => {
    const range = { chain: chainOf(5), from: 2, to: 300 }
    expect(toHex(encodeRelayFrame({ type: 'drop', request: 1, after: 300, channel, ranges: [range] }))).toBe(
      `3d01ac02${'03'.repeat(16)}010005${'07'.repeat(14)}02ac02`,
    )
    const counts = { cursor: 6, hasMore: true, blobs: 3, bytes: 300, young: 5 }
    const dropped = (outcome: DropOutcome) =>
      toHex(encodeRelayFrame({ type: 'dropped', request: 1, outcome, ...counts }))
    expect((['done', 'not-allowed', 'off'] as const).map(dropped)).toEqual([
      '3e0100060103ac0205',
      '3e0102060103ac0205',
      '3e0104060103ac0205',
    ])
  })

  it('S3 know no other outcome', () => {
    const outcomes = [0, 1, 2, 3, 4, 5, 255].filter(
      (byte) => decodeRelayFrame(Uint8Array.of(62, 1, byte, 6, 0, 0, 0, 0)).ok,
    )
    expect(outcomes).toEqual([0, 2, 4])
  })

  it('S3 name as many ranges as a frame holds in one piece, several of a chain, each once and in order', () => {
    const most = dropOf(MAX_CHAIN_RANGES)
    expect(most.length).toBeLessThan(MAX_FRAME_BYTES)
    expect(decodeRelayFrame(most)).toMatchObject({ ok: true })
    expect(decodeRelayFrame(dropOf(MAX_CHAIN_RANGES + 1)).ok).toBe(false)
    const split = rangesOf([2, 299], [300, 300], [400, 500])
    expect(decodeRelayFrame(encodeRelayFrame(split))).toEqual({ ok: true, value: split })
    const twice = dropOf(2)
    const [first, second] = [twice.slice(20, 42), twice.slice(42)]
    expect(decodeRelayFrame(concat(twice.slice(0, 20), first, second)).ok).toBe(true)
    for (const pair of [
      [second, first],
      [first, first],
    ]) {
      expect(decodeRelayFrame(concat(twice.slice(0, 20), ...pair)).ok).toBe(false)
    }
  })

  it('S3 name no range that reaches into the one before it, or ends before it begins', () => {
    for (const bad of [rangesOf([2, 9], [9, 12]), rangesOf([2, 9], [4, 5]), rangesOf([9, 8])]) {
      expect(decodeRelayFrame(encodeRelayFrame(bad)).ok).toBe(false)
    }
  })
})
