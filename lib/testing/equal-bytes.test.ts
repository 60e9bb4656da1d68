import { describe, expect, it } from 'vitest'

describe('byte arrays in expectations', () => {
  it('are equal where every byte is, wherever they stand', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    expect(bytes).toEqual(bytes.slice())
    expect([{ bytes }]).toEqual([{ bytes: Uint8Array.of(0, 1, 2, 3).subarray(1) }])
  })

  it('differ by one byte, by their length, and from what is of another kind', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    for (const other of [
      Uint8Array.of(1, 2, 4),
      Uint8Array.of(1, 2),
      Uint8Array.of(1, 2, 3, 0),
      Buffer.of(1, 2, 3),
      [1, 2, 3],
      '',
    ]) {
      expect(bytes).not.toEqual(other)
      expect({ bytes }).not.toEqual({ bytes: other })
    }
  })
})
