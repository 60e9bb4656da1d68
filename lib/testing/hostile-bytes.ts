import { concat } from '#lib/base/bytes'
import type { SeededRandom } from '#lib/testing/seeded-random'

/** What a flawed or hostile sender makes of good bytes: changed, cut, lengthened, doubled or replaced. */
export function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1)
  const changed = bytes.slice()
  switch (random.below(5)) {
    case 0:
      return random.bytes(random.below(200))
    case 1:
      return bytes.slice(0, at)
    case 2:
      return concat(bytes, random.bytes(1 + random.below(4)))
    case 3:
      return concat(bytes.subarray(0, at), random.bytes(1), bytes.subarray(at))
    default:
      for (let i = 1 + random.below(3); i > 0; i--) {
        changed[random.below(bytes.length)] = random.pick([0, 1, 127, 128, 255, random.below(256)])
      }
      return changed
  }
}

/** The same bytes with one bit of each byte flipped in turn. */
export const flips = (bytes: Uint8Array, bit = 1): Uint8Array[] =>
  Array.from(bytes, (byte, at) => {
    const flipped = bytes.slice()
    flipped[at] = byte ^ bit
    return flipped
  })
