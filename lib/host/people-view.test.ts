import { beforeEach, describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { peopleView } from '#lib/host/people-view'
import { createInvited, type Invited, rootOf } from '#lib/testing/invited'
import { createAdmit } from '#lib/workspace/admission'
import { createInvite } from '#lib/workspace/invitation'

let invited: Invited
beforeEach(async () => {
  invited = await createInvited()
  const state = invited.log.current()
  if (!state) throw new Error('no state')
  const { join, alice, firstSecret } = invited
  await invited.write(alice, await createAdmit(state, join, alice.relay, [firstSecret]))
})
const see = (as: 'alice' | 'bob') => {
  const state = invited.log.current()
  if (!state) throw new Error('no state')
  return peopleView(state, invited[as].keys.device)
}
const idOf = (who: 'alice' | 'bob') => toBase64Url(rootOf(invited[who]))
const aboutIn = (as: 'alice' | 'bob', who: 'alice' | 'bob') => see(as).members.find(({ id }) => id === idOf(who))
const setRole = (role: 'admin' | 'viewer') =>
  invited.write(invited.alice, { type: 'role.set', member: rootOf(invited.bob), role, cuts: [], doors: [] })

describe('people view', () => {
  it('M3 lets the owner give every role but their own, and nobody changes themselves', () => {
    expect(aboutIn('alice', 'bob')).toMatchObject({
      devices: 1,
      roles: ['viewer', 'commenter', 'editor', 'admin'],
      mayRemove: true,
      mayOwn: false,
    })
    expect(aboutIn('alice', 'alice')).toMatchObject({ roles: [], mayRemove: false, mayOwn: false })
    expect(see('alice').mayLeave).toBe(false)
  })

  it('M3 shows whoever is below admin nothing to decide but leaving', () => {
    expect(see('bob').members.every(({ roles, mayRemove }) => roles.length === 0 && !mayRemove)).toBe(true)
    expect(see('bob').mayLeave).toBe(true)
  })

  it('M3 lets an admin touch neither the owner nor the rank of admin', async () => {
    await setRole('admin')
    expect(aboutIn('bob', 'alice')).toMatchObject({ roles: [], mayRemove: false, mayOwn: false })
    expect(aboutIn('alice', 'bob')?.mayOwn).toBe(true)
  })

  it('I4 names the links that a removal would end: theirs, and those for many', async () => {
    const terms = { role: 'viewer', expiresAtSeconds: 1_900_000_000, needsApproval: false } as const
    const { workspaceId, crypto, random, alice } = invited
    const many = await createInvite(crypto, { workspaceId, ...terms, maxUses: 0 }, random)
    const once = await createInvite(crypto, { workspaceId, ...terms, maxUses: 1 }, random)
    const ending = await invited.write(alice, many.operation)
    await invited.write(alice, once.operation)
    expect(aboutIn('alice', 'bob')?.linksThatEnd).toEqual([toBase64Url(ending)])
    expect(aboutIn('bob', 'alice')?.linksThatEnd).toEqual([])
  })

  it('M6 names who was here once, and gives nobody anything to do who is gone', async () => {
    const gone = { member: rootOf(invited.bob), cuts: [], keptInvites: [], doors: [], rotation: undefined }
    await invited.write(invited.alice, { type: 'member.remove', ...gone })
    expect(see('alice').former).toMatchObject([
      { id: idOf('bob'), name: 'Bob', removedBy: { isMe: true }, mayRemove: false },
    ])
    expect(see('bob')).toMatchObject({ mayLeave: false, members: [{ roles: [], mayRemove: false }] })
  })

  it('M3 lets an admin remove whoever left by themselves, and says when they did', async () => {
    const { createdAtSeconds } = invited.log.current() ?? { createdAtSeconds: 0 }
    await invited.write(invited.bob, { type: 'member.leave', cuts: [] })
    expect(see('alice').former).toMatchObject([
      { id: idOf('bob'), removedBy: undefined, mayRemove: true, atMs: createdAtSeconds * 1000 },
    ])
    expect(see('bob').former).toMatchObject([{ mayRemove: false }])
  })
})
