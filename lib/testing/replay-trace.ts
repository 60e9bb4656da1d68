import type { Trace, TraceTransaction } from '#lib/testing/load-trace'

/** What a transaction takes in before it is made, and where it stands. */
export interface ReplayedTransaction {
  readonly transaction: TraceTransaction
  readonly agent: number
  /** Indices of the transactions that its writer sees now and did not see before, in order. */
  readonly followed: readonly number[]
}

/** A trace in order, with what each writer has to take in before each of their transactions. */
export function* replayTrace({ txns }: Trace): Generator<ReplayedTransaction> {
  const seenBy = new Map<number, Set<number>>()
  for (const [i, transaction] of txns.entries()) {
    const { agent = 0, parents = [] } = transaction
    const seen = seenBy.get(agent) ?? new Set()
    seenBy.set(agent, seen)
    const followed: number[] = []
    for (const open = [...parents]; open.length > 0; ) {
      const parent = open.pop() ?? 0
      if (seen.has(parent)) continue
      seen.add(parent)
      followed.push(parent)
      open.push(...(txns[parent]?.parents ?? []))
    }
    yield { transaction, agent, followed: followed.sort((a, b) => a - b) }
    seen.add(i)
  }
}
