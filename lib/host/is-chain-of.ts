import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, DeviceId, PersonId } from '#lib/base/ids'
import type { Replica } from '#lib/replica/replica'

/** Whether `writer`, a device or a root, writes in `chain`. */
export function isChainOf(
  replica: Pick<Replica, 'head' | 'deviceOf'>,
  writer: DeviceId | PersonId,
  chain: ChainTag | undefined,
): boolean {
  const head = chain && replica.head(chain)
  const author = head && replica.deviceOf(head)
  return author !== undefined && sameBytes(author, writer)
}
