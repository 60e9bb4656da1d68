import { beforeAll, describe, expect, it } from 'vitest'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam } from '#lib/testing/offline-team'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
type Member = Awaited<ReturnType<typeof team.start>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

const cutOf = ({ replica }: Member, whom: Member) => replica.cutOf({ person: whom.person() })
const leave = async (member: Member) => member.operate({ type: 'member.leave', cuts: await cutOf(member, member) })
const heldBackBy = async ({ replica }: Member) => (await replica.heldBack()).map(({ text }) => text)

/** bob after one word, the same with software that knows nothing of what bob does then, and two who stay. */
async function beginWithBob(): Promise<{ bob: Member; altered: Member; staying: readonly Member[] }> {
  const bob = await team.start('bob')
  await bob.type('one')
  const altered = await team.start('bob', copyMemoryDisk(bob.disk))
  return { bob, altered, staying: [await team.start('alice'), await team.start('carol')] }
}

describe('somebody who left', () => {
  it('attack 38 W1 back-dates nothing, and what they wrote until then stays', async () => {
    const { bob, altered, staying } = await beginWithBob()
    await leave(bob)
    await altered.type('two')
    for (const member of staying) await team.carry(bob, member)
    for (const member of staying) await team.carry(altered, member)
    for (const member of staying) {
      expect(await member.text()).toBe('one')
      expect(await heldBackBy(member)).toEqual(['two'])
      expect(member.rebuilt).toEqual([])
    }
  })

  it('W1 is believed what claims least, of several words about themselves, in every order', async () => {
    const { bob, altered, staying } = await beginWithBob()
    await leave(bob)
    await altered.type('two')
    await leave(altered)
    const [alice, carol] = staying as [Member, Member]
    await team.carry(bob, alice)
    await team.carry(altered, alice, carol)
    await team.carry(bob, carol)
    expect([await alice.text(), await carol.text()]).toEqual(['one', 'one'])
    expect([await heldBackBy(alice), await heldBackBy(carol)]).toEqual([['two'], ['two']])
  })

  it('attack 38 W1 takes nothing from what a remover said that they had', async () => {
    const { bob, altered, staying } = await beginWithBob()
    const [alice, carol] = staying as [Member, Member]
    await team.carry(bob, alice)
    const end = { member: bob.person(), cuts: await cutOf(alice, bob), keptInvites: [], doors: [], rotation: undefined }
    await alice.operate({ type: 'member.remove', ...end })
    await altered.type('two')
    await leave(altered)
    await team.carry(altered, carol)
    expect(await carol.text()).toBe('one two')
    await team.carry(alice, carol)
    await team.carry(altered, alice)
    expect([await alice.text(), await carol.text()]).toEqual(['one', 'one'])
  })

  it('attack 39 W1 keeps what others have built on, whatever they say of themselves', async () => {
    const { bob, staying } = await beginWithBob()
    const [alice, carol] = staying as [Member, Member]
    await team.carry(bob, carol)
    await carol.type('two')
    await bob.operate({ type: 'member.leave', cuts: [] })
    await team.carry(bob, alice, carol)
    expect([await heldBackBy(alice), await carol.text()]).toEqual([['one'], 'one two'])
    await team.carry(carol, alice)
    expect([await heldBackBy(alice), await alice.text()]).toEqual([[], 'one two'])
  })
})
