import { expect, it } from 'vitest'
import type { ChainTag, ChannelTag, DeviceId, EntryId, EpochTag, Signature } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { MAX_BOX_BYTES } from '#lib/protocol/limits'
import { SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import { loadSegmentTable } from '#lib/replica/segment-table'
import { storeOf } from '#lib/testing/lone-replica'

const random = <Id extends Uint8Array>(size: number): Id => systemRandom.bytes(size) as Id

const sealedAt = (seq: number, chain = random<ChainTag>(16)): SealedSegment => ({
  header: {
    ...{ version: VERSION, suite: SUITE, lane: 'content', epoch: random<EpochTag>(8), channel: random<ChannelTag>(16) },
    ...{ chain, seq, prev: random<EntryId>(32) },
  },
  ...{ count: 10, headerBytes: new Uint8Array(90), salt: new Uint8Array(8), box: new Uint8Array(MAX_BOX_BYTES) },
  ...{ id: random(32), signature: random<Signature>(64) },
})

it('S0 keeps so many segments of one device in waiting that others have room, however many chains it names', async () => {
  const table = await loadSegmentTable(await storeOf(), [])
  const [mallory, bob] = [random<DeviceId>(32), random<DeviceId>(32)]
  const offered = Array.from({ length: 12 }, () => sealedAt(2))
  for (const sealed of offered) table.offer(sealed, mallory)
  const kept = offered.filter(({ header }) => table.offered(header.chain, 2) !== undefined)
  expect(kept.length).toBeGreaterThan(4)
  expect(kept.length).toBeLessThan(8)
  const sealed = sealedAt(2)
  table.offer(sealed, bob)
  expect(table.offered(sealed.header.chain, 2)).toBe(sealed)
  for (const { header } of kept) table.withdraw(header.chain, 2)
  for (const again of offered) table.offer(again, mallory)
  expect(offered.filter(({ header }) => table.offered(header.chain, 2) !== undefined)).toHaveLength(kept.length)
})
