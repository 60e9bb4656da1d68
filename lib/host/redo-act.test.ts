import { beforeAll, beforeEach, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { redoAct } from '#lib/host/redo-act'
import { undoneId } from '#lib/host/undone-view'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { actsOf, operateAs } from '#lib/testing/team-acts'
import type { UndoneAct } from '#lib/workspace/membership-state'

let team: OfflineTeam
let alice: OfflineMate
let bob: OfflineMate
let carol: OfflineMate
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
  carol = await team.start('carol')
  await actsOf(alice).setRole(toBase64Url(bob.person()), 'admin')
  await team.carry(alice, bob)
})

const partsOf = (mate: OfflineMate) => {
  const operate = operateAs(mate)
  return {
    acts: actsOf(mate),
    invitations: {
      revoke: async (id: string) => {
        const revoked = await operate({ type: 'invite.revoke', invite: fromBase64Url(id) as EntryId })
        return revoked.ok ? { ok: true as const, value: undefined } : revoked
      },
    },
    operate,
    state: () => mate.replica.membership.current(),
  }
}
const undoneAt = (mate: OfflineMate): readonly UndoneAct[] => mate.replica.membership.current()?.undone ?? []
const redo = (mate: OfflineMate, act: UndoneAct | undefined) => redoAct(act ? undoneId(act) : '', partsOf(mate))
const memberAt = (mate: OfflineMate, of: OfflineMate) =>
  mate.replica.membership.current()?.members.get(toHex(of.person()))

/** What Bob does while Alice makes him an editor. */
async function inVain(act: () => Promise<unknown>): Promise<UndoneAct | undefined> {
  await act()
  await actsOf(alice).setRole(toBase64Url(bob.person()), 'editor')
  await team.carry(bob, alice)
  return undoneAt(alice)[0]
}

it('M4 K2 removes again whom somebody removed in vain, with new keys, and is over then', async () => {
  const act = await inVain(() => actsOf(bob).removeMember(toBase64Url(carol.person()), []))
  expect(memberAt(alice, carol)?.role).toBe('editor')
  const before = alice.replica.membership.current()?.epoch.tag
  expect(await redo(alice, act)).toMatchObject({ ok: true })
  expect(memberAt(alice, carol)).toBeUndefined()
  expect(alice.replica.membership.current()?.epoch.tag).not.toEqual(before)
  expect(undoneAt(alice)).toEqual([])
  expect(await redo(alice, act)).toEqual({ ok: false, error: { type: 'not-found' } })
})

it('M4 gives a role again, and a name', async () => {
  const role = await inVain(() => actsOf(bob).setRole(toBase64Url(carol.person()), 'viewer'))
  expect(await redo(alice, role)).toMatchObject({ ok: true })
  expect(memberAt(alice, carol)?.role).toBe('viewer')
  await actsOf(alice).setRole(toBase64Url(bob.person()), 'admin')
  await team.carry(alice, bob)
  const name = await inVain(() => partsOf(bob).operate({ type: 'workspace.rename', name: 'Ours' }))
  expect(await redo(alice, name)).toMatchObject({ ok: true })
  expect(alice.replica.membership.current()?.name).toBe('Ours')
})

it('M4 takes a link back again', async () => {
  const [link] = [...(alice.replica.membership.current()?.invites ?? [])].filter(([, { state }]) => state === 'open')
  const revoke = () => partsOf(bob).invitations.revoke(toBase64Url(link?.[1].id ?? new Uint8Array()))
  expect(await redo(alice, await inVain(revoke))).toMatchObject({ ok: true })
  expect(alice.replica.membership.current()?.invites.get(link?.[0] ?? '')?.state).toBe('revoked')
})

it('M4 is judged as an act of who clicks: who may not does nothing', async () => {
  const act = await inVain(() => actsOf(bob).removeMember(toBase64Url(carol.person()), []))
  await team.carry(alice, bob)
  expect(await redo(bob, act)).toEqual({ ok: false, error: { type: 'not-allowed' } })
  expect(memberAt(bob, carol)?.role).toBe('editor')
})
