import { expect, it } from 'vitest'
import type { RelayTrouble } from '#lib/host/host-relays'
import { standingFacts } from '#lib/host/standing-facts'
import { createHistory, deviceOf } from '#lib/testing/membership-history'

/** Two people used at once a link that works once. */
function usedTwice() {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor', ed: 'editor', vic: 'viewer' })
  const link = history.invite({ by: 'ann' }, 'editor', 1)
  history.admit({ by: 'eve', after: [link] }, 'first', link)
  history.admit({ by: 'ed', after: [link] }, 'second', link)
  return { history, link }
}
const typesFor = (history: ReturnType<typeof createHistory>, who: string, relayTrouble?: RelayTrouble) =>
  standingFacts(history.state(), deviceOf(who), relayTrouble).map(({ type }) => type)

it('attack 49 I3 tells whoever may revoke of an invitation that was used twice, until it is revoked', () => {
  const { history, link } = usedTwice()
  expect(typesFor(history, 'ann')).toEqual(['invitation-used-twice'])
  expect(typesFor(history, 'vic')).toEqual([])
  history.revokeInvite({ by: 'ann' }, link)
  expect(typesFor(history, 'ann')).toEqual([])
})

it('R3 tells of a relay that lets this device in no more', () => {
  const { history } = usedTwice()
  expect(typesFor(history, 'vic', 'relay-refused')).toEqual(['relay-refused'])
})

it('R4 tells of a relay that has no room left', () => {
  const { history } = usedTwice()
  expect(typesFor(history, 'vic', 'relay-full')).toEqual(['relay-full'])
})

it('M4 tells the owner of a transfer that does not count, until they go on', () => {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin' })
  const after = history.heads()
  history.handOver({ by: 'alice', after }, 'ann')
  history.remove({ by: 'alice', after }, 'ann')
  expect(typesFor(history, 'alice')).toEqual(['transfer-contested'])
  expect(typesFor(history, 'ben')).toEqual([])
  history.handOver({ by: 'alice' }, 'ben')
  expect(typesFor(history, 'alice')).toEqual([])
})

it('M5 tells everybody that the workspace needs a newer version', () => {
  const { history } = usedTwice()
  history.write({ by: 'alice' }, { type: 'unknown', kind: 200 })
  expect(typesFor(history, 'vic')).toEqual(['needs-newer-version'])
})
