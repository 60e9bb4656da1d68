import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { createHistory, type History, invitation, personOf } from '#lib/testing/membership-history'

/** alice owns, ann is an admin, eve and ed are editors. */
function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor', ed: 'editor' })
  return history
}
const stateOf = (history: History, link: EntryId) => history.state().invites.get(toHex(link))?.state
const verdict = (history: History, id: EntryId) => history.state().voided.get(toHex(id))

it('I2 lets in whom any editor admits, the inviter being away', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'viewer', 1)
  history.admit({ by: 'eve' }, 'xena', link)
  expect(history.roles()).toMatchObject({ xena: 'viewer' })
  expect(stateOf(history, link)).toBe('used')
})

it('I2 lets a newcomer admit the next one, and so on', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 0)
  history.admit({ by: 'eve' }, 'p1', link)
  history.admit({ by: 'p1' }, 'p2', link)
  history.admit({ by: 'p2' }, 'p3', link)
  expect(history.roles()).toMatchObject({ p1: 'editor', p2: 'editor', p3: 'editor' })
  expect(stateOf(history, link)).toBe('open')
})

it('I2 takes an admin where the link asks for approval', () => {
  const history = team()
  const link = history.write({ by: 'ann' }, { ...invitation('editor', 1, 'x'), needsApproval: true })
  const early = history.admit({ by: 'eve' }, 'xena', link)
  expect(verdict(history, early)).toBe('not-entitled')
  history.admit({ by: 'ann' }, 'xena', link)
  expect(history.roles()).toMatchObject({ xena: 'editor' })
})

it('attack 46 attack 47 I2 admits nobody whose signatures are not good', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  const admit = history.admit({ by: 'eve', proofsValid: false }, 'xena', link)
  expect(history.roles()).not.toHaveProperty('xena')
  expect(verdict(history, admit)).toBe('bad-proof')
})

it('attack 47 I2 admits nobody with a proof by another key than the link has', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  const other = history.invite({ by: 'ann' }, 'editor', 1)
  const admit = history.admit({ by: 'eve' }, 'xena', link)
  const { operation } = history.entries.at(-1) ?? {}
  if (operation?.type !== 'admit') throw new Error('Not an admit')
  const forged = history.fork()
  const id = forged.write(
    { by: 'eve' },
    { ...operation, join: { ...operation.join, invite: other, name: 'yan', root: personOf('yan') } },
  )
  expect(verdict(history, admit)).toBeUndefined()
  expect(verdict(forged, id)).toBe('bad-proof')
})

it('I2 admits nobody by a link that the admit has not seen', () => {
  const history = team()
  const before = history.heads()
  const link = history.invite({ by: 'ann', after: before }, 'editor', 1)
  const aside = history.write({ by: 'eve', after: before }, { type: 'merge' })
  const admit = history.admit({ by: 'eve', after: [aside] }, 'xena', link)
  expect(verdict(history, admit)).toBe('unknown-target')
})

it('attack 48 I4 ends every admission that the revocation has not seen', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 0)
  history.revokeInvite({ by: 'ann' }, link)
  const backDated = history.admit({ by: 'eve', after: [link] }, 'xena', link)
  expect(verdict(history, backDated)).toBe('not-admissible')
  expect(stateOf(history, link)).toBe('revoked')
})

it('I4 keeps whom the revocation has seen', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 0)
  history.admit({ by: 'eve' }, 'xena', link)
  history.revokeInvite({ by: 'ann' }, link)
  expect(history.roles()).toMatchObject({ xena: 'editor' })
})

it('attack 49 I3 refuses the second use of a single-use link, without alarm', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve' }, 'first', link)
  const second = history.admit({ by: 'ed' }, 'second', link)
  expect(history.roles()).toMatchObject({ first: 'editor' })
  expect(verdict(history, second)).toBe('link-used-up')
  expect(history.state().alarms).toEqual([])
})

it('attack 49 I3 suspends two people who use a single-use link at once, and tells', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve', after: [link] }, 'first', link)
  history.admit({ by: 'ed', after: [link] }, 'second', link)
  expect(Object.keys(history.roles())).not.toEqual(expect.arrayContaining(['first', 'second']))
  expect(stateOf(history, link)).toBe('suspended')
  const people = [personOf('first'), personOf('second')]
  expect(history.state().alarms).toEqual([
    { type: 'invitation-used-twice', invite: link, people: expect.arrayContaining(people) },
  ])
})

