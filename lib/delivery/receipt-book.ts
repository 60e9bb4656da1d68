/**
 * What every device proved to have of this device's own edits (R10). Only receipts enter, each once and in the order of
 * its counter; what one of them proved stays proven, so that a short receipt takes nothing back. Pure but for its memory.
 */

import { toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId } from '#lib/base/ids'
import type { Receipt } from '#lib/protocol/receipt'

/** What is known of one other device. */
export interface DeviceProof {
  readonly counter: number
  /** Milliseconds since 1970 by that device's clock, no later than when it came. */
  readonly seenAt: number
  /** Of everything it judged. */
  readonly digest: Uint8Array
  /** Newest proven number by own chain (hex); chains that are not here are not proven at all. */
  readonly newestByChain: ReadonlyMap<string, number>
}

export interface ReceiptBook {
  /** False for a replay, an older one, and one of this very device. `nowMs` is when it came. */
  add(receipt: Receipt, nowMs: number): boolean
  proofOf(device: DeviceId): DeviceProof | undefined
  /** Everything, for the next start. */
  all(): readonly { readonly device: DeviceId; readonly proof: DeviceProof }[]
}

export interface ReceiptBookOptions {
  readonly device: DeviceId
  /** Whether this device wrote that entry: chain, number and the first 8 bytes of the id all fit. */
  readonly isOwn: (chain: ChainTag, seq: number, idPrefix: Uint8Array) => boolean
  /** What an earlier book held. */
  readonly kept?: readonly { readonly device: DeviceId; readonly proof: DeviceProof }[]
}

/** Whoever adds has checked that the receipt's device is a member's. */
export function createReceiptBook({ device, isOwn, kept = [] }: ReceiptBookOptions): ReceiptBook {
  const ownKey = toHex(device)
  const proofs = new Map(kept.map((item) => [toHex(item.device), item]))

  return {
    add(receipt, nowMs) {
      const key = toHex(receipt.device)
      const before = proofs.get(key)?.proof
      if (key === ownKey || (before && receipt.counter <= before.counter)) return false
      const newestByChain = new Map(before?.newestByChain)
      for (const { chain, seq, idPrefix } of receipt.heads) {
        if (!isOwn(chain, seq, idPrefix)) continue
        const chainKey = toHex(chain)
        newestByChain.set(chainKey, Math.max(seq, newestByChain.get(chainKey) ?? 0))
      }
      const seenAt = Math.min(receipt.at, nowMs)
      const proof = { counter: receipt.counter, seenAt, digest: receipt.digest, newestByChain }
      proofs.set(key, { device: receipt.device, proof })
      return true
    },
    proofOf: (other) => proofs.get(toHex(other))?.proof,
    all: () => [...proofs.values()],
  }
}
