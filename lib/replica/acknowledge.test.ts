import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import { openSegment, sealSegment } from '#lib/document/seal-segment'
import type { Segment } from '#lib/document/segment'
import { openEntry } from '#lib/log/seal-entry'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { decodeSealedSegment, encodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'

let now = 1_700_000_000_000
const clock = { now: () => now, after: () => () => {} }
const small = { entries: 6, fewest: 3 }
let team: OfflineTeam
beforeAll(async () => {
  team = await createOfflineTeam(undefined, small, undefined, clock)
})

const start = <const Names extends readonly string[]>(...names: Names) =>
  Promise.all(names.map((name) => team.start(name))) as Promise<{ [K in keyof Names]: OfflineMate }>

const chainOf = ({ keys, device }: OfflineMate): ChainTag =>
  chainTag(keys.tagKey, device, 0, channelTag(keys.tagKey, team.page))

/** Entries of its own in the page, and one segment of them. */
async function writeSegment(author: OfflineMate, words = 'word') {
  for (let i = 0; i < small.entries + 1; i++) await author.type(`${words}${i}`)
  while (await author.replica.fold()) {}
  const segment = await author.replica.nextSegment(chainOf(author), 2)
  if (!segment) throw new Error('no segment')
  return segment
}

/** Everything that can be compared is, and what is due is written. */
async function compare(...members: readonly OfflineMate[]): Promise<void> {
  for (const { replica } of members) {
    while (await replica.acknowledge()) {}
    now += 30_000
    while (await replica.acknowledge()) {}
  }
}

/** Own entries of a kind in the page. */
async function ownEntries(member: OfflineMate, kind: number = entryKind.acknowledge) {
  const [epoch] = member.keys.epochs
  const keys = epoch && member.replica.keys.channelKeys(epoch.tag, channelTag(member.keys.tagKey, team.page))
  const entries = await member.replica.read(chainOf(member), 1, 1_000_000)
  return entries.flatMap((entry) => {
    const opened = keys && openEntry(entry, keys)
    return opened?.ok && opened.value.kind === kind ? [{ ...opened.value, seq: entry.header.seq }] : []
  })
}

/** Alice wrote a segment, and everybody has its entries and it. */
async function everybody() {
  const [alice, bob, carol, dave, vera] = await start('alice', 'bob', 'carol', 'dave', 'vera')
  const segment = await writeSegment(alice)
  const others = [bob, carol, dave, vera]
  await team.carry(alice, ...others)
  for (const { replica } of others) expect((await replica.receiveSegment(segment.bytes)).type).toBe('known')
  return { alice, bob, carol, dave, vera, segment, range: { from: 2, to: segment.to }, chain: chainOf(alice) }
}

describe('who acknowledges a segment', () => {
  it('S1 are two others than its author, and then nobody writes anything more', async () => {
    const { alice, bob, carol, dave, vera, range, chain, segment } = await everybody()
    await compare(alice, bob)
    await team.carry(bob, alice, carol, dave, vera)
    expect(alice.replica.acknowledged(chain)).toEqual([])
    expect(await dave.replica.compareSegment(segment.bytes)).toBe('same')
    await compare(carol)
    await team.carry(carol, alice, bob, dave, vera)
    await compare(dave, vera, alice, bob, carol)
    const written = await Promise.all([alice, bob, carol, dave, vera].map((one) => ownEntries(one)))
    expect(written.map(({ length }) => length)).toEqual([0, 1, 1, 0, 0])
    for (const one of [alice, bob, carol, dave, vera]) expect(one.replica.acknowledged(chain)).toEqual([range])
    expect(await dave.replica.compareSegment(segment.bytes)).toBe('acknowledged')
    expect(await bob.text()).toBe(await alice.text())
  })

  it('S1 waits a random while before it compares', async () => {
    const { bob } = await everybody()
    expect(await bob.replica.acknowledge()).toBe(false)
    now += 1999
    expect(await bob.replica.acknowledge()).toBe(false)
    now += 28_001
    expect(await bob.replica.acknowledge()).toBe(true)
  })

  it('S1 is never its author’s person, at whatever device', async () => {
    const { alice, segment, bob, chain } = await everybody()
    const [second] = await start('alice 2')
    await team.carry(alice, second)
    await second.replica.receiveSegment(segment.bytes)
    await compare(second)
    expect(await ownEntries(second)).toEqual([])
    const item = decodedOf(segment.bytes)
    await second.append({ channel: team.page, kind: entryKind.acknowledge, payload: payloadOf(item) })
    await team.carry(second, bob)
    await compare(bob)
    expect(bob.replica.acknowledged(chain)).toEqual([])
  })

  it('S1 may only read, and begins a chain by it', async () => {
    const { vera, alice, chain } = await everybody()
    await compare(vera)
    expect(await ownEntries(vera)).toMatchObject([{ seq: 1 }])
    await team.carry(vera, alice)
    expect(alice.replica.judgedHeads().some((head) => toHex(head.chain) === toHex(chainOf(vera)))).toBe(true)
    const [bob] = await start('bob')
    await team.carry(alice, bob)
    await compare(bob)
    expect(alice.refused).toEqual([])
    expect(bob.replica.acknowledged(chain)).toEqual([])
  })

  it('S1 counts once, while a member', async () => {
    const { alice, bob, carol, dave, range, chain } = await everybody()
    await compare(bob)
    await team.carry(bob, alice, carol, dave)
    await compare(carol)
    await team.carry(carol, alice, dave)
    expect(dave.replica.acknowledged(chain)).toEqual([range])
    const cuts = await alice.replica.cutOf({ person: carol.person() })
    const removal = { member: carol.person(), cuts, keptInvites: [], doors: [], rotation: undefined }
    await alice.operate({ type: 'member.remove', ...removal })
    await team.carry(alice, dave)
    expect(dave.replica.acknowledged(chain)).toEqual([])
    await compare(dave)
    expect(dave.replica.acknowledged(chain)).toEqual([range])
  })

  it('S1 W3 may only read from now on: they go on in a new life', async () => {
    const { alice, bob, carol, dave, range, chain } = await everybody()
    await carol.type('before')
    await team.carry(carol, alice, bob, dave)
    const member = carol.person()
    const cuts = await alice.replica.cutOf({ person: member })
    await alice.operate({ type: 'role.set', member, role: 'viewer', cuts, doors: [] })
    await team.carry(alice, bob, carol, dave)
    await compare(bob, carol)
    await team.carry(bob, dave)
    await team.carry(carol, dave)
    expect(dave.replica.acknowledged(chain)).toEqual([range])
    expect([...carol.refused, ...dave.refused]).toEqual([])
    const written = carol.replica.heads().length
    await compare(carol)
    expect(carol.replica.heads()).toHaveLength(written)
  })

  it('S1 is one person at how many devices so ever', async () => {
    const { alice, bob, carol } = await everybody()
    const [second] = await start('alice 2')
    const segment = await writeSegment(bob)
    await team.carry(bob, alice, carol, second)
    for (const one of [alice, second]) {
      await one.append({
        channel: team.page,
        kind: entryKind.acknowledge,
        payload: payloadOf(decodedOf(segment.bytes)),
      })
      await team.carry(one, carol)
    }
    expect(carol.replica.acknowledged(chainOf(bob))).toEqual([])
    await carol.replica.receiveSegment(segment.bytes)
    await compare(carol)
    expect(carol.replica.acknowledged(chainOf(bob))).toHaveLength(1)
  })

  it('S1 is nobody where its author is alone', async () => {
    const { alice, bob, carol, dave, vera, chain, range } = await everybody()
    for (const one of [bob, carol, dave, vera]) {
      const cuts = await alice.replica.cutOf({ person: one.person() })
      const removal = { member: one.person(), cuts, keptInvites: [], doors: [], rotation: undefined }
      await alice.operate({ type: 'member.remove', ...removal })
    }
    await compare(alice)
    expect(await ownEntries(alice)).toEqual([])
    expect(alice.replica.acknowledged(chain)).toEqual([range])
    await team.carry(alice, bob)
    await compare(bob)
    expect(await ownEntries(bob)).toEqual([])
  })
})

describe('an acknowledge entry', () => {
  it('S1 names all that was compared in a channel, in one', async () => {
    const { alice, bob } = await everybody()
    const more = await writeSegment(alice, 'more')
    const later = await alice.replica.nextSegment(chainOf(alice), more.to + 1)
    await team.carry(alice, bob)
    if (later) await bob.replica.receiveSegment(later.bytes)
    await compare(bob)
    const [one, ...others] = await ownEntries(bob)
    expect(others).toEqual([])
    expect(one?.payload[0]).toBe(2)
  })

  it('S1 W1 endorses nobody: late edits that its author had taken in stay held back', async () => {
    const { alice, bob, carol, dave } = await everybody()
    await compare(bob)
    const more = await writeSegment(alice, 'more')
    const later = await alice.replica.nextSegment(chainOf(alice), more.to + 1)
    await team.carry(alice, bob, carol)
    await bob.replica.receiveSegment(later?.bytes ?? new Uint8Array())
    const before = await alice.text()
    await carol.type('late')
    const cuts = await alice.replica.cutOf({ person: carol.person() })
    const removal = { member: carol.person(), cuts, keptInvites: [], doors: [], rotation: undefined }
    await alice.operate({ type: 'member.remove', ...removal })
    await team.carry(carol, bob)
    now += 10_000
    await compare(bob)
    expect(await ownEntries(bob)).toMatchObject([{ dependencies: [] }, { dependencies: [] }])
    expect(await bob.text()).toContain('late')
    await team.carry(bob, alice)
    await team.carry(alice, bob, dave)
    for (const one of [alice, bob, dave]) expect(await one.text()).toBe(before)
    expect(alice.replica.acknowledged(chainOf(alice))).toEqual([])
  })

  it('S1 E4 leaves what its author took in for the next edit to name', async () => {
    const { alice, bob, carol } = await everybody()
    await carol.type('before')
    await team.carry(carol, bob)
    await compare(bob)
    await bob.type('after')
    const [edit] = await ownEntries(bob, entryKind.update)
    const named = edit?.dependencies.map(({ chain }) => toHex(chain))
    expect(named).toContain(toHex(chainOf(carol)))
    await team.carry(bob, alice)
    expect(edit?.seq).toBe(2)
  })

  it('S1 that is malformed acknowledges nothing and is not void', async () => {
    const { alice, bob, carol, dave, segment, chain } = await everybody()
    const payload = payloadOf(decodedOf(segment.bytes))
    const long = new Uint8Array([...payload, 0])
    for (const one of [bob, carol]) await one.append({ channel: team.page, kind: entryKind.acknowledge, payload: long })
    await team.carry(bob, dave, alice)
    await team.carry(carol, dave, alice)
    expect(dave.replica.acknowledged(chain)).toEqual([])
    expect(dave.refused).toEqual([])
    const judged = dave.replica.judgedHeads().map((head) => toHex(head.chain))
    expect(judged).toContain(toHex(chainOf(bob)))
  })

  it('S1 counts in the channel of the segment alone', async () => {
    const { alice, bob, carol, dave, segment, chain } = await everybody()
    const channel = bodyChannelName(team.pages[1] as never)
    const payload = payloadOf(decodedOf(segment.bytes))
    for (const one of [bob, carol]) await one.append({ channel, kind: entryKind.acknowledge, payload })
    await team.carry(bob, alice, dave)
    await team.carry(carol, alice, dave)
    expect(alice.replica.acknowledged(chain)).toEqual([])
  })
})

describe('what was acknowledged', () => {
  it('S1 is written later where there is no room now, and nothing turns round meanwhile', async () => {
    const { bob } = await everybody()
    bob.disk.full = true
    await compare(bob)
    bob.disk.full = false
    expect(await ownEntries(bob)).toEqual([])
    now += 600_000
    await compare(bob)
    expect(await ownEntries(bob)).toHaveLength(1)
  })

  it('S1 is known after a restart, from checkpoints, without them, and after a crash', async () => {
    const { alice, bob, carol, dave, range, chain } = await everybody()
    await compare(bob)
    await team.carry(bob, carol, dave)
    await compare(carol)
    await team.carry(carol, dave)
    const crashed = copyMemoryDisk(dave.disk)
    await dave.replica.tidy('end')
    for (const disk of [crashed, dave.disk]) {
      const again = await team.start('dave', disk)
      expect(again.replica.acknowledged(chain)).toEqual([range])
      await compare(again)
      expect(await ownEntries(again)).toEqual([])
    }
    await carol.replica.tidy('end')
    const again = await team.start('carol', carol.disk)
    expect(again.replica.acknowledged(chain)).toEqual([range])
    await compare(again)
    expect(await ownEntries(again)).toHaveLength(1)
    expect(alice.refused).toEqual([])
  })

  it('S1 E3 stands for nothing in a channel where a chain parted: who builds on which branch only entries tell', async () => {
    const { alice, bob, carol, dave, range, chain, segment } = await everybody()
    for (const one of [bob, carol]) await compare(one)
    await team.carry(bob, alice)
    await team.carry(carol, alice)
    expect(alice.replica.acknowledged(chain)).toEqual([range])
    const twin = await team.start('dave', copyMemoryDisk(dave.disk))
    for (const one of [dave, twin]) await one.type(`${one === twin}`)
    await team.carry(dave, alice, bob)
    await team.carry(twin, alice, bob)
    expect(alice.replica.forks()).toHaveLength(1)
    for (const one of [alice, bob]) {
      expect([one.replica.acknowledged(chain), one.replica.isStraight(chain)]).toEqual([[], false])
      expect(await one.replica.compareSegment(segment.bytes)).toBe('unknown')
      await compare(one)
    }
  })

  it('S1 is compared after a restart, where there was no quiet before', async () => {
    const { bob } = await everybody()
    const again = await team.start('bob', copyMemoryDisk(bob.disk))
    await compare(again)
    expect(await ownEntries(again)).toHaveLength(1)
    const last = await team.start('bob', copyMemoryDisk(again.disk))
    await compare(last)
    expect(await ownEntries(last)).toHaveLength(1)
  })

  it('S1 leaves nothing to be checked of it, where a newcomer has the segment alone', async () => {
    const { alice, bob, carol, range } = await everybody()
    await compare(bob)
    await team.carry(bob, carol)
    await compare(carol)
    await team.carry(carol, alice)
    await team.carry(bob, alice)
    const erin = await team.start('dave')
    await team.carryFolded(alice, erin)
    expect(erin.replica.covered()).toHaveLength(1)
    expect(erin.replica.unchecked()).toBe(0)
    expect(erin.replica.acknowledged(chainOf(alice))).toEqual([range])
  })

  it('S1 is not compared with entries that are not here', async () => {
    const { alice, segment } = await everybody()
    const [dave] = await start('dave')
    await team.carryFolded(alice, dave)
    expect(dave.replica.unchecked()).toBe(small.entries)
    await compare(dave)
    expect(await ownEntries(dave)).toEqual([])
    expect(await dave.replica.compareSegment(segment.bytes)).toBe('unknown')
    await team.carry(alice, dave)
    expect(dave.replica.covered()).toEqual([])
    await compare(dave)
    expect(await ownEntries(dave)).toHaveLength(1)
  })
})

describe('a segment that its author did not make of its entries', () => {
  it.each(['payload', 'seconds', 'prev', 'heads'] as const)(
    'S1 is acknowledged by nobody, and its chain believed no more: another %s',
    async (what) => {
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
    const { alice, segment } = await everybody()
    expect(await alice.replica.compareSegment(segment.bytes)).toBe('same')
    expect(await alice.replica.compareSegment(await bend(alice, segment.bytes, 'payload'))).toBe('unlike')
    expect(await alice.replica.compareSegment(Uint8Array.of(1, 2, 3))).toBe('unlike')
    const forged = segment.bytes.slice()
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(await alice.replica.compareSegment(forged)).toBe('unlike')
  })
})

function decodedOf(bytes: Uint8Array): SealedSegment {
  const sealed = decodeSealedSegment(bytes)
  if (!sealed.ok) throw new Error('no segment')
  return sealed.value
}

const payloadOf = ({ header, count, id }: SealedSegment): Uint8Array =>
  encodeAcknowledgement([{ chain: header.chain, from: header.seq, count, segment: id }])

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
