import { expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobOf } from '#lib/protocol/blob'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { runsWithin } from '#relay/runs-within'

it('S3 tells runs that lie within one of several ranges of their chain, not across two', async () => {
  const random = createSeededRandom(1)
  const key = await createNodeCrypto().signingKey(random.bytes(32))
  const lane = { lane: 'content', channel: random.bytes(16) as ChannelTag } as const
  const [writer, other] = [createChainWriter(key, random, lane), createChainWriter(key, random, lane)]
  const threeOf = async ({ write }: typeof writer) => blobOf([await write(), await write(), await write()]).bytes
  const blobs = [await threeOf(writer), await threeOf(writer), await threeOf(writer), await threeOf(other)]
  const { chain } = writer
  const isNamed = runsWithin([
    { chain, from: 1, to: 4 },
    { chain, from: 5, to: 9 },
  ])
  expect(blobs.map(isNamed)).toEqual([true, false, true, false])
})
