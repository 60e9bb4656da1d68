/** Whose the workspace is: one line of owners from the founder on, each handed it by the one before (docs/protocol.md M3). */
import { areConcurrent, isBefore } from '#lib/workspace/causal-order'
import type { LogNode, NodeOf } from '#lib/workspace/log-node'

/** The line of owners; people are hex. There is exactly one owner at any point of the log. */
export interface Ownership {
  readonly founder: string
  /** The owner now. */
  readonly owner: string
  /** The transfers that count; each has seen the one before. */
  readonly transfers: readonly NodeOf<'owner.transfer'>[]
  /** The owner in the past of `node`. */
  ownerAt(node: LogNode): string
  /** Whether `person` is the owner for `node`, or was made it by a transfer that `node` and it know nothing of. */
  isOwnerBeside(person: string, node: LogNode): boolean
}

/** A line of `founder` and those whom `transfers` name, in their order. */
export function createOwnership(founder: string, transfers: Ownership['transfers'] = []): Ownership {
  const ownerAt = (node: LogNode): string =>
    transfers.findLast((transfer) => isBefore(transfer, node))?.target ?? founder
  return {
    founder,
    owner: transfers.at(-1)?.target ?? founder,
    transfers,
    ownerAt,
    isOwnerBeside: (person, node) =>
      ownerAt(node) === person ||
      transfers.some((transfer) => transfer.target === person && areConcurrent(transfer, node)),
  }
}
