import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { hash, hashInScript, tag } from '#lib/crypto/hash'
import { createSeededRandom } from '#lib/testing/seeded-random'

describe('hash', () => {
  it('C1 is the same in a browser as in Node, however the bytes are cut', () => {
    const random = createSeededRandom(1)
    for (let length = 0; length < 200; length++) {
      const parts = [random.bytes(length), random.bytes(random.below(70))]
      expect(hash(...parts)).toEqual(hashInScript(...parts))
    }
    expect(hash()).toEqual(hashInScript())
  })

  it('C2 gives each use a tag of its own, whatever became of the one before', () => {
    tag('blob').fill(0)
    expect(tag('blob')).toEqual(hashInScript(utf8('waxwing/blob/1')))
    expect(tag('blob')).not.toEqual(tag('entry'))
  })
})
