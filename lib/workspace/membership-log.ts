/**
 * The membership log of one workspace as this device has it: a growing set of operations, and what they amount to at any
 * heads (docs/protocol.md M1, M2). The order of delivery and duplicates never matter.
 */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId, EpochTag, WorkspaceId } from '#lib/base/ids'
import { isBefore, isInPast, maximalOf, pastOf } from '#lib/workspace/causal-order'
import { workspaceIdOf } from '#lib/workspace/genesis'
import { type HandedOut, handedOutBy } from '#lib/workspace/handed-out'
import type { LogEntry, LogNode } from '#lib/workspace/log-node'
import type { MembershipState } from '#lib/workspace/membership-state'
import { createNodeTable } from '#lib/workspace/node-table'
import type { Operation } from '#lib/workspace/operation'
import { resolveMembership } from '#lib/workspace/resolve-membership'

/** What became of an entry. */
export type AddOutcome =
  /** It is in, and with it those that had waited for it. */
  | { readonly type: 'added'; readonly ids: readonly EntryId[] }
  | { readonly type: 'known' }
  /** It waits here for these. */
  | { readonly type: 'waiting'; readonly missing: readonly EntryId[] }
  /** No place to wait left: hand it in again later. */
  | { readonly type: 'full' }
  /** A genesis of another workspace, or an operation with no parents that is none. */
  | { readonly type: 'foreign' }

/** The operations that this device has, and what they come to. */
export interface MembershipLog {
  readonly workspaceId: WorkspaceId
  /** Takes an authentic entry of the log channel, in any order. */
  add(entry: LogEntry): AddOutcome
  has(id: EntryId): boolean
  operation(id: EntryId): Operation | undefined
  /** Everything that is in, each after its parents. */
  entries(): readonly LogEntry[]
  /** Operations that nothing builds on yet, sorted; empty before the genesis. An `mh` has room for eight (E4). */
  heads(): readonly EntryId[]
  /** Whether `heads` have seen all of `others`; false if any of them is missing here. */
  covers(heads: readonly EntryId[], others: readonly EntryId[]): boolean
  /** What the log says without these operations and all that has seen them: its ends then. */
  headsWithout(operations: readonly EntryId[]): readonly EntryId[]
  /** Every operation that hands out secrets, whether it counts or not, each after those that it has seen (K2). */
  handedOut(): readonly HandedOut[]
  /** Who may do what after exactly these heads and their past; `undefined` where one is missing. */
  stateAt(heads: readonly EntryId[]): MembershipState | undefined
  /** State at all heads; `undefined` before the genesis. */
  current(): MembershipState | undefined
  readonly size: number
}

const STATES_KEPT = 256
const MAX_WAITING = 4096

/** `firstEpoch` is the tag of E_0, which every member holds; the genesis commits to it. */
export function createMembershipLog(workspaceId: WorkspaceId, firstEpoch: EpochTag): MembershipLog {
  const table = createNodeTable(workspaceId)
  const heads = new Map<string, EntryId>()
  const handedOut: HandedOut[] = []
  const waiting = new Map<string, LogEntry>()
  const waitingFor = new Map<string, string[]>()
  const states = new Map<string, MembershipState>()
  /** At all heads, since the last operation came in: asked for at every entry. */
  let newest: MembershipState | undefined

  function place(entry: LogEntry): void {
    const node = table.add(entry)
    for (const parent of entry.parents) heads.delete(toHex(parent))
    heads.set(node.id, entry.id)
    newest = undefined
    const handed = handedOutBy(entry)
    if (handed) handedOut.push(handed)
  }

  /** Those that waited for `id` and now have all their parents. */
  function released(id: string): LogEntry[] {
    const children = waitingFor.get(id) ?? []
    waitingFor.delete(id)
    return children.flatMap((child) => {
      const entry = waiting.get(child)
      if (!entry || missingOf(entry).length > 0) return []
      waiting.delete(child)
      return [entry]
    })
  }

  const missingOf = (entry: LogEntry): EntryId[] => entry.parents.filter((id) => !table.get(toHex(id)))

  function wait(entry: LogEntry, missing: readonly EntryId[]): void {
    const id = toHex(entry.id)
    waiting.set(id, entry)
    for (const parent of missing) waitingFor.set(toHex(parent), [...(waitingFor.get(toHex(parent)) ?? []), id])
  }

  function nodesOf(ids: readonly EntryId[]): LogNode[] | undefined {
    const nodes = ids.map((id) => table.get(toHex(id)))
    return nodes.every((node) => node !== undefined) ? nodes : undefined
  }

  function stateAt(at: readonly EntryId[]): MembershipState | undefined {
    const nodes = nodesOf(at)
    if (!nodes || nodes.length === 0) return undefined
    const key = at.map(toHex).sort().join('')
    const state = states.get(key) ?? resolve(pastOf(nodes))
    states.delete(key)
    states.set(key, state)
    const oldest = states.size > STATES_KEPT ? states.keys().next().value : undefined
    if (oldest !== undefined) states.delete(oldest)
    return state
  }

  const resolve = (past: Uint32Array): MembershipState => {
    const seen = table.ordered.filter((node) => isInPast(past, node))
    return resolveMembership(workspaceId, firstEpoch, seen)
  }

  const sortedHeads = (): EntryId[] => [...heads.values()].sort(compareBytes)

  return {
    workspaceId,
    add(entry) {
      const id = toHex(entry.id)
      if (table.get(id)) return { type: 'known' }
      if (entry.parents.length === 0 && !isOwnGenesis(entry, workspaceId)) return { type: 'foreign' }
      const missing = missingOf(entry)
      if (missing.length > 0) {
        if (!waiting.has(id) && waiting.size >= MAX_WAITING) return { type: 'full' }
        if (!waiting.has(id)) wait(entry, missing)
        return { type: 'waiting', missing }
      }
      const added: EntryId[] = []
      const ready = [entry]
      for (let next = ready.pop(); next; next = ready.pop()) {
        place(next)
        added.push(next.id)
        ready.push(...released(toHex(next.id)))
      }
      return { type: 'added', ids: added }
    },
    has: (id) => table.get(toHex(id)) !== undefined,
    operation: (id) => table.get(toHex(id))?.operation,
    entries: () => table.ordered.map(({ entry }) => entry),
    heads: sortedHeads,
    covers(seeing, others) {
      const from = nodesOf(seeing)
      const seen = nodesOf(others)
      if (!from || !seen) return false
      const past = pastOf(from)
      return seen.every((node) => isInPast(past, node))
    },
    headsWithout(operations) {
      const without = operations.flatMap((id) => table.get(toHex(id)) ?? [])
      const left = table.ordered.filter((node) => !without.some((gone) => gone === node || isBefore(gone, node)))
      return maximalOf(left)
        .map(({ entry }) => entry.id)
        .sort(compareBytes)
    },
    handedOut: () => handedOut,
    stateAt,
    current() {
      newest ??= stateAt(sortedHeads())
      return newest
    },
    get size() {
      return table.ordered.length
    },
  }
}

const isOwnGenesis = ({ operation, proofsValid }: LogEntry, workspaceId: WorkspaceId): boolean =>
  operation.type === 'genesis' && proofsValid && sameBytes(workspaceIdOf(operation), workspaceId)
