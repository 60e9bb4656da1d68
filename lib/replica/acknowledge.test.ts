import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createAcknowledgingTeam, decodedOf, payloadOf, smallSegments } from '#lib/testing/acknowledging-team'
import { storeOn } from '#lib/testing/simulation-cast'

let given: Awaited<ReturnType<typeof createAcknowledgingTeam>>
beforeAll(async () => {
  given = await createAcknowledgingTeam()
})

describe('who acknowledges a segment', () => {
  it('S1 are two others than its author, and then nobody writes anything more', async () => {
    const { team, compare, ownEntries, everybody } = given
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

  it('S1 keeps no segment that there is nothing more to say of', async () => {
    const { team, compare, everybody } = given
    const { alice, bob, carol, dave } = await everybody()
    const kept = async (one: typeof bob) => {
      const names = await (await storeOn(one.disk, one.keys)).recordKeys('compare/')
      return names.length
    }
    expect(await kept(dave)).toBe(1)
    await compare(bob, carol)
    for (const one of [bob, carol]) await team.carry(one, alice, dave)
    await compare(dave)
    expect(await kept(dave)).toBe(0)
  })

  it('S1 attack 60 keeps nothing of what is said of chains that nobody writes', async () => {
    const { team, everybody } = given
    const { bob, dave } = await everybody()
    const segment = new Uint8Array(32).fill(9) as EntryId
    const strange = Array.from({ length: 256 }, (_, i) => ({
      chain: new Uint8Array(16).fill(7).with(0, i) as ChainTag,
      from: 2,
      count: 1,
      segment,
    }))
    await bob.append({ channel: team.page, kind: entryKind.acknowledge, payload: encodeAcknowledgement(strange) })
    await team.carry(bob, dave)
    await dave.replica.tidy('end')
    expect(await (await storeOn(dave.disk, dave.keys)).recordKeys('acknowledged/')).toEqual([])
  })

  it('S1 waits a random while before it compares', async () => {
    const { pass, everybody } = given
    const { bob } = await everybody()
    expect(await bob.replica.acknowledge()).toBe(false)
    pass(1999)
    expect(await bob.replica.acknowledge()).toBe(false)
    pass(28_001)
    expect(await bob.replica.acknowledge()).toBe(true)
  })

  it('S1 is never its author’s person, at whatever device', async () => {
    const { team, start, compare, ownEntries, everybody } = given
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
    const { team, start, chainOf, compare, ownEntries, everybody } = given
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
    const { team, compare, everybody } = given
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
    const { team, compare, everybody } = given
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
    const { team, start, chainOf, writeSegment, compare, everybody } = given
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
    const { team, compare, ownEntries, everybody } = given
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
    const { team, chainOf, writeSegment, compare, ownEntries, everybody } = given
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
    const { team, pass, chainOf, writeSegment, compare, ownEntries, everybody } = given
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
    pass(10_000)
    await compare(bob)
    expect(await ownEntries(bob)).toMatchObject([{ dependencies: [] }, { dependencies: [] }])
    expect(await bob.text()).toContain('late')
    await team.carry(bob, alice)
    await team.carry(alice, bob, dave)
    for (const one of [alice, bob, dave]) expect(await one.text()).toBe(before)
    expect(alice.replica.acknowledged(chainOf(alice))).toEqual([])
  })

  it('S1 E4 leaves what its author took in for the next edit to name', async () => {
    const { team, chainOf, compare, ownEntries, everybody } = given
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
    const { team, chainOf, everybody } = given
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
    const { team, everybody } = given
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
    const { pass, compare, ownEntries, everybody } = given
    const { bob } = await everybody()
    bob.disk.full = true
    await compare(bob)
    bob.disk.full = false
    expect(await ownEntries(bob)).toEqual([])
    pass(600_000)
    await compare(bob)
    expect(await ownEntries(bob)).toHaveLength(1)
  })

  it('S1 is known after a restart, from checkpoints, without them, and after a crash', async () => {
    const { team, compare, ownEntries, everybody } = given
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
    const { team, compare, everybody } = given
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
    const { team, compare, ownEntries, everybody } = given
    const { bob } = await everybody()
    const again = await team.start('bob', copyMemoryDisk(bob.disk))
    await compare(again)
    expect(await ownEntries(again)).toHaveLength(1)
    const last = await team.start('bob', copyMemoryDisk(again.disk))
    await compare(last)
    expect(await ownEntries(last)).toHaveLength(1)
  })

  it('S1 leaves nothing to be checked of it, where a newcomer has the segment alone', async () => {
    const { team, chainOf, compare, everybody } = given
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
    const { team, start, compare, ownEntries, everybody } = given
    const { alice, segment } = await everybody()
    const [dave] = await start('dave')
    await team.carryFolded(alice, dave)
    expect(dave.replica.unchecked()).toBe(smallSegments.entries)
    await compare(dave)
    expect(await ownEntries(dave)).toEqual([])
    expect(await dave.replica.compareSegment(segment.bytes)).toBe('unknown')
    await team.carry(alice, dave)
    expect(dave.replica.covered()).toEqual([])
    await compare(dave)
    expect(await ownEntries(dave)).toHaveLength(1)
  })
})
