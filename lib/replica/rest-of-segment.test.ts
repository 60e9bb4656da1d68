import { beforeAll, describe, expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import { openSegment, sealSegment } from '#lib/document/seal-segment'
import { chainTag, channelTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { decodeSealedSegment, encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { copyMemoryDisk, createMemoryDisk } from '#lib/storage/memory-storage'
import { replicaOf } from '#lib/testing/lone-replica'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { newcomerKeys, storeOn } from '#lib/testing/simulation-cast'

let now = 1_700_000_000_000
const clock = { now: () => now, after: () => () => {} }
let team: OfflineTeam
beforeAll(async () => {
  team = await createOfflineTeam(undefined, { entries: 6, fewest: 3 }, undefined, clock)
})

const chainOf = ({ keys, device }: OfflineMate): ChainTag =>
  chainTag(keys.tagKey, device, 0, channelTag(keys.tagKey, team.page))

async function compare(member: OfflineMate): Promise<void> {
  for (let round = 0; round < 2; round++) {
    while (await member.replica.acknowledge()) {}
    now += 30_000
  }
}

/** Alice wrote eight entries and a segment of 2 to 7, which Carol and Dave acknowledged; Bob has the first four. */
async function begun() {
  const names = ['alice', 'bob', 'carol', 'dave'] as const
  const [alice, bob, carol, dave] = (await Promise.all(names.map((name) => team.start(name)))) as [
    OfflineMate,
    OfflineMate,
    OfflineMate,
    OfflineMate,
  ]
  for (let i = 1; i <= 7; i++) await alice.type(`word${i}`)
  while (await alice.replica.fold()) {}
  const segment = await alice.replica.nextSegment(chainOf(alice), 2)
  if (!segment) throw new Error('no segment')
  await alice.type('word8')
  const entries = await alice.replica.read(chainOf(alice), 1, 1_000_000)
  await bob.replica.receive(entries.slice(0, 4))
  await team.carry(alice, carol, dave)
  for (const one of [carol, dave]) {
    await one.replica.receiveSegment(segment.bytes)
    await compare(one)
  }
  const tell = async () => {
    for (const one of [carol, dave]) {
      await bob.replica.receive(await one.replica.read(chainOf(one), 1, 1_000_000))
    }
  }
  const rest = (member: OfflineMate) => member.replica.receive(entries.slice(7) as readonly SealedEntry[])
  return {
    alice,
    bob,
    carol,
    dave,
    entries,
    segment,
    tell,
    rest,
    chain: chainOf(alice),
    seqOf: (one: OfflineMate) => one.replica.head(chainOf(alice))?.seq,
  }
}

/** The same segment with another word in its last entry, signed by its author. */
async function bend({ keys, replica }: OfflineMate, bytes: Uint8Array) {
  const [epoch] = keys.epochs
  const secrets = epoch && replica.keys.channelKeys(epoch.tag, channelTag(keys.tagKey, team.page))
  const sealed = decodeSealedSegment(bytes)
  const opened = sealed.ok && secrets ? openSegment(sealed.value, secrets) : undefined
  if (!sealed.ok || !secrets || !opened?.ok) throw new Error('no segment')
  const payload = opened.value.payload.slice()
  const at = new TextDecoder('latin1').decode(payload).lastIndexOf('word')
  payload[at] = 'q'.charCodeAt(0)
  const bent = await sealSegment(sealed.value.header, { ...opened.value, payload }, secrets, keys.device, systemRandom)
  return { bytes: encodeSealedSegment(bent), segment: bent.id }
}

describe('a segment of which the first entries are here', () => {
  it('S0 S3 stands for the others once it is acknowledged, whatever comes first', async () => {
    for (const isToldFirst of [true, false]) {
      const { alice, bob, segment, tell, rest, chain, seqOf } = await begun()
      if (isToldFirst) await tell()
      expect((await bob.replica.receiveSegment(segment.bytes)).type).toBe(isToldFirst ? 'taken' : 'refused')
      if (!isToldFirst) {
        expect(seqOf(bob)).toBe(4)
        await tell()
      }
      expect([seqOf(bob), bob.replica.covered()]).toEqual([7, [{ chain, from: 5 }]])
      expect((await rest(bob)).type).toBe('taken')
      expect(await bob.state()).toBe(await alice.state())
      const again = await team.start('bob', bob.disk)
      expect(await again.state()).toBe(await alice.state())
      expect(seqOf(again)).toBe(seqOf(alice))
    }
  })

  it('S0 gives way to its entries when they come, and to those that come first', async () => {
    const { alice, bob, segment, tell, entries, chain, seqOf } = await begun()
    await bob.replica.receiveSegment(segment.bytes)
    await bob.replica.receive(entries.slice(4, 5))
    expect(seqOf(bob)).toBe(5)
    await tell()
    expect(bob.replica.covered()).toEqual([{ chain, from: 6 }])
    await bob.replica.receive(entries.slice(5))
    expect([seqOf(bob), bob.replica.covered(), bob.replica.segments(chain)]).toEqual([seqOf(alice), [], []])
    expect(await bob.state()).toBe(await alice.state())
    expect(bob.refused).toEqual([])
  })

  it('S0 is doubted where it is not the fold of its entries, whoever acknowledged it', async () => {
    const { alice, bob, carol, dave, segment, tell, entries, rest, seqOf } = await begun()
    const bent = await bend(alice, segment.bytes)
    const acknowledgement = encodeAcknowledgement([{ ...bent, chain: chainOf(alice), from: 2, count: 6 }])
    for (const one of [carol, dave])
      await one.append({ channel: team.page, kind: entryKind.acknowledge, payload: acknowledgement })
    await tell()
    expect((await bob.replica.receiveSegment(bent.bytes)).type).toBe('taken')
    await rest(bob)
    expect(seqOf(bob)).toBe(seqOf(alice))
    expect(await bob.state()).not.toBe(await carol.state())
    await bob.replica.receive(entries)
    expect(await bob.state()).toBe(await carol.state())
    expect(bob.replica.covered()).toEqual([])
    expect(bob.refused).toEqual(['segment-differs'])
  })

  it('E2 S0 tells a device that its own life went on elsewhere: a new one begins, and the old one is read', async () => {
    const [alice, carol, dave] = (await Promise.all(['alice', 'carol', 'dave'].map((name) => team.start(name)))) as [
      OfflineMate,
      OfflineMate,
      OfflineMate,
    ]
    for (let i = 1; i <= 3; i++) await alice.type(`word${i}`)
    const copy = await team.start('alice', copyMemoryDisk(alice.disk))
    for (let i = 4; i <= 7; i++) await alice.type(`word${i}`)
    while (await alice.replica.fold()) {}
    const segment = await alice.replica.nextSegment(chainOf(alice), 2)
    await team.carry(alice, carol, dave)
    for (const one of [carol, dave]) {
      await one.replica.receiveSegment(segment?.bytes ?? new Uint8Array())
      await compare(one)
      await copy.replica.receive(await one.replica.read(chainOf(one), 1, 1_000_000))
    }
    await copy.replica.receiveSegment(segment?.bytes ?? new Uint8Array())
    expect(await copy.text()).toContain('word6')
    await copy.type('copied')
    await alice.type('word8')
    for (const one of [carol, dave]) for (const from of [alice, copy]) await team.carry(from, one)
    expect(carol.replica.forks()).toEqual([])
    for (const words of ['copied', 'word8']) expect(await carol.text()).toContain(words)
    expect(await copy.replica.fold()).toBe(false)
    expect(await dave.state()).toBe(await carol.state())
  })

  it('S0 S3 stands for the others also when those who acknowledged it have left', async () => {
    const { alice, bob, carol, dave, segment, tell, seqOf } = await begun()
    await tell()
    await team.carry(carol, alice)
    await team.carry(dave, alice)
    for (const one of [carol, dave]) {
      const cuts = await alice.replica.cutOf({ person: one.person() })
      await alice.operate({
        type: 'member.remove',
        member: one.person(),
        cuts,
        keptInvites: [],
        doors: [],
        rotation: undefined,
      })
    }
    for (const run of await team.runsOf(alice)) if (run[0]?.header.lane === 'log') await bob.replica.receive(run)
    expect(bob.replica.acknowledged(chainOf(alice))).toEqual([])
    expect((await bob.replica.receiveSegment(segment.bytes)).type).toBe('taken')
    expect(seqOf(bob)).toBe(7)
  })

  it('S0 S3 stands for the others at another device of its author’s person, which nobody has to assure', async () => {
    const { entries, segment, seqOf } = await begun()
    const other = await team.start('alice 2')
    await other.replica.receive(entries.slice(0, 4))
    expect((await other.replica.receiveSegment(segment.bytes)).type).toBe('taken')
    expect(seqOf(other)).toBe(7)
  })

  it('S0 stands for nothing at whoever heard of it from its author alone', async () => {
    const { bob, segment, seqOf } = await begun()
    expect((await bob.replica.receiveSegment(segment.bytes)).type).toBe('refused')
    expect(seqOf(bob)).toBe(4)
  })

  it('S0 V7 stands for the others in a backup that is read by a device which is nobody’s', async () => {
    const { alice, entries, segment } = await begun()
    const keys = await newcomerKeys(createNodeCrypto(), alice.keys)
    const { replica } = await replicaOf(keys, await storeOn(createMemoryDisk(), keys))
    for (const run of await team.runsOf(alice)) if (run[0]?.header.lane === 'log') await replica.receive(run)
    await replica.receive(entries.slice(0, 4))
    expect((await replica.receiveSegment(segment.bytes)).type).toBe('taken')
    expect(replica.head(chainOf(alice))?.seq).toBe(7)
  })
})

it('S0 tells where there is no room for a segment to wait in, which then has to come again', async () => {
  const { alice, segment } = await begun()
  const dave = await team.start('dave')
  const [epoch] = alice.keys.epochs
  const secrets = epoch && alice.replica.keys.channelKeys(epoch.tag, channelTag(alice.keys.tagKey, team.page))
  const sealed = decodeSealedSegment(segment.bytes)
  const opened = sealed.ok && secrets ? openSegment(sealed.value, secrets) : undefined
  if (!sealed.ok || !secrets || !opened?.ok) throw new Error('no segment')
  const receptions = []
  for (let i = 0; i < 9; i++) {
    const header = { ...sealed.value.header, seq: 100 * (i + 1) }
    const large = { ...opened.value, payload: systemRandom.bytes(1_000_000) }
    const bytes = encodeSealedSegment(await sealSegment(header, large, secrets, alice.keys.device, systemRandom))
    receptions.push(await dave.replica.receiveSegment(bytes))
  }
  expect(receptions.slice(0, 8).map(({ type }) => type)).toEqual(Array(8).fill('waiting'))
  expect(receptions[8]).toEqual({ type: 'refused', chain: chainOf(alice), from: 900, isFull: true })
})
