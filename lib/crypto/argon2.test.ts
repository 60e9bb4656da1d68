import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import { argon2 } from '#lib/crypto/argon2'
import { ARGON2_COST } from '#lib/crypto/argon2-cost'

describe('argon2', () => {
  // reference: phc-winner-argon2, src/test.c, Argon2id version 0x13 with one lane
  it.each([
    ['password', 'somesalt', 2, 256, '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe'],
    ['password', 'somesalt', 1, 65_536, 'f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98'],
    ['differentpassword', 'somesalt', 2, 65_536, '0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde'],
    ['password', 'diffsalt', 2, 65_536, 'bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c'],
  ])(
    'V4 gives what the reference gives: %s, %s, %i passes over %i KiB',
    async (secret, salt, passes, memoryKib, expected) => {
      expect(toHex(await argon2(utf8(secret), utf8(salt), { memoryKib, passes }))).toBe(expected)
    },
  )

  it('V4 costs 64 MiB and three passes for anything new', () => {
    expect(ARGON2_COST).toEqual({ memoryKib: 65_536, passes: 3 })
  })
})
