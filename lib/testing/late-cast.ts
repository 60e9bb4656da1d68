import { createMemoryDisk } from '#lib/storage/memory-storage'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { type Cast, createCast, createSeededCrypto, newcomerKeys, publicKeysOf } from '#lib/testing/simulation-cast'
import { signDeviceKeys } from '#lib/workspace/add-device'
import { boxEpoch } from '#lib/workspace/epoch'

const NAMES = ['alice', 'bob', 'bob 2', 'carol', 'dave', 'vera'] as const

/** The cast of the simulation with carol as an admin and a second device of bob's; everybody knows. */
export async function createLateCast(): Promise<Cast> {
  const cast = await createCast()
  const bob = cast.devices.find(({ name }) => name === 'bob')
  const [epoch] = bob?.keys.epochs ?? []
  if (!bob || !epoch) throw new Error('no bob')
  const { root: _, ...keys } = await newcomerKeys(createSeededCrypto(createSeededRandom(8)), bob.keys)
  const team = await createOfflineTeam({
    ...cast,
    devices: [...cast.devices, { name: 'bob 2', role: 'editor', keys, disk: createMemoryDisk() }],
  })
  const members = await Promise.all(NAMES.map((name) => team.start(name)))
  const memberOf = (wanted: string) => {
    const member = members.find(({ name }) => name === wanted)
    if (!member) throw new Error('nobody')
    return member
  }
  const [alice, laptop] = [memberOf('alice'), memberOf('bob')]
  await alice.operate({ type: 'role.set', member: memberOf('carol').person(), role: 'admin', cuts: [], doors: [] })
  await team.carry(alice, laptop)
  const { workspaceId } = bob.keys
  const publicKeys = publicKeysOf(keys)
  const person = laptop.person()
  await laptop.operate({
    type: 'device.add',
    person,
    keys: publicKeys,
    deviceSignature: await signDeviceKeys(workspaceId, person, publicKeys, keys.device),
    doors: [],
    boxes: [boxEpoch(workspaceId, epoch.secret, [publicKeys.exchangeKey])],
  })
  for (const member of members) if (member !== laptop) await team.carry(laptop, member)
  for (const { replica } of members) await replica.tidy('end')
  const stranger = cast.devices.filter(({ name }) => name === 'alice 2')
  const devices = members.map(({ name, keys: own, disk }) => ({ name, role: 'editor' as const, keys: own, disk }))
  return { ...cast, devices: [...devices, ...stranger] }
}
