import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, EpochSecret } from '#lib/base/ids'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { epochTagOf } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createRotation } from '#lib/workspace/epoch'
import type { Cut } from '#lib/workspace/operation'
import { encodeOperation } from '#lib/workspace/operation-format'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<typeof team.start>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

const start = (...names: string[]) => Promise.all(names.map((name) => team.start(name)))
const { carry } = { carry: (from: Member, ...to: Member[]) => team.carry(from, ...to) }

/** What the log says, and nothing of pages. */
async function tell(from: Member, to: Member): Promise<void> {
  for (const run of await team.runsOf(from)) if (run[0]?.header.lane === 'log') await to.replica.receive(run)
}

async function remove(by: Member, whom: Member, cuts?: readonly Cut[]): Promise<SealedEntry> {
  const member = whom.person()
  const given = cuts ?? (await by.replica.cutOf({ person: member }))
  return by.operate({ type: 'member.remove', member, cuts: given, keptInvites: [], doors: [], rotation: undefined })
}

async function giveRole(by: Member, whom: Member, role: 'viewer' | 'editor' | 'admin'): Promise<SealedEntry> {
  const member = whom.person()
  return by.operate({ type: 'role.set', member, role, cuts: await by.replica.cutOf({ person: member }), doors: [] })
}

/** Keeps what is held back up to `entry`. */
const keep = (member: Member, { header, id }: Pick<SealedEntry, 'header' | 'id'>): Promise<SealedEntry> =>
  member.append({
    channel: team.page,
    kind: entryKind.adopt,
    payload: new Uint8Array(0),
    keeps: [{ chain: header.chain, seq: header.seq, idPrefix: id.slice(0, 16) }],
  })

const textsOf = (...members: Member[]) => Promise.all(members.map((member) => member.text()))

