import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { openForkWatch } from '#lib/host/fork-watch'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { storeOf } from '#lib/testing/lone-replica'
import { createOfflineTeam } from '#lib/testing/offline-team'

it('attack 7 E3 tells after a restart of a device that told two stories, until that is put away, and of its next one', async () => {
  const team = await createOfflineTeam()
  const [alice, bob] = [await team.start('alice'), await team.start('bob')]
  const copy = await team.start('bob', copyMemoryDisk(bob.disk))
  await bob.type('one')
  await copy.type('other')
  await team.carry(bob, alice)
  await team.carry(copy, alice)
  const { replica } = await team.start('alice', alice.disk)
  const state = replica.membership.current()
  if (!state) throw new Error('no log')
  const store = await storeOf()
  const watch = await openForkWatch(store, replica)
  const fact = { type: 'forked-chain', key: toHex(bob.device), who: state.members.get(toHex(bob.person()))?.name }
  expect(watch.facts(state)).toEqual([fact])
  await watch.dismissed(`forked-chain/${toHex(alice.device)}`)
  expect(watch.facts(state)).toHaveLength(1)
  await watch.dismissed(`forked-chain/${toHex(bob.device)}`)
  expect(watch.facts(state)).toEqual([])

  const again = await openForkWatch(store, replica)
  expect(again.facts(state)).toEqual([])
  const other = { chain: new Uint8Array(16) as ChainTag, device: bob.device }
  const further = await openForkWatch(store, { forks: () => [...replica.forks(), other] })
  expect(further.facts(state)).toEqual([fact])
})
