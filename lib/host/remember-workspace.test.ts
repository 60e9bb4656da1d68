import { expect, it } from 'vitest'
import type { WorkspaceId } from '#lib/base/ids'
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
