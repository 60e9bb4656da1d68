import type { Random } from '#lib/base/random'

/** The most that one call of `getRandomValues` may fill. */
const MAX_FILL_BYTES = 65_536

/** The platform's secure source; in browsers, workers and Node. */
export const systemRandom: Random = {
  bytes(size) {
    const out = new Uint8Array(size)
    for (let at = 0; at < size; at += MAX_FILL_BYTES) {
      globalThis.crypto.getRandomValues(out.subarray(at, at + MAX_FILL_BYTES))
    }
    return out
  },
}
