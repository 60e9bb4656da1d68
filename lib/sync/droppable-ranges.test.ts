import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { createDroppableRanges } from '#lib/sync/droppable-ranges'
import type { SegmentComparison } from '#lib/sync/entry-source'

const channelOf = (number: number): ChannelTag => new Uint8Array(16).fill(number) as ChannelTag
const chainOf = (number: number): ChainTag => new Uint8Array(16).fill(100 + number) as ChainTag

type Given = readonly [chain: number, from: number, to: number, comparison?: SegmentComparison]

/** `1 2–9` for each range of each request, of channel 1 but where `channels` says otherwise; acknowledged here up to `upTo`. */
function wishes(given: readonly Given[], { max = 1024, maxPlaces = 100, upTo = 10_000, channels = [1] } = {}) {
  const ranges = createDroppableRanges(maxPlaces)
  given.forEach(([chain, from, to, comparison = 'acknowledged'], i) => {
    ranges.add(channelOf(channels[i % channels.length] ?? 1), { chain: chainOf(chain), from, to }, comparison)
  })
  return [...ranges.wishes(() => [{ from: 2, to: upTo }], max)].map((wish) => [
    toHex(wish.channel).slice(1, 2),
    ...wish.ranges.map(({ chain, from, to }) => `${(chain[0] ?? 0) - 100} ${from}–${to}`),
  ])
}

describe('ranges that a relay may drop', () => {
  it('S3 are those of acknowledged segments alone, one range where they lie side by side', () => {
    const given = [
      [1, 2, 9],
      [1, 10, 19],
      [1, 20, 29, 'same'],
      [1, 30, 39, 'unknown'],
      [1, 40, 49],
    ] as const
    expect(wishes(given)).toEqual([['1', '1 2–19', '1 40–49']])
  })

  it('S3 lack what another segment reaches into, whatever it is, and nothing beside that', () => {
    expect(
      wishes([
        [1, 2, 9],
        [1, 9, 19, 'same'],
        [1, 20, 29],
      ]),
    ).toEqual([['1', '1 20–29']])
    expect(
      wishes([
        [1, 2, 9, 'unknown'],
        [1, 4, 5],
        [1, 10, 19],
      ]),
    ).toEqual([['1', '1 10–19']])
    expect(
      wishes([
        [1, 2, 90],
        [1, 4, 5],
        [1, 50, 60],
      ]),
    ).toEqual([])
  })

  it('S3 may be those of a segment that lies there twice', () => {
    expect(
      wishes([
        [1, 2, 9],
        [1, 2, 9],
      ]),
    ).toEqual([['1', '1 2–9']])
    expect(
      wishes([
        [1, 2, 9],
        [1, 2, 9, 'same'],
      ]),
    ).toEqual([])
  })

  it('S3 are none of a chain of which one segment is unlike its entries, whether it came first or last', () => {
    const unlike = [1, 50, 59, 'unlike'] as const
    expect(wishes([unlike, [1, 2, 9], [2, 2, 9]])).toEqual([['1', '2 2–9']])
    expect(wishes([[1, 2, 9], [2, 2, 9], unlike])).toEqual([['1', '2 2–9']])
  })

  it('S3 lack what is not acknowledged any more when they are named', () => {
    expect(
      wishes(
        [
          [1, 2, 9],
          [1, 10, 19],
        ],
        { upTo: 15 },
      ),
    ).toEqual([['1', '1 2–9']])
  })

  it('S3 are asked for channel by channel, so many at a time', () => {
    const given = [
      [1, 2, 9],
      [2, 2, 9],
      [3, 2, 9],
      [1, 20, 29],
    ] as const
    expect(wishes(given, { max: 2 })).toEqual([
      ['1', '1 2–9', '1 20–29'],
      ['1', '2 2–9', '3 2–9'],
    ])
    expect(
      wishes(
        [
          [1, 2, 9],
          [2, 2, 9],
        ],
        { channels: [1, 2] },
      ),
    ).toEqual([
      ['1', '1 2–9'],
      ['2', '2 2–9'],
    ])
  })

  it('S3 are none of a chain of which there are more than can be remembered', () => {
    expect(
      wishes(
        [
          [1, 2, 9],
          [2, 2, 9],
          [2, 10, 19],
          [1, 10, 19],
        ],
        { maxPlaces: 3 },
      ),
    ).toEqual([['1', '2 2–19']])
  })
})
