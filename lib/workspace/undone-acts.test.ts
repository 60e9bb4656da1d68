import { expect, it } from 'vitest'
import type { EntryId } from '#lib/base/ids'
import { createHistory, type History, personOf } from '#lib/testing/membership-history'
import type { Operation } from '#lib/workspace/operation'

const named = (name: string): Operation => ({ type: 'workspace.rename', name })
const [ann, eve, vic] = [personOf('ann'), personOf('eve'), personOf('vic')]

/** alice owns; ann and ben are admins, eve an editor, vic a viewer, and there is a link that works once. */
function team() {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' })
  const link = history.invite({ by: 'alice' }, 'editor', 1)
  return { history, link, after: history.heads() }
}

/** What ann does, unseen by whoever ends her; each step is the newest of hers. */
function doAll(history: History, by: string, after: readonly EntryId[], link: EntryId) {
  const removal = history.remove({ by, after }, 'eve')
  const role = history.give({ by, after: [removal] }, 'vic', 'editor')
  const name = history.write({ by, after: [role] }, named('Ours'))
  const revocation = history.revokeInvite({ by, after: [name] }, link)
  return { removal, role, name, revocation }
}
const typesOf = (history: History) => history.state().undone.map(({ type }) => type)

it('M4 knows what was undone of a removal, a role, a name and a link taken back', () => {
  const { history, link, after } = team()
  const { removal, role, name, revocation } = doAll(history, 'ann', after, link)
  expect(history.state().undone).toEqual([])
  history.remove({ by: 'alice', after }, 'ann')
  expect(history.state().undone).toEqual([
    { operation: removal, by: ann, type: 'remove', person: eve, keptInvites: [] },
    { operation: role, by: ann, type: 'set-role', person: vic, role: 'editor' },
    { operation: name, by: ann, type: 'rename', name: 'Ours' },
    { operation: revocation, by: ann, type: 'revoke', invite: link },
  ])
})

it('M4 has nothing to do again of what its author could never do, and of links and keys', () => {
  const { history, after } = team()
  const grant = history.give({ by: 'ann', after }, 'vic', 'admin')
  history.invite({ by: 'ann', after: [grant] }, 'editor', 0)
  doAll(history, 'eve', after, after[0] as EntryId)
  history.give({ by: 'alice', after }, 'ann', 'editor')
  expect(history.state().undone).toEqual([])
})

it('M4 has nothing to do again where it stands so already, whoever did it', () => {
  const { history, link, after } = team()
  history.give({ by: 'alice', after }, 'ann', 'editor')
  doAll(history, 'ann', after, link)
  doAll(history, 'ben', after, link)
  expect(history.state().undone).toEqual([])
})

it('M4 knows the last word of each author about a person', () => {
  const { history, after } = team()
  const first = history.give({ by: 'ann', after }, 'eve', 'viewer')
  const removal = history.remove({ by: 'ann', after: [first] }, 'eve')
  const other = history.give({ by: 'ben', after }, 'eve', 'commenter')
  history.remove({ by: 'alice', after }, 'ann')
  history.remove({ by: 'alice', after }, 'ben')
  const operations = history.state().undone.map(({ operation }) => operation)
  expect(operations).toHaveLength(2)
  expect(operations).toEqual(expect.arrayContaining([removal, other]))
})

it('M4 is over for a role and a name once somebody who has seen it decides, for the rest once it is so', () => {
  const { history, link, after } = team()
  history.give({ by: 'alice', after }, 'ann', 'editor')
  doAll(history, 'ann', after, link)
  history.give({ by: 'ben' }, 'vic', 'commenter')
  history.give({ by: 'ben' }, 'eve', 'viewer')
  history.write({ by: 'ben' }, named('Theirs'))
  expect(typesOf(history)).toEqual(['remove', 'revoke'])
  history.revokeInvite({ by: 'ben' }, link)
  history.remove({ by: 'ben' }, 'eve')
  expect(typesOf(history)).toEqual([])
})

it('attack 32 M4 offers the last word on each thing alone, however many were back-dated', () => {
  const { history, after } = team()
  history.remove({ by: 'alice', after }, 'ann')
  let before: readonly EntryId[] = after
  for (let i = 0; i < 20; i++) {
    before = [history.give({ by: 'ann', after: before }, 'vic', i % 2 ? 'editor' : 'commenter')]
    before = [history.write({ by: 'ann', after: before }, named(`Name ${i}`))]
  }
  expect(history.state().undone).toMatchObject([
    { type: 'set-role', person: vic, role: 'editor' },
    { type: 'rename', name: 'Name 19' },
  ])
})
