import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobOf } from '#lib/protocol/blob'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** Content blobs of one entry each, of a device that nobody knows. `boxBytes`: size of what is sealed. */
export async function makeBlobs(count: number, seed: number, boxBytes?: number): Promise<readonly Uint8Array[]> {
  const channel = new Uint8Array(16).fill(2) as ChannelTag
  const key = await createNodeCrypto().signingKey()
  const writer = createChainWriter(key, createSeededRandom(seed), { lane: 'content', channel })
  const blobs = []
  for (let i = 0; i < count; i++) blobs.push(blobOf([await writer.write(boxBytes)]).bytes)
  return blobs
}
