import { expect, it } from 'vitest'
import { buildHostView, draftView, type HostFacts } from '#lib/host/host-view'
import { createHistory, deviceOf } from '#lib/testing/membership-history'

/** alice owns, eve edits, and something of eve's waits for alice. */
function team() {
  const history = createHistory()
  history.settle({ eve: 'editor' })
  const { delivery: none, ...draft } = draftView('Eve')
  const delivery: HostFacts['delivery'] = { ...none, pill: { type: 'connecting' }, people: [] }
  const facts = { ...draft, delivery, device: deviceOf('eve'), ownName: 'Eve', nowMs: 0, channelsByPerson: new Map() }
  const viewOf = (standing: HostFacts['standing']) => buildHostView(history.state(), { ...facts, standing })
  return { viewOf, history }
}

it('R10 says nothing of what is on its way to somebody who is not in any more, however they went', () => {
  const { viewOf } = team()
  expect(viewOf({ type: 'member' }).delivery.pill).toEqual({ type: 'connecting' })
  for (const type of ['left', 'device-revoked', 'not-let-in'] as const)
    expect(viewOf({ type }).delivery).toMatchObject({ pill: { type: 'ended' }, people: [] })
  expect(viewOf({ type: 'removed', by: 'Alice' }).delivery.pill).toEqual({ type: 'ended' })
})
