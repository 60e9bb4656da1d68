import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { applyAcceptedV2 } from '#lib/document/quiet-doc'
import { signEntry } from '#lib/log/seal-entry'
import { logChannelName } from '#lib/protocol/channel-name'
import { chainTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail, partTail } from '#lib/protocol/entry-tail'
import { encodeHeader } from '#lib/protocol/outer-header'
import { entryId, type SealedEntry } from '#lib/protocol/sealed-entry'
import { createContentWriter } from '#lib/testing/content-writer'
import { createHostileTeam, type Twisted, typeWord } from '#lib/testing/hostile-team'
import { rootOf } from '#lib/testing/invited'
import { encodeOperation } from '#lib/workspace/operation-format'

const team = await createHostileTeam()
const { mallory, vera, admit, founded, founder, page, channel, device, older, firstEpoch, otherEpoch } = team
const { copyOf, createVictim, createTypist, createForger } = team

/** A first entry that counts, one that breaks a rule in another slot, and one more that is as it should be. */
async function withOneBad(body: Twisted, epoch = firstEpoch) {
  const [honest, other] = [createTypist(0), createTypist(1)]
  const forger = createForger()
  return [
    await forger.write(honest.type('a')),
    await forger.write(other.type('X'), body, epoch),
    await forger.write(honest.type('b')),
  ] as const
}

