import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EpochTag } from '#lib/base/ids'
import type { ReceiptListeners } from '#lib/delivery/receipt-sender'
import type { Head } from '#lib/sync/entry-source'

export interface ReceiptListenersOptions {
  readonly device: DeviceId
  /** Under which receipts are sealed now. */
  epoch(): EpochTag | undefined
  authorOf(head: Head): DeviceId | undefined
}

/**
 * Whom a receipt of `news` has to reach (R10). An edit concerns its author alone, since nobody else believes what is said of
 * it. The log concerns everybody, as does the first word under a new epoch: it says that this device has the secret.
 */
export function createReceiptListeners({
  device,
  epoch,
  authorOf,
}: ReceiptListenersOptions): (news: readonly Head[]) => ReceiptListeners {
  let announced: EpochTag | undefined

  return (news) => {
    const now = epoch()
    const isEpochNew = now !== undefined && !(announced && sameBytes(announced, now))
    const listeners = new Set<string>()
    let isForAll = isEpochNew
    for (const head of news) {
      const author = head.lane === 'log' ? undefined : authorOf(head)
      if (!author) isForAll = true
      else if (!sameBytes(author, device)) listeners.add(toHex(author))
    }
    if (isForAll) announced = now
    return isForAll ? 'everybody' : listeners
  }
}
