import { expect, it } from 'vitest'
import { createOfflineTeam } from '#lib/testing/offline-team'

it('W1 counts what is held back of a life, however long it is', async () => {
  const team = await createOfflineTeam()
  const [alice, bob, carol] = [await team.start('alice'), await team.start('bob'), await team.start('carol')]
  await bob.type('one')
  await team.carry(bob, alice, carol)
  const member = bob.person()
  const cuts = await alice.replica.cutOf({ person: member })
  await alice.operate({ type: 'member.remove', member, cuts, keptInvites: [], doors: [], rotation: undefined })
  for (let i = 0; i < 130; i++) await bob.type(`late ${i}`)
  await team.carry(alice, carol)
  await team.carry(bob, carol)
  const [item] = await carol.replica.heldBack()
  expect(item).toMatchObject({ from: 2, edits: 130, newest: { seq: 131 } })
  expect(item?.text.startsWith('late 0')).toBe(true)
})
