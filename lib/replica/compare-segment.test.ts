import { beforeAll, describe, expect, it } from 'vitest'
import type { EntryId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { openSegment, sealSegment } from '#lib/document/seal-segment'
import type { Segment } from '#lib/document/segment'
import { encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { createAcknowledgingTeam, decodedOf } from '#lib/testing/acknowledging-team'
import type { OfflineMate } from '#lib/testing/offline-team'

let given: Awaited<ReturnType<typeof createAcknowledgingTeam>>
beforeAll(async () => {
  given = await createAcknowledgingTeam()
})

describe('a segment that its author did not make of its entries', () => {
  it.each(['payload', 'seconds', 'prev', 'heads'] as const)(
    'S1 is acknowledged by nobody, and its chain believed no more: another %s',
    async (what) => {
      const { team, start, compare, ownEntries, everybody } = given
      const { alice, bob, carol, segment, chain } = await everybody()
      const [dave] = await start('dave')
      await team.carry(alice, dave)
      const lie = await bend(alice, segment.bytes, what)
      expect((await dave.replica.receiveSegment(lie)).type).toBe('known')
      const text = await dave.text()
      await compare(dave)
      expect(dave.refused).toEqual(['segment-differs'])
      expect(await ownEntries(dave)).toEqual([])
      expect([await dave.text(), dave.rebuilt]).toEqual([text, []])
      expect((await dave.replica.receiveSegment(segment.bytes)).type).toBe('known')
      await compare(dave)
      expect(await ownEntries(dave)).toEqual([])
      expect(await dave.replica.compareSegment(segment.bytes)).toBe('unknown')
      expect(await bob.replica.compareSegment(lie)).toBe('unlike')
      await compare(bob, carol)
      await team.carry(carol, bob, alice)
      expect(bob.replica.acknowledged(chain)).toEqual([])
    },
  )

  it('S1 is told from its own by the device that made it', async () => {
    const { everybody } = given
    const { alice, segment } = await everybody()
    expect(await alice.replica.compareSegment(segment.bytes)).toBe('same')
    expect(await alice.replica.compareSegment(await bend(alice, segment.bytes, 'payload'))).toBe('unlike')
    expect(await alice.replica.compareSegment(Uint8Array.of(1, 2, 3))).toBe('unsigned')
    const forged = segment.bytes.slice()
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(await alice.replica.compareSegment(forged)).toBe('unsigned')
  })
})

/** The segment as its author might have signed it otherwise. */
async function bend({ keys, replica }: OfflineMate, bytes: Uint8Array, what: 'payload' | 'seconds' | 'prev' | 'heads') {
  const sealed = decodedOf(bytes)
  const secrets = replica.keys.channelKeys(sealed.header.epoch, sealed.header.channel)
  const opened = secrets && openSegment(sealed, secrets)
  if (!secrets || !opened?.ok) throw new Error('not opened')
  const payload = opened.value.payload.slice()
  const at = payload.indexOf('w'.charCodeAt(0))
  if (what === 'payload') payload[at] = 'v'.charCodeAt(0)
  const segment: Segment = {
    ...opened.value,
    payload,
    ...(what === 'seconds' ? { seconds: opened.value.seconds + 60 } : {}),
    ...(what === 'heads' ? { heads: [new Uint8Array(32).fill(3) as EntryId] } : {}),
  }
  const header = what === 'prev' ? { ...sealed.header, prev: new Uint8Array(32).fill(3) as EntryId } : sealed.header
  return encodeSealedSegment(await sealSegment(header, segment, secrets, keys.device, systemRandom))
}
