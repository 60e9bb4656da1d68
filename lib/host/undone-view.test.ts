import { expect, it } from 'vitest'
import { undoneView } from '#lib/host/undone-view'
import { openUndoneWatch } from '#lib/host/undone-watch'
import { storeOf } from '#lib/testing/lone-replica'
import { createHistory, deviceOf, type History, invitation } from '#lib/testing/membership-history'

const NOW = 1_900_000_000_000

/** ann, whom the owner makes an editor meanwhile, removed eve, made vic an editor, gave a name and took a link back. */
function undoneByDemotion() {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' })
  const link = history.write({ by: 'alice' }, invitation('editor', 1, 'the press'))
  const after = history.heads()
  history.give({ by: 'alice', after }, 'ann', 'editor')
  const removal = history.remove({ by: 'ann', after }, 'eve')
  const role = history.give({ by: 'ann', after: [removal] }, 'vic', 'editor')
  const name = history.write({ by: 'ann', after: [role] }, { type: 'workspace.rename', name: 'Ours' })
  history.revokeInvite({ by: 'ann', after: [name] }, link)
  return history
}
const viewOf = (history: History, who: string, nowMs = NOW) => undoneView(history.state(), deviceOf(who), nowMs)

it('M4 tells whoever may do it again, and how it stands', () => {
  const mine = { by: 'ann', isMine: false, mayRedo: true }
  expect(viewOf(undoneByDemotion(), 'ben')).toMatchObject([
    { ...mine, type: 'remove', name: 'eve', now: 'editor' },
    { ...mine, type: 'set-role', name: 'vic', now: 'viewer', role: 'editor' },
    { ...mine, type: 'rename', name: 'Ours', now: '' },
    { ...mine, type: 'revoke', label: '' },
  ])
})

it('M4 tells who did it in vain, as long as they are here themselves, and nobody else who may not', () => {
  const history = undoneByDemotion()
  const told = viewOf(history, 'ann')
  expect(told.map(({ isMine, mayRedo }) => [isMine, mayRedo])).toEqual(told.map(() => [true, false]))
  expect(told).toHaveLength(4)
  expect([viewOf(history, 'eve'), viewOf(history, 'vic')]).toEqual([[], []])
  history.remove({ by: 'alice' }, 'ann')
  expect(viewOf(history, 'ann')).toEqual([])
})

it('M4 tells an admin nothing of what only the owner may do again', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor' })
  const after = history.heads()
  history.handOver({ by: 'alice', after }, 'ann')
  history.give({ by: 'alice', after }, 'eve', 'admin')
  expect(history.roles()).toMatchObject({ ann: 'owner', eve: 'editor' })
  expect(viewOf(history, 'ben')).toEqual([])
  expect(viewOf(history, 'ann')).toMatchObject([{ type: 'set-role', name: 'eve', role: 'admin', mayRedo: true }])
})

it('M4 I5 tells nothing of a link that has ended meanwhile', () => {
  const types = viewOf(undoneByDemotion(), 'ben', 2_000_000_001_000).map(({ type }) => type)
  expect(types).toEqual(['remove', 'set-role', 'rename'])
})

it('M4 leaves what was put away out, also after a start, and nothing else', async () => {
  const [history, store] = [undoneByDemotion(), await storeOf()]
  const listOf = async () => (await openUndoneWatch(store)).list(history.state(), deviceOf('ben'), NOW)
  const [first, ...others] = await listOf()
  const watch = await openUndoneWatch(store)
  await watch.dismissed(first?.id ?? '')
  await watch.dismissed('new-device/00')
  expect(watch.list(history.state(), deviceOf('ben'), NOW)).toEqual(others)
  expect(await listOf()).toEqual(others)
})
