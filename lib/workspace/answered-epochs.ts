/** Which epochs somebody had of those who let them in (docs/protocol.md K2). */
import { toHex } from '#lib/base/bytes'
import type { EpochTag } from '#lib/base/ids'
import { epochTagOf } from '#lib/protocol/derive'
import type { HandedOut } from '#lib/workspace/handed-out'

/**
 * By exchange key (hex): the epochs (hex) that stood in the log when whoever has it was let in. That a later rotation wraps
 * an older epoch helps nobody who lacks it: such a rotation is an entry under the very epoch that it wraps.
 */
export function answeredEpochs(handed: readonly HandedOut[]): ReadonlyMap<string, ReadonlySet<string>> {
  const follows = wrapsByEpoch(handed)
  const before = new Map<string, ReadonlySet<string>>()
  const answered = new Map<string, Set<string>>()
  for (const { boxes, isWelcome } of handed) {
    for (const given of isWelcome ? boxes : []) {
      const epoch = toHex(given.epoch)
      const all = before.get(epoch) ?? allBefore(epoch, follows)
      before.set(epoch, all)
      for (const { recipient } of given.boxes) {
        const key = toHex(recipient)
        const had = answered.get(key)
        answered.set(key, had ? new Set([...had, ...all]) : new Set(all))
      }
    }
  }
  return answered
}

/** By epoch (hex): those that its rotations wrap. */
export function wrapsByEpoch(handed: readonly HandedOut[]): ReadonlyMap<string, readonly EpochTag[]> {
  const wraps = new Map<string, readonly EpochTag[]>()
  for (const { rotation } of handed) {
    if (!rotation) continue
    const key = toHex(epochTagOf(rotation.commitment))
    wraps.set(key, [...(wraps.get(key) ?? []), ...rotation.wraps.map(({ epoch }) => epoch)])
  }
  return wraps
}

/** An epoch and all before it, as far as each rotation hands on what it follows. */
export function allBefore(epoch: string, wraps: ReadonlyMap<string, readonly EpochTag[]>): ReadonlySet<string> {
  const reached = new Set<string>()
  for (const open = [epoch]; open.length > 0; ) {
    const tag = open.pop() ?? ''
    if (reached.has(tag)) continue
    reached.add(tag)
    open.push(...(wraps.get(tag) ?? []).map(toHex))
  }
  return reached
}
