import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { buildHostView, draftView, type HostFacts } from '#lib/host/host-view'
import { createHistory, deviceOf, personOf } from '#lib/testing/membership-history'

/** alice owns, eve edits, and something of eve's waits for alice. */
function team() {
  const history = createHistory()
  history.settle({ eve: 'editor' })
  const { delivery: none, ...draft } = draftView('Eve')
  const delivery: HostFacts['delivery'] = { ...none, pill: { type: 'connecting' }, people: [] }
  const channelsByPerson = new Map([[toHex(personOf('alice')), []]])
  const facts = { ...draft, delivery, device: deviceOf('eve'), ownName: 'Eve', nowMs: 0, channelsByPerson }
  const viewOf = (standing: HostFacts['standing']) => buildHostView(history.state(), { ...facts, standing })
  return { viewOf, history }
}

it('R7 shows nobody as here to somebody who is not in any more, whatever was heard last', () => {
  const { viewOf } = team()
  const online = (standing: HostFacts['standing']) => viewOf(standing).members.map((person) => person.online)
  expect(online({ type: 'member' })).toEqual([true, true])
  expect(online({ type: 'removed', by: 'Alice' })).toEqual([false, true])
})

it('R10 says nothing of what is on its way to somebody who is not in any more, however they went', () => {
  const { viewOf } = team()
  expect(viewOf({ type: 'member' }).delivery.pill).toEqual({ type: 'connecting' })
  for (const type of ['left', 'device-revoked', 'not-let-in'] as const)
    expect(viewOf({ type }).delivery).toMatchObject({ pill: { type: 'ended' }, people: [] })
  expect(viewOf({ type: 'removed', by: 'Alice' }).delivery.pill).toEqual({ type: 'ended' })
})
