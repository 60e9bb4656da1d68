import { toHex } from '#lib/base/bytes'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'

/** Every epoch whose secret is held, the newest first: under that one this device speaks, under any it listens. */
export function newestEpochs({ keys, membership }: Pick<Replica, 'keys' | 'membership'>): readonly HeldEpoch[] {
  const state = membership.current()
  const inLog = state ? [state.epoch, ...state.epochs.toReversed()] : []
  const held = new Map(keys.all().map((epoch) => [toHex(epoch.tag), epoch]))
  const newest = inLog.flatMap(({ tag }) => held.get(toHex(tag)) ?? [])
  return [...new Set([...newest, ...[...held.values()].reverse()])]
}
