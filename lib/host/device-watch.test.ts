import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { deviceFacts, openDeviceWatch } from '#lib/host/device-watch'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { createHistory, deviceOf, type History } from '#lib/testing/membership-history'

/** alice with a laptop, ann with two devices from before she looked. */
function team(): History {
  const history = createHistory()
  history.settle({ ann: 'editor' })
  return history
}

async function watching(history: History, name: string, which = 'laptop', hasRoot = false, disk = createMemoryDisk()) {
  const store = await openMemoryStorage(disk).workspace('00')
  if (!store.ok) throw new Error('no store')
  const membership = history.log()
  const device = deviceOf(name, which)
  const watch = await openDeviceWatch({ store: store.value, membership, device, hasRoot })
  const state = membership.current()
  return { watch, facts: state ? watch.facts(state) : [], disk }
}

it('V1 tells of a new device of one’s own and of others’, until it is put away for good', async () => {
  const history = team()
  history.addDevice({ by: 'alice' }, 'phone')
  history.addDevice({ by: 'ann' }, 'phone')
  history.write({ by: 'alice' }, { type: 'device.name', device: deviceOf('alice', 'phone'), name: 'Phone' })
  const { watch, facts, disk } = await watching(history, 'alice')
  const [own, anns] = [deviceOf('alice', 'phone'), deviceOf('ann', 'phone')].map(toHex)
  expect(facts).toMatchObject([
    { type: 'own-new-device', key: own, who: 'Phone' },
    { type: 'new-device', key: anns },
  ])
  await watch.dismissed(`own-new-device/${own}`)
  await watch.dismissed(`new-device/${anns}`)
  await watch.dismissed('new-device/nonsense')
  expect((await watching(history, 'alice', 'laptop', false, disk)).facts).toEqual([])
})

it('V1 tells a device nothing of those that were there before it, nor of a new member’s first', async () => {
  const history = team()
  history.addDevice({ by: 'ann' }, 'phone')
  history.addDevice({ by: 'alice' }, 'phone')
  history.settle({ eve: 'viewer' })
  expect((await watching(history, 'alice', 'phone')).facts).toEqual([])
})

it('V1 tells nothing of a device that was revoked, or that the person here brought in', async () => {
  const history = team()
  history.addDevice({ by: 'ann' }, 'phone')
  history.revokeDevice({ by: 'ann' }, deviceOf('ann', 'phone'))
  history.addDevice({ by: 'alice' }, 'phone')
  const { watch, disk } = await watching(history, 'alice')
  await watch.note(deviceOf('alice', 'phone'))
  expect((await watching(history, 'alice', 'laptop', false, disk)).facts).toEqual([])
})

it('V2 offers to look at the others once a device came back by its root', async () => {
  const history = team()
  history.addDevice({ by: 'alice', device: 'root' }, 'fresh')
  expect((await watching(history, 'alice', 'fresh', true)).facts).toMatchObject([{ type: 'recovered' }])
  expect((await watching(history, 'alice', 'fresh', false)).facts).toEqual([])
  history.revokeDevice({ by: 'alice', device: 'fresh' }, deviceOf('alice'))
  expect((await watching(history, 'alice', 'fresh', true)).facts).toEqual([])
})

it('V1 says the stronger word alone about somebody whose number was compared', () => {
  const news = [{ type: 'new-device', key: '1', who: 'Ann' } as const, { type: 'own-new-device', key: '2' } as const]
  const verified = [{ type: 'verified-new-device', key: '3', who: 'Ann' } as const]
  const isAnns = (device: string) => device === '1'
  expect(deviceFacts(news, verified, isAnns)).toEqual([news[1], verified[0]])
  expect(deviceFacts(news, [], isAnns)).toEqual([news[1]])
  expect(deviceFacts(news, [], () => false)).toEqual(news)
})
