import { describe, expect, it } from 'vitest'
import type { DeviceId, EntryId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { sealSegment } from '#lib/document/seal-segment'
import type { Segment } from '#lib/document/segment'
import { chainTag, channelKeys } from '#lib/protocol/derive'
import { MAX_SNAPSHOT_PART_BYTES } from '#lib/protocol/limits'
import { type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import { encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { createHostileTeam } from '#lib/testing/hostile-team'

/** A team, a victim that has its log, and segments far ahead of what anybody wrote that inflate to a megabyte each. */
async function createBomber() {
  const team = await createHostileTeam()
  const { mallory, vera, channel, firstEpoch, newest } = team
  const keys = channelKeys(firstEpoch.secret, mallory.workspaceId, channel)
  const segment: Segment = {
    count: 10,
    lastId: systemRandom.bytes(32) as EntryId,
    heads: newest,
    dependencies: [],
    seconds: 0,
    payload: new Uint8Array(MAX_SNAPSHOT_PART_BYTES),
  }
  const bombs = (author: typeof mallory.device, count: number) => {
    const chain = chainTag(mallory.tagKey, author.publicKey as DeviceId, 0, channel)
    const place = { version: VERSION, suite: SUITE, lane: 'content', epoch: firstEpoch.tag, channel, chain } as const
    return Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const header: OuterHeader = { ...place, seq: 1000 + 10 * i, prev: segment.lastId }
        return encodeSealedSegment(await sealSegment(header, segment, keys, author, systemRandom))
      }),
    )
  }
  const { replica } = await team.createVictim()
  return { replica, mallory, vera, bombs }
}

describe('segments that are not due', () => {
  it('S0 attack 14 keeps what inflates to a megabyte as small as it came', async () => {
    const { replica, mallory, bombs } = await createBomber()
    const sent = await bombs(mallory.device, 24)
    const before = process.memoryUsage().arrayBuffers
    for (const bytes of sent) expect(await replica.receiveSegment(bytes)).toEqual({ type: 'waiting' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000)
  })

  it('S0 keeps none of a device that may only read', async () => {
    const { replica, vera, bombs } = await createBomber()
    for (const bytes of await bombs(vera.device, 2)) {
      expect(await replica.receiveSegment(bytes)).toMatchObject({ type: 'refused' })
    }
  })
})
