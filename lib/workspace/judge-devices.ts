/**
 * Which devices speak for their person, each operation judged by its own past alone (M3). Only the root can undo a
 * revocation, so two devices that revoke each other are both out until it signs (V3).
 */
import { groupBy, pushTo } from '#lib/base/group-by'
import { areConcurrent, isBefore } from '#lib/workspace/causal-order'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { VoidReason } from '#lib/workspace/membership-state'
import { findTakenKeys } from '#lib/workspace/taken-keys'

/** Devices of one person that devices of theirs brought in, and as many again that their root did. */
const MAX_DEVICES = 32

/** Where a device stood and stands. */
export interface DeviceStandings {
  /** Whether the device that signed `node` was in and not revoked in that operation's own past; true for a root. */
  wasActive(node: LogNode): boolean
  /**
   * Revocations that `node` had not seen nor they it: of its device, or of one that brought it in. A thief's operations
   * end with them; so that a thief cannot turn them against the owner, those that the root undid, or whose own device
   * somebody else was revoking, are not among them.
   */
  unseenEnds(node: LogNode): readonly LogNode[]
  /** By device: the nodes that bind it to its person, the past first. */
  readonly bindings: ReadonlyMap<string, readonly LogNode[]>
  isActive(device: string): boolean
  /** Device operations that count. */
  readonly valid: ReadonlySet<LogNode>
  /** Why the device that `node` brings is nobody's. */
  refusalOfBinding(node: LogNode): VoidReason | undefined
  /** Whether the recovery kit in `node` has a key of somebody else's. */
  hasTakenPaper(node: LogNode): boolean
}

type Revocation = NodeOf<'device.revoke'>

/** `nodes` come past first; `isOverLimit` is M7. */
export function judgeDevices(nodes: readonly LogNode[], isOverLimit: (node: LogNode) => boolean): DeviceStandings {
  const taken = findTakenKeys(nodes)
  const bindings = bindingsByDevice(nodes.filter((node) => !taken.bindings.has(node)))
  const additions = new Map<string, LogNode[]>()
  const tooMany = new Set<LogNode>()
  const revocations = new Map<string, Revocation[]>()
  const valid = new Set<LogNode>()

  const bindingsOf = (device: string | undefined): readonly LogNode[] => bindings.get(device ?? '') ?? []
  const revocationsOf = (device: string): readonly Revocation[] => revocations.get(device) ?? []

  const isUndone = (end: Revocation, isSeen: (node: LogNode) => boolean): boolean =>
    bindingsOf(end.target).some((bound) => bound.byRoot && isBefore(end, bound) && isSeen(bound))

  /** Up the chain of devices that brought in the one that signed `node`: whatever ended one of them meanwhile. */
  function endsAlong(node: LogNode): Revocation[] {
    const ends = revocationsOf(node.device).filter((end) => !isBefore(node, end))
    for (let step = broughtInBy(node); step; step = broughtInBy(step)) {
      const at = step
      ends.push(...revocationsOf(at.device).filter((end) => areConcurrent(end, at)))
    }
    return ends
  }

  /** The other device's operation that brought in the one that signed `node`; none where a root did. */
  function broughtInBy(node: LogNode): LogNode | undefined {
    const seen = bindingsOf(node.device).filter((bound) => isBefore(bound, node))
    return seen.some(isRooted) ? undefined : seen[0]
  }

  function wasActive(node: LogNode): boolean {
    if (node.byRoot) return true
    const isSeen = (other: LogNode): boolean => isBefore(other, node)
    const isBound = bindingsOf(node.device).some((bound) => isSeen(bound) && !tooMany.has(bound))
    return isBound && endsAlong(node).every((end) => !isSeen(end) || isUndone(end, isSeen))
  }

  /** Whether its person had as many devices then as one may have, so brought in. */
  function isOneTooMany(node: LogNode, person: string): boolean {
    const isSeen = (other: LogNode): boolean => isBefore(other, node)
    const isEnded = (device: string): boolean =>
      revocationsOf(device).some((end) => isSeen(end) && !isUndone(end, isSeen))
    const seen = (additions.get(person) ?? []).filter((bound) => isSeen(bound) && bound.byRoot === node.byRoot)
    const others = new Set(seen.flatMap(({ target }) => (target && target !== node.target ? [target] : [])))
    return [...others].filter((device) => !isEnded(device)).length >= MAX_DEVICES
  }

  function unseenEnds(node: LogNode): readonly LogNode[] {
    if (node.byRoot) return []
    const unseen = endsAlong(node).filter((end) => areConcurrent(end, node) && !isUndone(end, () => true))
    return unseen.filter((end) => end.byRoot || !endsAlong(end).some((other) => areConcurrent(other, end)))
  }

  for (const node of nodes) {
    const isRevocation = isNodeOf(node, 'device.revoke')
    const isOwn = isRevocation
      ? bindingsOf(node.target).some((bound) => bound.binding?.person === node.author && isBefore(bound, node))
      : isNodeOf(node, 'device.add') && node.binding !== undefined
    if (!isOwn || taken.bindings.has(node) || isOverLimit(node) || !wasActive(node)) continue
    const person = node.binding?.person
    if (person !== undefined && isOneTooMany(node, person)) {
      tooMany.add(node)
      continue
    }
    valid.add(node)
    if (person !== undefined) pushTo(additions, person, node)
    if (isRevocation) pushTo(revocations, node.target ?? '', node)
  }

  function isActive(device: string): boolean {
    const isIn = bindingsOf(device).some(
      (bound) => !tooMany.has(bound) && (isRooted(bound) || (valid.has(bound) && endsNow(bound).length === 0)),
    )
    return isIn && revocationsOf(device).every((end) => isUndone(end, () => true))
  }
  const endsNow = (bound: LogNode): Revocation[] =>
    endsAlong(bound).filter((end) => areConcurrent(end, bound) && !isUndone(end, () => true))

  return {
    ...{ wasActive, unseenEnds, bindings, valid, isActive },
    refusalOfBinding(node) {
      if (taken.bindings.has(node)) return 'key-in-use'
      return tooMany.has(node) ? 'too-many' : undefined
    },
    hasTakenPaper: (node) => taken.papers.has(node),
  }
}

/** Whether a root itself spoke for the device: in a genesis, a join record or a signature of its own. */
const isRooted = (bound: LogNode): boolean => bound.byRoot || bound.operation.type !== 'device.add'

/** Each device belongs to whom its lowest admission names; other claims to it are left out. */
function bindingsByDevice(nodes: readonly LogNode[]): Map<string, LogNode[]> {
  const all = groupBy(nodes, ({ binding }) => binding?.device)
  for (const [device, bound] of all) {
    if (bound.length === 1) continue
    const lowest = bound.reduce((low, node) => (admissionOf(node) < admissionOf(low) ? node : low))
    all.set(
      device,
      bound.filter((node) => node.binding?.person === lowest.binding?.person),
    )
  }
  return all
}

const admissionOf = (node: LogNode): string => node.binding?.admission ?? ''