describe('late edits of somebody who was removed', () => {
  it('W2 is moved by no adopt of what does not exist, in whichever order it comes', async () => {
    const names = ['alice', 'bob', 'carol', 'dave', 'vera']
    const [alice, bob, carol, dave, vera] = (await start(...names)) as [Member, Member, Member, Member, Member]
    const { header } = await bob.type('one')
    await carry(bob, alice, carol, dave, vera)
    await remove(alice, bob)
    await carry(alice, carol, dave, vera)
    await bob.type('two')
    await bob.type('three')
    await keep(carol, { header: { ...header, seq: 3 }, id: new Uint8Array(32).fill(7) as SealedEntry['id'] })
    await carry(bob, dave)
    await carry(carol, dave)
    await carry(carol, vera)
    await carry(bob, vera)
    expect(await textsOf(dave, vera)).toEqual(['one', 'one'])
  })

  it('attack 37 W1 counts what the remover had, and holds back the rest: kept, passed on, not acknowledged', async () => {
    const [alice, bob, carol, dave] = (await start('alice', 'bob', 'carol', 'dave')) as [Member, Member, Member, Member]
    await bob.type('one')
    await carry(bob, alice)
    const late = await bob.type('two')
    await remove(alice, bob)
    await carry(alice, carol)
    await carry(bob, carol)
    expect(await textsOf(alice, carol)).toEqual(['one', 'one'])
    expect(carol.replica.head(late.header.chain)?.seq).toBe(late.header.seq)
    const judged = carol.replica.judgedHeads().find(({ chain }) => toHex(chain) === toHex(late.header.chain))
    expect(judged?.seq).toBe(late.header.seq - 1)
    await carry(carol, dave)
    expect(dave.replica.head(late.header.chain)?.seq).toBe(late.header.seq)
    expect(await dave.text()).toBe('one')
  })

  it('W4 builds a document anew when something applied turns out held back', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await carry(bob, alice, carol)
    await bob.type('two')
    await carry(bob, carol)
    await carol.replica.tidy('end')
    expect(await carol.text()).toBe('one two')
    await remove(alice, bob)
    await carry(alice, carol)
    expect(carol.rebuilt).toHaveLength(1)
    await carry(carol, alice)
    expect(await textsOf(alice, carol)).toEqual(['one', 'one'])
    expect(await carol.state()).toBe(await alice.state())
  })

  it('W4 builds anew what a checkpoint from before the removal holds', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await carry(bob, carol)
    await carol.replica.close()
    const again = await team.start('carol', carol.disk)
    await remove(alice, bob)
    await carry(alice, again)
    expect(await again.text()).toBe('')
    const listOf = async ({ replica }: Member) => (await replica.heldBack()).map(({ text }) => text)
    expect(await listOf(again)).toEqual(['one'])
    const afterCrash = await team.start('carol', copyMemoryDisk(again.disk))
    expect(await listOf(afterCrash)).toEqual(['one'])
    const judged = afterCrash.replica
      .judgedHeads()
      .filter(({ chain }) => isOf({ ...afterCrash, device: bob.device }, chain))
    expect(judged).toEqual([])
  })

  it('W4 builds nothing anew where the remover had it all, or others have built on it', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await carry(bob, alice, carol)
    await bob.type('two')
    await carry(bob, carol)
    await carol.type('three')
    await remove(alice, bob)
    await carry(alice, carol)
    expect([carol.rebuilt, alice.rebuilt]).toEqual([[], []])
    expect(await carol.text()).toBe('one two three')
  })

  it('E3 W1 counts of a forked chain what the cut shares with the line that wins, in every order', async () => {
    const [alice, carol, dave] = (await start('alice', 'carol', 'dave')) as [Member, Member, Member]
    const bob = await team.start('bob')
    await bob.type('one')
    const copy = await team.start('bob', copyMemoryDisk(bob.disk))
    await bob.type('two')
    await copy.type('other')
    await carry(bob, alice)
    await remove(alice, bob)
    await tell(alice, carol)
    await carry(copy, carol, dave)
    await tell(alice, dave)
    expect(await textsOf(carol, dave)).toEqual(['', ''])
    for (const member of [carol, dave]) await carry(bob, member)
    await carry(copy, alice)
    const [text] = await textsOf(alice)
    expect(['one', 'one two']).toContain(text)
    expect(await textsOf(carol, dave)).toEqual([text, text])
  })

  it('attack 39 W1 counts what somebody who may still write has built on, whatever the cut says', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await bob.type('two')
    await carry(bob, carol)
    await carol.type('three')
    await bob.type('four')
    await carry(bob, carol)
    await remove(alice, bob, [])
    await carry(alice, carol)
    await carry(carol, alice)
    expect(await textsOf(alice, carol)).toEqual(['one two three', 'one two three'])
  })

  it('attack 38 W1 takes no word for a back-dated edit of those who may only read, or are gone themselves', async () => {
    const [alice, bob, carol, vera] = (await start('alice', 'bob', 'carol', 'vera')) as [Member, Member, Member, Member]
    await remove(alice, bob)
    const late = await bob.type('late')
    await carry(bob, vera, carol)
    await vera.append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0), keeps: [depOn(late)] })
    await remove(alice, carol)
    await carol.type('after')
    for (const member of [vera, carol]) await carry(member, alice)
    expect(await alice.text()).toBe('')
    expect(alice.replica.head(late.header.chain)?.seq).toBe(late.header.seq)
  })

  it('attack 38 W1 takes back the word of somebody who turns out to be gone', async () => {
    const [alice, bob, carol, dave] = (await start('alice', 'bob', 'carol', 'dave')) as [Member, Member, Member, Member]
    await bob.type('late')
    await carry(bob, carol)
    await carol.type('on')
    await remove(alice, bob)
    await carry(alice, dave)
    await carry(carol, dave)
    expect(await dave.text()).toBe('late on')
    await remove(alice, carol)
    await carry(alice, dave)
    expect(await dave.text()).toBe('')
  })

  it('attack 37 W2 keeps what was held back with one adopt, everywhere and after a start', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    const late = await bob.type('two')
    await remove(alice, bob, [])
    await carry(alice, carol)
    await carry(bob, carol)
    expect(await carol.text()).toBe('')
    await keep(carol, late)
    expect(await carol.text()).toBe('one two')
    await carol.type('three')
    await carry(carol, alice)
    expect(await alice.text()).toBe('one two three')
    await alice.replica.close()
    const again = await team.start('alice', alice.disk)
    expect(await again.text()).toBe('one two three')
    expect(again.rebuilt).toEqual([])
  })

  it('W2 does not wait for what it keeps: whoever adopts goes on writing', async () => {
    const [alice, bob, carol, dave] = (await start('alice', 'bob', 'carol', 'dave')) as [Member, Member, Member, Member]
    const late = await bob.type('late')
    await remove(alice, bob, [])
    await carry(alice, carol, dave)
    await carry(bob, carol)
    await keep(carol, late)
    await carol.append({ channel: team.page, kind: entryKind.merge, payload: new Uint8Array(0) })
    for (const run of await team.runsOf(carol)) {
      if (toHex(run[0]?.header.chain ?? late.id) !== toHex(late.header.chain)) await dave.replica.receive(run)
    }
    expect(await dave.text()).toBe('')
    const own = (member: Member) =>
      member.replica.judgedHeads().find(({ seq, chain }) => seq === 2 && isOf(carol, chain))
    expect(own(dave)).toEqual(own(carol))
    expect(own(carol)).toBeDefined()
    await carry(bob, dave)
    expect(await dave.text()).toBe('late')
    await dave.replica.close()
    const again = await team.start('dave', dave.disk)
    expect([await again.text(), again.rebuilt]).toEqual(['late', []])
  })

  it('W1 keeps what somebody writes on top of, who had it on the screen when it was held back', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await bob.type('two')
    await carry(bob, carol)
    const typed = await carol.draft('three')
    await bob.type('four')
    await carry(bob, carol)
    await remove(alice, bob, [])
    await carry(alice, carol)
    expect(await carol.text()).toBe('')
    await carol.append({ channel: team.page, kind: entryKind.update, payload: typed })
    await carry(carol, alice)
    expect(await textsOf(alice, carol)).toEqual(['one two three', 'one two three'])
  })

  it('attack 31 W1 holds back what somebody wrote who turns out never to have been let in', async () => {
    const [alice, bob, dave] = (await start('alice', 'bob', 'dave')) as [Member, Member, Member]
    const eve = await team.admit(bob, 'eve')
    await eve.type('one')
    await carry(eve, dave, bob)
    await dave.replica.tidy('end')
    expect(await dave.text()).toBe('one')
    await remove(alice, bob)
    await carry(alice, dave)
    await carry(dave, alice)
    expect(dave.replica.membership.current()?.members.has(toHex(eve.person()))).toBe(false)
    expect(await textsOf(alice, dave)).toEqual(['', ''])
    expect((await alice.replica.heldBack()).map(({ edits, text }) => `${edits} ${text}`)).toEqual(['1 one'])
    expect(await (await team.start('dave', dave.disk)).text()).toBe('')
  })

  it('attack 38 W1 takes no heads at which the removal did not count for having seen it', async () => {
    const [alice, bob, carol, second] = (await start('alice', 'bob', 'carol', 'alice 2')) as [
      Member,
      Member,
      Member,
      Member,
    ]
    await giveRole(alice, carol, 'admin')
    await carry(alice, carol, second)
    await remove(carol, bob)
    await giveRole(second, carol, 'viewer')
    for (const member of [carol, second]) await carry(member, bob)
    await bob.type('back-dated', bodyChannelName(team.pages[1] as never))
    await alice.operate({ type: 'device.revoke', device: second.device, cuts: [], doors: [], rotation: undefined })
    for (const member of [carol, second, bob]) await carry(member, alice)
    expect(alice.replica.membership.current()?.members.has(toHex(bob.person()))).toBe(false)
    expect(await alice.text(bodyChannelName(team.pages[1] as never))).toBe('')
    expect(await alice.replica.heldBack()).toHaveLength(1)
  })

  it('attack 40 W3 holds back what somebody wrote who was made a viewer meanwhile', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await carry(bob, alice)
    await bob.type('two')
    await giveRole(alice, bob, 'viewer')
    await carry(alice, bob, carol)
    await carry(bob, alice, carol)
    expect(await textsOf(alice, bob, carol)).toEqual(['one', 'one', 'one'])
  })

  it('W1 lists what is held back once its secret comes, though it was looked for before', async () => {
    const [alice, bob, dave] = (await start('alice', 'bob', 'dave')) as [Member, Member, Member]
    const state = alice.replica.membership.current()
    const [first] = alice.keys.epochs
    if (!state || !first) throw new Error('no state')
    const secret = new Uint8Array(32).fill(5) as EpochSecret
    const rotation = createRotation(state.workspaceId, secret, [], [])
    const hold = async ({ replica }: Member) => {
      replica.keys.add({ tag: epochTagOf(rotation.commitment), secret })
      await replica.addEpoch()
    }
    await alice.operate({ type: 'epoch.rotate', ...rotation })
    await carry(alice, bob, dave)
    await hold(bob)
    await bob.type('one')
    const removal = { type: 'member.remove', member: bob.person(), cuts: [], keptInvites: [], doors: [] } as const
    const after = createRotation(state.workspaceId, new Uint8Array(32).fill(6) as EpochSecret, [], [])
    await alice.append({
      ...{ channel: logChannelName, epoch: first.tag },
      ...encodeOperation({ ...removal, rotation: after }),
    })
    await carry(alice, dave)
    await carry(bob, dave)
    const listed = async () => (await dave.replica.heldBack()).map(({ text }) => text)
    expect(await listed()).toEqual([])
    await hold(dave)
    expect(await listed()).toEqual(['one'])
  })

  it('W5 writes nothing that is known to be late: also where the newest secret is lacking', async () => {
    const [alice, bob] = (await start('alice', 'bob')) as [Member, Member]
    await bob.type('one')
    const state = alice.replica.membership.current()
    const [epoch] = alice.keys.epochs
    if (!state || !epoch) throw new Error('no state')
    const secret = new Uint8Array(32).fill(5) as EpochSecret
    const rotation = createRotation(state.workspaceId, secret, [], [])
    await alice.operate({ type: 'epoch.rotate', ...rotation })
    const demotion = { type: 'role.set', member: bob.person(), role: 'viewer', cuts: [], doors: [] } as const
    await alice.append({ channel: logChannelName, ...encodeOperation(demotion), epoch: epoch.tag })
    await carry(alice, bob)
    expect(bob.replica.membership.current()?.members.get(toHex(bob.person()))?.role).toBe('viewer')
    await expect(bob.type('two')).rejects.toThrow('not-allowed')
  })

  it('W5 begins a new life after a regained right, and what was held back stays so until it is adopted', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    await bob.type('one')
    await carry(bob, alice)
    const late = await bob.type('two')
    await giveRole(alice, bob, 'viewer')
    await giveRole(alice, bob, 'editor')
    await carry(alice, bob)
    const after = await bob.type('three')
    expect(toHex(after.header.chain)).not.toBe(toHex(late.header.chain))
    await carry(bob, carol, alice)
    await carry(alice, carol)
    expect(await textsOf(alice, bob, carol)).toEqual(['one three', 'one three', 'one three'])
    await keep(bob, late)
    await carry(bob, carol, alice)
    for (const text of await textsOf(alice, bob, carol)) expect(text.split(' ').sort()).toEqual(['one', 'three', 'two'])
    expect(await carol.state()).toBe(await alice.state())
  })
})

