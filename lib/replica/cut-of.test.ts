import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createOfflineTeam } from '#lib/testing/offline-team'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

describe('what a removal says that the remover has', () => {
  it('W1 names the newest entry of each of their chains, and nothing of anybody else', async () => {
    const [alice, bob, carol] = [await team.start('alice'), await team.start('bob'), await team.start('carol')]
    await bob.type('one')
    const newest = await bob.type('two')
    await carol.type('three')
    await team.carry(bob, alice)
    await team.carry(carol, alice)
    const unknown = await bob.type('four')
    const cuts = await alice.replica.cutOf({ person: bob.person() })
    expect(cuts.map(({ seq, id }) => `${seq} ${toHex(id)}`)).toEqual([`2 ${toHex(newest.id)}`])
    const device = alice.replica.deviceOf({ ...unknown.header, id: unknown.id })
    if (!device) throw new Error('no device')
    expect(await alice.replica.cutOf({ device })).toEqual(cuts)
  })

  it('W1 names nothing where nothing of theirs is here', async () => {
    const [alice, vera] = [await team.start('alice'), await team.start('vera')]
    expect(await alice.replica.cutOf({ person: vera.person() })).toEqual([])
  })

  it('W1 is the same after a start', async () => {
    const [alice, bob] = [await team.start('alice'), await team.start('bob')]
    await bob.type('one')
    await team.carry(bob, alice)
    const cuts = await alice.replica.cutOf({ person: bob.person() })
    await alice.replica.close()
    const again = await team.start('alice', alice.disk)
    expect(await again.replica.cutOf({ person: bob.person() })).toEqual(cuts)
    expect(cuts).toHaveLength(1)
  })
})
