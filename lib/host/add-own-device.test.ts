import { expect, it } from 'vitest'
import type { DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { addOwnDevice } from '#lib/host/add-own-device'
import { writeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { signDeviceKeys } from '#lib/workspace/add-device'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { Genesis } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'

it('attack 52 V1 gives no secrets to other keys in the name of a device that is in', async () => {
  const crypto = createNodeCrypto()
  const random = createSeededRandom(5)
  const keys = await found()
  const { replica } = await replicaOf(keys, await storeOf())
  const genesis = keys.genesis && decodeOperation(entryKind.genesis, keys.genesis)
  const own = keys.device.publicKey as DeviceId
  const person = [...(replica.membership.current()?.members.values() ?? [])][0]?.person
  if (!genesis?.ok || !person) throw new Error('no workspace')
  const publicKeys = {
    device: own,
    exchangeKey: (await crypto.exchangeKey()).publicKey as ExchangePublicKey,
    relayKey: (await crypto.signingKey()).publicKey as RelayKey,
  }
  const append = (...asked: [Parameters<typeof writeOperation>[2]]) => writeOperation(replica, own, ...asked)
  const addition = { replica, keys, genesis: genesis.value as Genesis, crypto, random, append }
  for (const deviceSignature of [
    new Uint8Array(64) as never,
    await signDeviceKeys(keys.workspaceId, person, publicKeys, keys.device),
  ]) {
    const requested = { workspaceId: keys.workspaceId, keys: publicKeys, deviceSignature }
    expect(await addOwnDevice(addition, requested, 'Laptop')).toMatchObject({ ok: false })
  }
})
