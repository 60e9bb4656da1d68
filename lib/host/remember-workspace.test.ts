import { expect, it } from 'vitest'
import type { WorkspaceId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { createWorkspaceMemory } from '#lib/host/remember-workspace'
import { EMPTY_PROFILE, type Profile } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

const [here, other] = [1, 2].map((byte) => new Uint8Array(32).fill(byte) as WorkspaceId)
if (!here || !other) throw new Error('no ids')

it('M6 notes who is out and who is in again, once each, and leaves other workspaces alone', async () => {
  const known = [here, other].map((id) => ({ id, name: 'Plans' }))
  let profile: Profile = { ...EMPTY_PROFILE, workspaces: known }
  let writes = 0
  const updateProfile: Vault['updateProfile'] = async (change) => {
    writes++
    profile = change(profile)
    return { ok: true, value: profile }
  }
  const note = createWorkspaceMemory({ updateProfile }, here, async () => {}).standing
  await note(false)
  await note(false)
  expect(profile.workspaces.map(({ isOut }) => isOut)).toEqual([true, undefined])
  await note(true)
  expect(profile.workspaces).toEqual(known)
  expect(writes).toBe(2)
})

it('M6 notes a name and who is out again where the profile could not be written', async () => {
  let profile: Profile = { ...EMPTY_PROFILE, workspaces: [{ id: here, name: '' }] }
  const failures = [
    async () => err({ type: 'storage-full' } as const),
    () => Promise.reject(new Error('the vault was closed')),
  ]
  const updateProfile: Vault['updateProfile'] = async (change) => {
    const fail = failures.shift()
    if (fail) return fail()
    profile = change(profile)
    return ok(profile)
  }
  const note = createWorkspaceMemory({ updateProfile }, here, async () => {})
  for (let change = 0; change < 2; change++) {
    await note.name('Plans')
    await note.standing(false)
  }
  expect(profile.workspaces).toEqual([{ id: here, name: 'Plans', isOut: true }])
})
