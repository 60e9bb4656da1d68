import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { Inflate } from 'fflate'
import { describe, expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import { deflate, deflateIfShorter, inflate } from '#lib/protocol/inflate'
import { mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'

const random = createSeededRandom(10)

describe('inflate', () => {
  it('E10 gives back what deflate packed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 255), { maxLength: 5000 }), (list) => {
        const plain = Uint8Array.from(list)
        expect(inflate(deflate(plain), plain.length)).toEqual(plain)
      }),
    )
  })

  it('reads streams of another compressor, stored blocks and long ones', () => {
    for (const [plain, level] of [
      [random.bytes(200_000), 0],
      [new Uint8Array(200_000).fill(7), 6],
    ] as const) {
      const out = inflate(deflateRawSync(plain, { level }), plain.length)
      expect(out && sameBytes(out, plain)).toBe(true)
    }
  })

  it('E10 attack 14: stops a bomb at the limit, long before it is unpacked', () => {
    const bomb = deflateRawSync(new Uint8Array(100_000_000))
    const before = process.memoryUsage().arrayBuffers
    expect(inflate(bomb, 131_072)).toBeUndefined()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
  })

  it('E10 refuses one byte more than the limit', () => {
    const packed = deflate(new Uint8Array(5000))
    expect(inflate(packed, 5000)).toHaveLength(5000)
    expect(inflate(packed, 4999)).toBeUndefined()
  })

  it('refuses every cut of a stream', () => {
    const packed = deflate(Uint8Array.from({ length: 3000 }, (_, i) => (i * i) & 255))
    for (let end = 1; end < packed.length; end += 13) expect(inflate(packed.subarray(0, end), 3000)).toBeUndefined()
  })

  it('E10 gives a damaged short stream the verdict that it would have in pushes', () => {
    for (let round = 0; round < 300; round++) {
      const plain = Uint8Array.from({ length: random.below(1500) }, () => random.below(round % 7) * 31)
      const packed = deflate(plain)
      const bytes = round % 3 === 0 ? packed : mutate(packed, random)
      if (bytes.length === 0 || bytes.length > 1024) continue
      const parts: Uint8Array[] = []
      let isGood = true
      try {
        new Inflate((part) => parts.push(part)).push(bytes, true)
      } catch {
        isGood = false
      }
      const inPushes = new Uint8Array(Buffer.concat(parts))
      const expected = isGood && inPushes.length <= 131_072 ? inPushes : undefined
      const out = inflate(bytes, 131_072)
      expect(out === expected || (out && expected && sameBytes(out, expected))).toBe(true)
    }
  })

  it('survives any bytes', () => {
    for (let round = 0; round < 2000; round++) {
      const out = inflate(random.bytes(random.below(3000)), 10_000)
      expect(out === undefined || out.length <= 10_000).toBe(true)
    }
  })
})

describe('what is worth deflating', () => {
  const text = new TextEncoder().encode('the harbour, '.repeat(1000))

  it('E10 is what becomes shorter, long or not', () => {
    for (const bytes of [text, text.slice(0, 600)]) {
      expect(inflate(deflateIfShorter(bytes), bytes.length)).toEqual(bytes)
      expect(deflateIfShorter(bytes).length).toBeLessThan(bytes.length)
    }
    for (const length of [600, 8191, 8192, 40_000]) {
      const bytes = random.bytes(length)
      expect(deflateIfShorter(bytes)).toBe(bytes)
    }
  })

  it('E10 is told by the middle of what is long', () => {
    const keys = random.bytes(1200)
    const boxes = new Uint8Array([...text.slice(0, 6000), ...keys, ...text.slice(0, 6000)])
    expect(deflateIfShorter(boxes)).toBe(boxes)
    expect(deflate(boxes).length).toBeLessThan(boxes.length)
  })
})
