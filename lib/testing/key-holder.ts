/** Somebody of an offline team whose client keeps the keys, as the leading tab does. */

import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { createActsOfPower } from '#lib/host/acts-of-power'
import { createKeyKeeper } from '#lib/host/key-keeper'
import { type MakeOperation, writeOperation } from '#lib/host/write-operation'
import type { MemoryDisk } from '#lib/storage/memory-storage'
import type { createOfflineTeam } from '#lib/testing/offline-team'

export type OfflineTeam = Awaited<ReturnType<typeof createOfflineTeam>>
export type KeyHolder = Awaited<ReturnType<typeof startKeyHolder>>

/** With a `disk`: the same person after a restart, whose key ring holds nothing but the first secret. */
export async function startKeyHolder(team: OfflineTeam, name: string, clock: Clock, random: Random, disk?: MemoryDisk) {
  const mate = await team.start(name, disk)
  const { replica, keys } = mate
  const device = keys.device.publicKey as DeviceId
  const operate = async (make: MakeOperation) => {
    const done = await writeOperation(replica, device, make)
    keeper.changed()
    return done
  }
  const crypto = createNodeCrypto()
  const saved: string[] = []
  const keeper = createKeyKeeper({
    ...{ replica, device, exchange: keys.exchange, crypto, clock, random, operate },
    save: async (epochs) => void saved.push(...epochs.map(({ tag }) => toHex(tag))),
    onChange() {},
  })
  const acts = createActsOfPower({ replica, device, relayKey: keys.relay, crypto, random, operate })
  return {
    ...{ name, mate, replica, keys, device, keeper, acts, saved },
    id: () => toBase64Url(mate.person()),
    epoch: () => toHex(replica.membership.current()?.epoch.tag ?? new Uint8Array()),
    holds: () => !keeper.isLacking(),
    type: mate.type,
    text: () => mate.text(),
  }
}

/** Everything that `from` holds reaches the others, and they look at what they got. */
export async function bring(team: OfflineTeam, from: KeyHolder, ...to: readonly KeyHolder[]): Promise<void> {
  await from.keeper.settled()
  await team.carry(from.mate, ...to.map(({ mate }) => mate))
  for (const { keeper } of to) {
    keeper.changed()
    await keeper.settled()
  }
}
