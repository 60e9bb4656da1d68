import { beforeAll, describe, expect, it } from 'vitest'
import { startThread } from '#lib/document/discussion'
import { entryKind } from '#lib/protocol/entry-kind'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { openTab, paragraphOf } from '#lib/testing/replica-tab'

type Team = Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<Team['start']>>

async function giveRole(by: Member, whom: Member, role: 'viewer' | 'editor'): Promise<void> {
  const member = whom.person()
  await by.operate({ type: 'role.set', member, role, cuts: await by.replica.cutOf({ person: member }), doors: [] })
}

/** Somebody clicks Keep on all that is held back. */
async function keepAll({ replica, append }: Member): Promise<void> {
  for (const { name, newest } of await replica.heldBack())
    await append({ channel: name, kind: entryKind.adopt, payload: new Uint8Array(0), keeps: [newest] })
}

const wordsOf = async (member: Member): Promise<string[]> => (await member.text()).split(' ').filter(Boolean).sort()

describe('what somebody wrote whose right to write ended, and who has it again', () => {
  let team: Team
  beforeAll(async () => {
    team = await createOfflineTeam()
  })
  const start = (...names: string[]) => Promise.all(names.map((name) => team.start(name))) as Promise<Member[]>

  /** bob's tab: "one" is with the others, "two" an entry of which alice does not know, "three" in no entry, or nobody `answers` that "two" is one; then alice ends his right. */
  async function lateBob({ answers = true } = {}) {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    const tab = await openTab(team.page, bob)
    await tab.type('one')
    await team.carry(bob, alice, carol)
    tab.leader.answers = answers
    await tab.type('two')
    tab.leader.reachable = false
    if (answers) await tab.type('three')
    await giveRole(alice, bob, 'viewer')
    await team.carry(alice, bob, carol)
    await team.carry(bob, carol)
    await tab.reload()
    expect([await bob.text(), await carol.text(), tab.channel.pending()]).toEqual(['one', 'one', 1])
    Object.assign(tab.leader, { reachable: true, answers: true })
    const regain = async () => {
      await giveRole(alice, bob, 'editor')
      await team.carry(alice, bob, carol)
    }
    async function expectOnce(...words: string[]) {
      await team.carry(bob, alice, carol)
      await team.carry(carol, alice, bob)
      for (const member of [alice, bob, carol]) expect(await wordsOf(member)).toEqual(words.sort())
      expect(await carol.state()).toBe(await bob.state())
    }
    return { alice, bob, carol, tab, regain, expectOnce }
  }

  it('W2 stands once, also where a teammate keeps it at the same time', async () => {
    const { bob, carol, tab, regain, expectOnce } = await lateBob()
    await regain()
    await tab.reload()
    await keepAll(carol)
    await expectOnce('one', 'two', 'three')
    expect([tab.channel.pending(), await bob.replica.heldBack()]).toEqual([0, []])
  })

  it('W2 stands once where a teammate kept it before', async () => {
    const { bob, carol, tab, regain, expectOnce } = await lateBob()
    await keepAll(carol)
    await team.carry(carol, bob)
    await regain()
    await tab.reload()
    await expectOnce('one', 'two', 'three')
  })

  it('W2 E12 stands once where the tab was not told that it is on disk', async () => {
    const { carol, tab, regain, expectOnce } = await lateBob({ answers: false })
    await regain()
    await tab.reload()
    await keepAll(carol)
    await expectOnce('one', 'two')
  })

  it('W2 E12 stands once when the tab that showed it was closed', async () => {
    const { bob, carol, tab, regain, expectOnce } = await lateBob()
    const left = tab.channel.unsaved()
    tab.channel.close()
    const next = await openTab(team.page, bob)
    await next.channel.adopt(left)
    expect(next.channel.pending()).toBe(1)
    await regain()
    await next.reload()
    await keepAll(carol)
    await expectOnce('one', 'two', 'three')
    expect(next.channel.pending()).toBe(0)
  })

  it('W2 leaves what stands under no edit held back, also where a tab still shows it', async () => {
    const [alice, bob, carol] = (await start('alice', 'bob', 'carol')) as [Member, Member, Member]
    const [first, second] = [await openTab(team.page, bob), await openTab(team.page, bob, 1)]
    await first.type('one')
    await second.reload()
    await team.carry(bob, alice, carol)
    await first.type('two')
    await second.reload()
    second.leader.reachable = false
    second.channel.userEdit(() =>
      second.channel
        .doc()
        .getXmlFragment('body')
        .insert(0, [paragraphOf('zero')]),
    )
    await giveRole(alice, bob, 'viewer')
    await team.carry(alice, bob)
    await second.reload()
    await giveRole(alice, bob, 'editor')
    await team.carry(alice, bob)
    second.leader.reachable = true
    await second.reload()
    expect(await bob.text()).toBe('zero one')
    await keepAll(bob)
    expect(await wordsOf(bob)).toEqual(['one', 'two', 'zero'])
  })

  it('E2 is written anew where it is a comment that waited', async () => {
    const [alice, bob] = (await start('alice', 'bob')) as [Member, Member]
    const tab = await openTab(team.discussion, bob)
    tab.leader.reachable = false
    const remark = (words: string) =>
      tab.channel.userEdit(() => void startThread(tab.channel.doc(), { from: {}, to: {}, quote: '' }, words, 0))
    remark('waits')
    await giveRole(alice, bob, 'viewer')
    await team.carry(alice, bob)
    await tab.reload()
    await giveRole(alice, bob, 'editor')
    await team.carry(alice, bob)
    tab.leader.reachable = true
    await tab.reload()
    expect([await bob.remarks(), tab.channel.pending()]).toEqual([['waits'], 0])
  })
})
