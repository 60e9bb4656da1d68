import { expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { createKnownSegments } from '#lib/sync/known-segments'

it('S2 remembers so many segments of a chain that whoever floods a relay with theirs holds nobody up', () => {
  const chain = new Uint8Array(16) as ChainTag
  const known = createKnownSegments()
  for (let i = 0; i < 5000; i++)
    known.add(chain, { from: 5000 - i, to: 5000 - i, id: new Uint8Array(32).fill(i % 256).with(0, i >> 8) })
  expect(known.of(chain)).toHaveLength(4096)
  expect(known.of(chain)[0]?.from).toBe(905)
})
