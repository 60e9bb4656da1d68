/** Randomness as a port: the platform's secure source in the product, a seed in the simulation. */
export interface Random {
  /** `size` fresh bytes, owned by the caller. */
  bytes(size: number): Uint8Array
}

/** An integer from 0 to `limit` − 1; for delays and choices, not for keys. */
export function randomBelow(random: Random, limit: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return Math.floor(((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32) * limit)
}
