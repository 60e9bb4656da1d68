import { expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { addOwnDevice } from '#lib/host/add-own-device'
import { renewKeys } from '#lib/host/renew-keys'
import { writeOperation } from '#lib/host/write-operation'
import { entryKind } from '#lib/protocol/entry-kind'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createDeviceKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Genesis } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'

/** A founder's device that is told that its profile was copied; `saves`: whether the disk takes the new keys. */
async function copied({ saves = true } = {}) {
  const crypto = createNodeCrypto()
  const [keys, store] = [await found(), await storeOf()]
  const { replica } = await replicaOf(keys, store)
  const genesis = keys.genesis && decodeOperation(entryKind.genesis, keys.genesis)
  if (!genesis?.ok) throw new Error('no workspace')
  const own = keys.device.publicKey as DeviceId
  const append: Parameters<typeof addOwnDevice>[0]['append'] = (asked) => writeOperation(replica, own, asked)
  const addition = { replica, keys, genesis: genesis.value as Genesis, crypto, random: createSeededRandom(5), append }
  const saved: WorkspaceKeys[] = []
  const revoked: string[] = []
  const renewed = await renewKeys({
    ...{ keys, replica },
    createDeviceKeys: () => createDeviceKeys(crypto, undefined),
    async saveKeys(one) {
      if (!saves) return err({ type: 'storage-full' })
      saved.push(one)
      return ok(undefined)
    },
    addDevice: (device, name) => addOwnDevice(addition, device, name),
    async revokeDevice(device) {
      revoked.push(device)
      return ok(undefined)
    },
  })
  return { keys, store, replica, renewed, saved, revoked }
}

it('attack 8 E2 gives a copied profile keys of its own: it opens all it has as another device of the same person', async () => {
  const { keys, store, replica, renewed, saved } = await copied()
  if (!renewed.ok) throw new Error(renewed.error.type)
  expect(saved).toEqual([renewed.value])
  const pairs = (['device', 'exchange', 'relay'] as const).map((name) => [
    toHex(keys[name].publicKey),
    toHex(renewed.value[name].publicKey),
  ])
  for (const [before, after] of pairs) expect(after).not.toBe(before)
  const [member, ...others] = [...(replica.membership.current()?.members.values() ?? [])]
  expect(others).toEqual([])
  expect(member?.devices.map(({ device }) => toHex(device)).sort()).toEqual([...(pairs[0] ?? [])].sort())
  expect(renewed.value.root).toBe(keys.root)

  await replica.close()
  const again = await replicaOf(renewed.value, store)
  const opened = await again.replica.open(new Uint8Array([...new TextEncoder().encode('index')]) as never)
  expect(opened.ok && opened.value.slots.length).toBe(16)
})

it('E2 leaves a device as it is where its new keys cannot be kept', async () => {
  const { renewed, revoked, replica, keys } = await copied({ saves: false })
  expect(renewed).toEqual(err({ type: 'storage-failed' }))
  const fresh = [...(replica.membership.current()?.devices.values() ?? [])].filter(
    ({ device }) => toHex(device) !== toHex(keys.device.publicKey),
  )
  expect(fresh).toHaveLength(1)
  expect(revoked).toEqual(fresh.map(({ device }) => toBase64Url(device)))
})

it('E2 gives no keys to a device that is not of the workspace any more', async () => {
  const team = await createOfflineTeam()
  const [alice, bob] = [await team.start('alice'), await team.start('bob')]
  const member = bob.person()
  await alice.operate({
    ...{ type: 'member.remove', member, cuts: await alice.replica.cutOf({ person: member }) },
    ...{ keptInvites: [], doors: [], rotation: undefined },
  })
  await team.carry(alice, bob)
  const never = async () => {
    throw new Error('asked')
  }
  const asking = { createDeviceKeys: never, saveKeys: never }
  const { keys, replica } = bob
  expect(await renewKeys({ ...asking, keys, replica, addDevice: never, revokeDevice: never })).toEqual(
    err({ type: 'not-allowed' }),
  )
})