it('I3 lets an admin take in by hand one of those who were suspended', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve', after: [link] }, 'first', link)
  history.admit({ by: 'ed', after: [link] }, 'second', link)
  history.give({ by: 'ann' }, 'first', 'editor')
  expect(history.roles()).toMatchObject({ first: 'editor' })
})

it('attack 49 I3 keeps an old member when a link of theirs is used again long after', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve' }, 'first', link)
  history.write({ by: 'ann' }, { type: 'workspace.rename', name: 'Newsroom' })
  const late = history.admit({ by: 'ed', after: [link] }, 'mallory', link)
  expect(history.roles()).toMatchObject({ first: 'editor' })
  expect(verdict(history, late)).toBe('suspended')
})

it('attack 49 I3 keeps old members of a link for two when it is used again long after', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 2)
  history.admit({ by: 'eve', after: [link] }, 'first', link)
  history.admit({ by: 'ed', after: [link] }, 'second', link)
  history.write({ by: 'ann' }, { type: 'merge' })
  history.admit({ by: 'ed', after: [link] }, 'mallory', link)
  expect(history.roles()).toMatchObject({ first: 'editor', second: 'editor' })
  expect(history.roles()).not.toHaveProperty('mallory')
})

it('attack 49 I3 keeps a member although somebody had tried their link before an admin went on', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve' }, 'first', link)
  history.admit({ by: 'ed' }, 'second', link)
  history.write({ by: 'ann' }, { type: 'merge' })
  history.admit({ by: 'ed', after: [link] }, 'mallory', link)
  expect(history.roles()).toMatchObject({ first: 'editor' })
})

it('I3 counts several admits of one person as one use', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve', after: [link] }, 'xena', link)
  history.admit({ by: 'ed', after: [link] }, 'xena', link)
  expect(history.roles()).toMatchObject({ xena: 'editor' })
})

it('I3 leaves a promotion alone when the same person is admitted once more behind it', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'viewer', 1)
  const first = history.admit({ by: 'eve', after: [link] }, 'xena', link)
  history.give({ by: 'alice', after: [first] }, 'xena', 'admin')
  history.admit({ by: 'ed', after: [link] }, 'xena', link)
  expect(history.roles()).toMatchObject({ xena: 'admin' })
})

it('I4 ends the links of a removed member, and those for many', () => {
  const history = team()
  const single = history.invite({ by: 'ann' }, 'editor', 1)
  const many = history.invite({ by: 'alice' }, 'editor', 0)
  const other = history.invite({ by: 'alice' }, 'editor', 1)
  history.remove({ by: 'alice' }, 'ann')
  expect([single, many, other].map((link) => stateOf(history, link))).toEqual(['revoked', 'revoked', 'open'])
})

it('I4 keeps a link that the remover kept by hand', () => {
  const history = team()
  const many = history.invite({ by: 'alice' }, 'editor', 0)
  const removal = { member: personOf('eve'), cuts: [], keptInvites: [many], doors: [], rotation: undefined }
  history.write({ by: 'alice' }, { type: 'member.remove', ...removal })
  expect(stateOf(history, many)).toBe('open')
})

it('I4 lets only an admin admit again whom somebody removed', () => {
  const history = team()
  const link = history.invite({ by: 'alice' }, 'viewer', 1)
  history.remove({ by: 'alice' }, 'ed')
  const byEditor = history.admit({ by: 'eve' }, 'ed', link)
  expect(verdict(history, byEditor)).toBe('not-entitled')
  history.admit({ by: 'ann' }, 'ed', link)
  expect(history.roles()).toMatchObject({ ed: 'viewer' })
})

it('I4 lets editors make and revoke links where the policy allows it', () => {
  const history = team()
  const early = history.invite({ by: 'eve' }, 'editor', 1)
  expect(verdict(history, early)).toBe('not-entitled')
  history.write({ by: 'alice' }, { type: 'policy.set', editorsMayInvite: true, rotationDays: 0, minimumVersion: 0 })
  const link = history.invite({ by: 'eve' }, 'editor', 0)
  const seen = history.admit({ by: 'ed' }, 'seen', link)
  history.revokeInvite({ by: 'ed', after: [seen] }, link)
  history.admit({ by: 'eve', after: [link] }, 'unseen', link)
  expect(history.roles()).toMatchObject({ seen: 'editor' })
  expect(history.roles()).not.toHaveProperty('unseen')
})
