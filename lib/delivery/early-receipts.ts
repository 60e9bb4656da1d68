/**
 * Receipts whose sender the log does not name yet (R10): they may overtake the entries that let the sender in. Kept until it
 * does, of each sender what they told together, and no more senders than a bound: whoever has the epoch's key can sign for
 * any number of them. Pure but for its memory.
 */

import { toHex } from '#lib/base/bytes'
import type { DeviceId, EpochTag } from '#lib/base/ids'
import { MAX_RECEIPT_HEADS, type Receipt } from '#lib/protocol/receipt'

export interface EarlyReceipt {
  readonly receipt: Receipt
  /** The epoch under which it was sealed. */
  readonly epoch: EpochTag
}

export interface EarlyReceipts {
  /** An older one than what is kept is dropped. */
  keep(early: EarlyReceipt): void
  /** Those of senders who are known now, which are kept no longer. */
  take(isKnown: (sender: DeviceId) => boolean): readonly EarlyReceipt[]
}

export const MAX_EARLY_SENDERS = 128

export function createEarlyReceipts(): EarlyReceipts {
  /** By sender (hex), who spoke last at the end. */
  const kept = new Map<string, EarlyReceipt>()

  return {
    keep({ receipt, epoch }) {
      const key = toHex(receipt.device)
      const before = kept.get(key)?.receipt
      if (before && before.counter >= receipt.counter) return
      kept.delete(key)
      kept.set(key, { receipt: before ? joined(before, receipt) : receipt, epoch })
      const [first] = kept.keys()
      if (kept.size > MAX_EARLY_SENDERS && first !== undefined) kept.delete(first)
    },
    take(isKnown) {
      const taken = [...kept].filter(([, { receipt }]) => isKnown(receipt.device))
      for (const [key] of taken) kept.delete(key)
      return taken.map(([, early]) => early)
    },
  }
}

/** The later one tells what is new; what the one before told stays true. */
function joined(before: Receipt, after: Receipt): Receipt {
  const told = new Set(after.heads.map(({ chain }) => toHex(chain)))
  const older = before.heads.filter(({ chain }) => !told.has(toHex(chain)))
  return { ...after, heads: [...after.heads, ...older].slice(0, MAX_RECEIPT_HEADS) }
}