describe('late edits under segments', () => {
  it('S0 W1 are judged by their entries where a segment reaches beyond what counts, in every order', async () => {
    const folded = await createOfflineTeam(undefined, { entries: 4, fewest: 2 })
    const [alice, bob, carol, dave] = await Promise.all(
      ['alice', 'bob', 'carol', 'dave'].map((one) => folded.start(one)),
    )
    if (!alice || !bob || !carol || !dave) throw new Error('nobody')
    for (const word of ['one', 'two', 'three']) await bob.type(word)
    await folded.carry(bob, alice)
    for (const word of ['four', 'five', 'six', 'seven', 'eight', 'nine']) await bob.type(word)
    while (await bob.replica.fold()) {}
    await folded.carryFolded(bob, dave)
    expect(dave.replica.covered()).not.toEqual([])
    expect(await dave.text()).toBe('one two three four five six seven eight nine')
    await remove(alice, bob)
    for (const member of [carol, dave]) await tell(alice, member)
    await folded.carryFolded(bob, carol)
    for (let places = dave.replica.covered(); places.length > 0; places = dave.replica.covered()) {
      await folded.carry(bob, dave)
      expect(dave.replica.covered()).not.toEqual(places)
    }
    expect(await textsOf(alice, carol, dave)).toEqual(['one two three', 'one two three', 'one two three'])
    const [item] = await dave.replica.heldBack()
    expect(item?.text).toBe('four five six seven eight nine')
    if (item)
      await dave.append({ channel: item.name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [item.newest] })
    expect(await dave.text()).toBe('one two three four five six seven eight nine')
  })
})

const isOf = ({ replica, device }: Member, chain: ChainTag): boolean => {
  const head = replica.head(chain)
  const author = head?.lane === 'content' ? replica.deviceOf(head) : undefined
  return author !== undefined && toHex(author) === toHex(device)
}

const depOn = ({ header, id }: SealedEntry) => ({ chain: header.chain, seq: header.seq, idPrefix: id.slice(0, 16) })
