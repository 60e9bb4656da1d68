import { toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { EntryId } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import type { Replica } from '#lib/replica/replica'
import { badBoxes } from '#lib/workspace/epoch'
import type { IsBad } from '#lib/workspace/key-duties'
import { partsOfEpoch } from '#lib/workspace/key-duties'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { EpochBoxes } from '#lib/workspace/operation'

/**
 * Builds the boxes of the newest epoch again, a few at a time, and finds those that whoever handed them out spoilt (K1):
 * nobody is locked out unnoticed.
 */
export interface BoxInspection {
  /** Goes on with what was not looked at yet, if this device holds the secret. */
  look(): void
  readonly isBad: IsBad
  /** Operations with a bad box in them. */
  bad(): readonly EntryId[]
  close(): void
}

/** Some milliseconds of work at a time. */
const BOXES_AT_ONCE = 16
const PAUSE_MS = 200

export function createBoxInspection(
  { keys, membership }: Pick<Replica, 'keys' | 'membership'>,
  crypto: Pick<Crypto, 'exchangeKey'>,
  clock: Clock,
  onFound: () => void,
): BoxInspection {
  const looked = new Set<string>()
  const found = new Map<string, EntryId>()
  const badKeys = new Set<string>()
  const queue: { readonly operation: EntryId; readonly boxes: EpochBoxes }[] = []
  let cancel: Cancel | undefined
  /** The log and the number of secrets when there was nothing more to look at. */
  let filled: { readonly state: MembershipState | undefined; readonly held: number } | undefined

  function fill(): void {
    const state = membership.current()
    const held = keys.all().length
    if (filled?.state === state && filled?.held === held) return
    filled = { state, held }
    const parts = new Set(state ? partsOfEpoch(state).map(toHex) : [])
    for (const { operation, boxes } of membership.handedOut()) {
      for (const one of boxes) {
        const key = `${toHex(operation)}/${toHex(one.epoch)}`
        if (!parts.has(toHex(one.epoch)) || looked.has(key) || !keys.secretOf(one.epoch)) continue
        looked.add(key)
        for (let i = 0; i < one.boxes.length; i += BOXES_AT_ONCE) {
          queue.push({ operation, boxes: { ...one, boxes: one.boxes.slice(i, i + BOXES_AT_ONCE) } })
        }
      }
    }
  }

  async function inspect(): Promise<void> {
    const next = queue.shift()
    cancel = next ? clock.after(PAUSE_MS, () => void inspect()) : undefined
    const secret = next && keys.secretOf(next.boxes.epoch)
    if (!next || !secret) return
    const bad = await badBoxes(crypto, keys.workspaceId, next.boxes, secret)
    for (const recipient of bad) badKeys.add(`${toHex(next.operation)}/${toHex(recipient)}`)
    if (bad.length === 0) return
    found.set(toHex(next.operation), next.operation)
    onFound()
  }

  return {
    look() {
      fill()
      if (queue.length > 0) cancel ??= clock.after(PAUSE_MS, () => void inspect())
    },
    isBad: (operation, recipient) => badKeys.has(`${toHex(operation)}/${toHex(recipient)}`),
    bad: () => [...found.values()],
    close: () => cancel?.(),
  }
}
