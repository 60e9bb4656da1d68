import { expect, it } from 'vitest'
import type { EpochSecret } from '#lib/base/ids'
import { memberStanding } from '#lib/host/member-standing'
import { createHistory, deviceOf, type History, personOf } from '#lib/testing/membership-history'
import { createRotation } from '#lib/workspace/epoch'

function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor' })
  return history
}
const standing = (history: History, name: string, which?: string) =>
  memberStanding(history.log(), deviceOf(name, which))

it('M3 tells whoever was removed by whom, and nobody else anything', () => {
  const history = team()
  const rotation = createRotation(history.state().workspaceId, new Uint8Array(32) as EpochSecret, [], [])
  const removal = { type: 'member.remove', member: personOf('eve'), cuts: [], keptInvites: [], doors: [] } as const
  history.write({ by: 'ann' }, { ...removal, rotation })
  expect(standing(history, 'eve')).toEqual({ type: 'removed', by: 'ann' })
  expect(standing(history, 'ann')).toEqual({ type: 'member' })
})

it('M3 tells whoever left that they did', () => {
  const history = team()
  history.write({ by: 'eve' }, { type: 'member.leave', cuts: [] })
  expect(standing(history, 'eve')).toEqual({ type: 'left' })
})

it('M6 tells whoever left after they had been removed and let in again that they left', () => {
  const history = team()
  history.remove({ by: 'ann' }, 'eve')
  history.give({ by: 'ann' }, 'eve', 'editor')
  history.write({ by: 'eve' }, { type: 'member.leave', cuts: [] })
  expect(standing(history, 'eve')).toEqual({ type: 'left' })
})

it('M3 tells a revoked device, whose person is here still', () => {
  const history = team()
  history.addDevice({ by: 'eve' }, 'phone')
  history.revokeDevice({ by: 'eve' }, deviceOf('eve', 'phone'))
  expect(standing(history, 'eve', 'phone')).toEqual({ type: 'device-revoked' })
  expect(standing(history, 'eve')).toEqual({ type: 'member' })
})

it('M6 takes it back when the person is let in again', () => {
  const history = team()
  history.remove({ by: 'ann' }, 'eve')
  expect(standing(history, 'eve').type).toBe('removed')
  history.give({ by: 'ann' }, 'eve', 'editor')
  expect(standing(history, 'eve')).toEqual({ type: 'member' })
})

it('attack 49 I3 tells whoever came in at once with somebody else that they are not in, also once it was revoked', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor', ed: 'editor' })
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve', after: [link] }, 'first', link)
  expect(standing(history, 'first')).toEqual({ type: 'member' })
  history.admit({ by: 'ed', after: [link] }, 'second', link)
  expect(standing(history, 'first')).toEqual({ type: 'not-let-in' })
  expect(standing(history, 'second')).toEqual({ type: 'not-let-in' })
  history.write({ by: 'ann' }, { type: 'invite.revoke', invite: link })
  expect(standing(history, 'first')).toEqual({ type: 'not-let-in' })
})
