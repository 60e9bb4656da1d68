/** Body lengths tell little about what was typed (E10). */

/**
 * The least admissible body length that holds `size` bytes: 48, 64, multiples of 32 up to 256, then PADMÉ, which costs
 * at most 12 % ("Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", §4).
 */
export function paddedLength(size: number): number {
  if (size <= 48) return 48
  if (size <= 256) return Math.ceil(size / 32) * 32
  const exponent = 31 - Math.clz32(size)
  const unit = 2 ** (exponent - (32 - Math.clz32(exponent)))
  return Math.ceil(size / unit) * unit
}

/** A new array: `bytes`, then zeros up to the padded length. */
export function pad(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(paddedLength(bytes.length))
  out.set(bytes)
  return out
}
