/** What people are told of the workspace's keys. */
import { toBase64Url } from '#lib/base/base64url'
import { fromHex, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { KeyKeeper } from '#lib/host/key-keeper'
import type { StandingFact } from '#lib/host/notice-board'

/** What a person may know about the keys of the workspace. */
export interface KeysView {
  /** Others write under keys that this device does not have yet (K2). */
  readonly lacking: boolean
  /** New keys are due, say because somebody left, and no admin's device made them yet. */
  readonly due: boolean
  /** Devices, as in `DeliveryPerson`, that said something under the newest keys. */
  readonly heldBy: readonly string[]
}

/** `holders`: other devices (hex) that have the newest keys. */
export function keysView(keeper: KeyKeeper, holders: ReadonlySet<string>, device: DeviceId): KeysView {
  const lacking = keeper.isLacking()
  const others = [...holders].flatMap((key) => fromHex(key) ?? [])
  return { lacking, due: keeper.isDue(), heldBy: [...(lacking ? [] : [device]), ...others].map(toBase64Url) }
}

/** What is wrong with the keys, as long as it lasts. */
export const keyFacts = (keeper: KeyKeeper, nameOf: (device: DeviceId) => string): readonly StandingFact[] => [
  ...keeper.cheats().map((device) => ({ type: 'box-spoilt', key: toHex(device), who: nameOf(device) }) as const),
  ...(keeper.isLackingLong() ? [{ type: 'keys-missing', key: '' } as const] : []),
  ...(keeper.isUncleanLong() ? [{ type: 'unclean-epoch', key: '' } as const] : []),
]
