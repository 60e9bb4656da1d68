import { beforeAll, describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import type { DeviceId } from '#lib/base/ids'
import { heldBackView } from '#lib/host/held-back-view'
import { keepHeldBack } from '#lib/host/keep-held-back'
import { createOfflineTeam } from '#lib/testing/offline-team'

let team: Awaited<ReturnType<typeof createOfflineTeam>>
beforeAll(async () => {
  team = await createOfflineTeam()
})

describe('what a screen is told of held-back edits', () => {
  it('W2 one line a person and page, its place in the list of pages along with it, and one command keeps both', async () => {
    const [alice, bob] = [await team.start('alice'), await team.start('bob')]
    await bob.type('one')
    await bob.type('two')
    await bob.rename('Harbour')
    const member = bob.person()
    await alice.operate({
      ...{ type: 'member.remove', member, cuts: await alice.replica.cutOf({ person: member }) },
      ...{ keptInvites: [], doors: [], rotation: undefined },
    })
    await team.carry(bob, alice)
    const viewOf = async (device: DeviceId) => {
      const state = alice.replica.membership.current()
      return state ? heldBackView(state, device, await alice.replica.heldBack()) : []
    }
    const [line, ...others] = await viewOf(alice.device)
    expect(others).toEqual([])
    expect(line).toMatchObject({ name: 'bob', mine: false, edits: 2, text: 'one two' })
    expect(line?.pageId).toBe(toBase64Url(team.pages[0] ?? new Uint8Array()))
    expect(line?.ids).toHaveLength(2)
    expect((await viewOf(bob.device))[0]?.mine).toBe(true)

    expect((await keepHeldBack(alice.replica, line?.ids ?? [])).ok).toBe(true)
    expect(await alice.text()).toBe('one two')
    expect(await alice.title()).toBe('Harbour')
    expect(await alice.replica.heldBack()).toEqual([])
  })
})
