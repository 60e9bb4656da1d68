import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChainTag, ChannelTag, EntryId, EpochTag } from '#lib/base/ids'
import { MAX_SEQ } from '#lib/protocol/limits'
import { decodeHeader, encodeHeader, type Lane, NO_ENTRY, type OuterHeader } from '#lib/protocol/outer-header'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'

const filled = (size: number, byte: number) => new Uint8Array(size).fill(byte)
const header: OuterHeader = {
  version: 1,
  suite: 1,
  lane: 'content',
  epoch: filled(16, 2) as EpochTag,
  channel: filled(16, 3) as ChannelTag,
  chain: filled(16, 4) as ChainTag,
  seq: 300,
  prev: filled(32, 5) as EntryId,
}

describe('decodeHeader', () => {
  it('E1 reads back every version, suite and lane', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const lanes = fc.constantFrom<Lane>('log', 'content')
    fc.assert(
      fc.property(byte, byte, lanes, fc.integer({ min: 2, max: MAX_SEQ }), (version, suite, lane, seq) => {
        const given = { ...header, version, suite, lane, seq }
        expect(decodeHeader(encodeHeader(given))).toEqual({ ok: true, value: given })
      }),
    )
  })

  it('E1 attack 1: reads no altered bytes as the same header', () => {
    for (const bytes of flips(encodeHeader(header))) {
      const decoded = decodeHeader(bytes)
      if (decoded.ok) expect(decoded.value).not.toEqual(header)
    }
  })

  it('E1 attack 13: reads canonical bytes only', () => {
    const random = createSeededRandom(13)
    for (let round = 0; round < 3000; round++) {
      const bytes = mutate(encodeHeader({ ...header, seq: random.pick([2, 127, 128, 300, MAX_SEQ]) }), random)
      const decoded = decodeHeader(bytes)
      if (decoded.ok) expect(encodeHeader(decoded.value)).toEqual(bytes)
    }
  })

  it('E2 takes a zero prev for the first entry and for no other', () => {
    const first = encodeHeader({ ...header, seq: 1, prev: NO_ENTRY })
    const orphan = encodeHeader({ ...header, prev: NO_ENTRY })
    const pretended = encodeHeader({ ...header, seq: 1 })
    expect([first, orphan, pretended].map((bytes) => decodeHeader(bytes).ok)).toEqual([true, false, false])
  })

  it('E2 refuses seq 0 and seq beyond its limit, in both directions', () => {
    const bytes = encodeHeader({ ...header, seq: 2 })
    expect(decodeHeader(Uint8Array.from(bytes, (byte, i) => (i === 51 ? 0 : byte))).ok).toBe(false)
    for (const seq of [0, -1, 1.5, MAX_SEQ + 1]) expect(() => encodeHeader({ ...header, seq })).toThrow('seq')
  })

  it('refuses lanes that are none', () => {
    expect(decodeHeader(Uint8Array.from(encodeHeader(header), (byte, i) => (i === 2 ? 2 : byte))).ok).toBe(false)
  })
})