describe('a member with a hostile client', () => {
  it.each([
    ['attack 10 E5 cites an epoch that is not the one at its heads', {}, otherEpoch, 'wrong-epoch'],
    ['attack 11 E4 goes back to older heads of the log', { membershipHeads: older }, firstEpoch, 'membership-heads'],
    ['E2 names its channel again', { tail: [channelNameTail(page)] }, firstEpoch, 'channel-name'],
    ['E10 begins in the middle of a group', { tail: [partTail({ index: 2, count: 3 })] }, firstEpoch, 'parts'],
    ['attack 24 E7 sends what is no update', { payload: utf8('noise') }, firstEpoch, 'content: undecodable'],
  ] as const)('%s: void, and what stands around it counts', async (_, body, epoch, reason) => {
    const victim = await createVictim()
    const entries = await withOneBad(body, epoch)
    expect(await victim.receive(...entries)).toEqual(['taken', 'taken', 'taken'])
    expect(victim.refused).toEqual([reason])
    expect(await victim.text()).toBe('ab')
    expect(victim.replica.head(entries[0].header.chain)?.seq).toBe(3)
  })

  it('attack 40 E5 writes though it may only read: void', async () => {
    const victim = await createVictim()
    const words = createTypist(0, 0, vera.keys.device, admit).type('X')
    expect(await victim.receive(await createForger(0, vera.device).write(words))).toEqual(['taken'])
    expect(victim.refused).toEqual(['not-allowed'])
    expect(await victim.text()).toBe('')
  })

  it('attack 38 W5 goes on in a life that an end of its rights stands in: void, also where somebody keeps it', async () => {
    const own = await createHostileTeam()
    const member = rootOf(own.vera)
    const give = async (role: 'editor' | 'viewer') => {
      const operation = encodeOperation({ type: 'role.set', member, role, cuts: [], doors: [] })
      await own.founder.replica.append({ channel: logChannelName, ...operation })
      return own.founder.replica.membership.heads()
    }
    const [forger, typist] = [
      own.createForger(0, own.vera.device),
      own.createTypist(0, 0, own.vera.keys.device, own.admit),
    ]
    const before = await forger.write(typist.type('late'), { membershipHeads: await give('editor') })
    await give('viewer')
    const after = await forger.write(typist.type('X'), { membershipHeads: await give('editor') })
    const victim = await own.createVictim()
    await victim.receive(before, after)
    expect(await victim.text()).toBe('')
    const { chain, seq } = after.header
    const dependencies = [{ chain, seq, idPrefix: after.id.slice(0, 16) }]
    const keep = { kind: entryKind.adopt, dependencies, membershipHeads: own.founder.replica.membership.heads() }
    await victim.receive(await own.createForger().write(new Uint8Array(0), keep))
    expect(await victim.text()).toBe('late')
    expect(victim.refused).toContain('standing-ended')
  })

  it('attack 28 M3 makes itself an admin or an editor, or removes the owner: nothing changes', async () => {
    const victim = await createVictim()
    const member = rootOf(vera)
    const owner = founded.owner
    const forger = createForger(0, vera.device, logChannelName)
    for (const operation of [
      { type: 'role.set', member, role: 'admin', cuts: [], doors: [] },
      { type: 'role.set', member, role: 'editor', cuts: [], doors: [] },
      { type: 'member.remove', member: owner, cuts: [], keptInvites: [], doors: [], rotation: undefined },
    ] as const) {
      const { kind, payload } = encodeOperation(operation)
      expect(await victim.receive(await forger.write(payload, { kind }))).toEqual(['taken'])
    }
    const state = victim.replica.membership.current()
    expect([...(state?.members.values() ?? [])].map(({ name, role }) => `${name} ${role}`)).toEqual([
      'Mallory owner',
      'Vera viewer',
    ])
  })

  it('E2 E4 begins a life without its channel, without heads of the log, or without the life before: void', async () => {
    for (const [life, body, reason] of [
      [0, { tail: [] }, 'channel-name'],
      [0, { tail: [channelNameTail(logChannelName)] }, 'channel-name'],
      [0, { membershipHeads: undefined }, 'membership-heads'],
      [1, {}, 'previous-life'],
    ] as const) {
      const victim = await createVictim()
      expect(await victim.receive(await createForger(life).write(createTypist(0, life).type('X'), body))).toEqual([
        'taken',
      ])
      expect(victim.refused).toEqual([reason])
      expect(await victim.text()).toBe('')
    }
  })

  it('E4 leaves out the heads of the log where every 256th entry names them: void', async () => {
    const victim = await createVictim()
    const forger = createForger()
    const nothing = new Uint8Array(0)
    for (let seq = 1; seq <= 256; seq++) await victim.receive(await forger.write(nothing, { kind: entryKind.merge }))
    expect(victim.refused).toEqual(['membership-heads'])
  })

  it('attack 12 E6 dates entries as it likes: what counts, and where it stands, is the same', async () => {
    const texts: string[] = []
    for (const seconds of [
      [1, 2, 3],
      [0, 0, 0],
      [253_402_300_799, -5, 7],
    ]) {
      const victim = await createVictim()
      const [forger, typist] = [createForger(), createTypist(0)]
      for (const [i, word] of ['a', 'b', 'c'].entries()) {
        await victim.receive(await forger.write(typist.type(word), { seconds: seconds[i] ?? 0 }))
      }
      expect(victim.refused).toEqual([])
      texts.push(await victim.text())
    }
    expect(texts).toEqual(['abc', 'abc', 'abc'])
  })

  it('attack 7 E3 writes two entries at one place: everybody ends in one state, and is told', async () => {
    const forger = createForger()
    const typist = createTypist(0)
    const first = typist.type('a')
    const start = await forger.write(first)
    const [left, right] = [createTypist(1), createTypist(2)]
    for (const branch of [left, right]) branch.receive(first)
    const here = await forger.write(left.type('left'))
    forger.rewind(start)
    const there = await forger.write(right.type('right'))
    const victims = [await createVictim(), await createVictim()]
    await victims[0]?.receive(start, here, there)
    await victims[1]?.receive(start, there, here)
    const texts = await Promise.all(victims.map((victim) => victim.text()))
    expect(texts[0]).toBe(texts[1])
    expect(['aleft', 'aright']).toContain(texts[0])
    for (const { refused } of victims) expect(refused).toContain('fork')
  })

  it('attack 3 sends one entry a thousand times: it counts once', async () => {
    const victim = await createVictim()
    const entry = await createForger().write(createTypist(0).type('a'))
    const receptions = await victim.receive(...Array.from({ length: 1000 }, () => entry))
    expect(receptions.filter((reception) => reception === 'taken')).toHaveLength(1)
    expect(await victim.text()).toBe('a')
  })

  it('attack 5 E2 leaves out an entry: what follows waits, and the gap is named', async () => {
    const victim = await createVictim()
    const [forger, typist] = [createForger(), createTypist(0)]
    const [first, second, third] = [
      await forger.write(typist.type('a')),
      await forger.write(typist.type('b')),
      await forger.write(typist.type('c')),
    ]
    await victim.receive(first)
    expect(await victim.replica.receive([third])).toEqual({ type: 'waiting', from: 2 })
    expect(await victim.text()).toBe('a')
    await victim.receive(second)
    expect(await victim.text()).toBe('abc')
  })

  it('attack 6 E4 withholds a tail that another entry names: that one waits, and counts once the tail came', async () => {
    const victim = await createVictim()
    const [old, later] = [createForger(), createForger(1)]
    const [typist, next] = [createTypist(0), createTypist(0, 1)]
    const shown = typist.type('a')
    const withheld = typist.type('b')
    const first = await old.write(shown)
    const tail = await old.write(withheld)
    const cite = ({ header, id }: SealedEntry) => ({ chain: header.chain, seq: header.seq, idPrefix: id.slice(0, 16) })
    const link = await later.write(new Uint8Array(0), { kind: entryKind.merge, dependencies: [cite(first)] })
    for (const seen of [shown, withheld]) next.receive(seen)
    const citing = await later.write(next.type('c'), { dependencies: [cite(tail)] })
    await victim.receive(first, link, citing)
    expect(await victim.text()).toBe('a')
    await victim.receive(tail)
    expect(await victim.text()).toBe('abc')
    expect(victim.refused).toEqual([])
  })

  it('E9 shows an unsigned entry before the true one: it is not there, and proves no fork', async () => {
    const victim = await createVictim()
    const forger = createForger()
    const { signature: _, ...forged } = await forger.write(createTypist(0).type('X'))
    forger.rewind(undefined)
    const typist = createTypist(0)
    const honest = [await forger.write(typist.type('a')), await forger.write(typist.type('b'))] as const
    expect(await victim.receive(forged)).toEqual(['bad'])
    expect(await victim.replica.receive([forged, honest[1]])).toEqual({ type: 'bad', reason: 'broken-run' })
    expect(await victim.receive(...honest)).toEqual(['taken', 'taken'])
    expect(victim.refused).toEqual([])
    expect(await victim.text()).toBe('ab')
  })

  it('E1 writes with a newer version: kept and passed on, not opened, and what stands on it waits', async () => {
    const victim = await createVictim()
    const [forger, typist] = [createForger(), createTypist(0)]
    await victim.receive(await forger.write(typist.type('a')))
    const newer = await forger.write(typist.type('b'), { kind: 15 })
    expect(await victim.receive(newer)).toEqual(['taken'])
    expect(await victim.text()).toBe('a')
    expect((await victim.replica.read(forger.chain, 2, 10_000))[0]?.id).toEqual(newer.id)
    expect(victim.refused).toEqual(['opaque'])
    await victim.receive(await forger.write(typist.type('c'), { membershipHeads: older }))
    expect(victim.refused).toEqual(['opaque'])
  })

  it('attack 2 attack 9 E8 puts an entry where it does not belong: bad, and the link that brings it is blamed', async () => {
    const victim = await createVictim()
    const words = createTypist(0).type('X')
    const wrongLane = await createForger().write(words, {}, firstEpoch, { lane: 'log' })
    expect(await victim.replica.receive([wrongLane])).toEqual({ type: 'bad', reason: 'lane' })
    const { header, salt, box } = await createForger().write(words)
    const headerBytes = encodeHeader({ ...header, epoch: otherEpoch.tag })
    const moved = {
      header: { ...header, epoch: otherEpoch.tag },
      headerBytes,
      salt,
      box,
      id: entryId(headerBytes, salt, box),
    }
    const signed = await signEntry(moved, mallory.device)
    expect(await victim.replica.receive([signed])).toEqual({ type: 'bad', reason: 'wrong-key' })
    expect(victim.replica.head(header.chain)).toBeUndefined()
  })
})

describe('a profile that was copied', () => {
  it('attack 8 E2 goes on in a life of its own once it meets what the other copy wrote', async () => {
    const [first, second] = [await copyOf(), await copyOf()]
    for (const run of founder.stored) for (const { replica } of [first, second]) await replica.receive(run)
    const write = async ({ replica }: typeof first, word: string) => {
      const opened = await replica.open(page)
      if (!opened.ok) throw new Error('not opened')
      const writer = createContentWriter(1, opened.value.slots[0])
      applyAcceptedV2(writer.doc, opened.value.state)
      writer.take()
      const written = await replica.append({ channel: page, kind: entryKind.update, payload: typeWord(writer, word) })
      return written.ok ? written.value : undefined
    }
    const unknown = await write(first, 'a')
    for (const run of first.stored) await second.replica.receive(run)
    const later = await write(second, 'b')
    expect(later?.header.chain).toEqual(chainTag(mallory.tagKey, device, 1, channel))
    expect(unknown?.header.chain).toEqual(chainTag(mallory.tagKey, device, 0, channel))

    const victim = await createVictim()
    for (const run of second.stored) await victim.replica.receive(run)
    expect(await victim.text()).toBe('ab')
    expect(victim.refused).toEqual([])
  })
})
