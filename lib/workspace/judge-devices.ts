/**
 * Which devices speak for their person, judged for each person by itself and before any role (M3). A root's word about
 * its devices outranks theirs; two devices that revoke each other are both out until the root signs (V3).
 */
import { areConcurrent, isBefore } from '#lib/workspace/causal-order'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'

/** Where and when a device stands for a person. */
export interface DeviceStandings {
  /** Whether the device that signed `node` was in and not revoked in that operation's own past; true for a root. */
  wasActive(node: LogNode): boolean
  /** Whether the device that signed `node` was revoked by somebody who had not seen it. */
  endedUnseen(node: LogNode): boolean
  /** By device: the nodes that bind it to its person, the past first. */
  readonly bindings: ReadonlyMap<string, readonly LogNode[]>
  isActive(device: string): boolean
  /** Device operations that count. */
  readonly valid: ReadonlySet<LogNode>
}

type Revocation = NodeOf<'device.revoke'>

/** `nodes` come past first; `isOverLimit` is M7. */
export function judgeDevices(nodes: readonly LogNode[], isOverLimit: (node: LogNode) => boolean): DeviceStandings {
  const bindings = bindingsByDevice(nodes)
  const revocations = new Map<string, Revocation[]>()
  const cancelled = new Set<LogNode>()
  const valid = new Set<LogNode>()

  const revocationsOf = (device: string | undefined): readonly Revocation[] => revocations.get(device ?? '') ?? []

  /** Whether `device` is in by what `past` holds; of revocations only the root can undo one. */
  function isActiveIn(device: string, isSeen: (node: LogNode) => boolean): boolean {
    const bound = (bindings.get(device) ?? []).filter((node) => isSeen(node) && !cancelled.has(node))
    const isUndone = (end: Revocation) => bound.some((node) => node.byRoot && isBefore(end, node))
    return bound.length > 0 && revocationsOf(device).every((end) => !isSeen(end) || isUndone(end))
  }

  const wasActive = (node: LogNode): boolean => node.byRoot || isActiveIn(node.device, (other) => isBefore(other, node))
  const endedUnseen = (node: LogNode): boolean =>
    !node.byRoot && revocationsOf(node.device).some((end) => areConcurrent(end, node))

  const isOwnDevice = (node: Revocation): boolean =>
    (bindings.get(node.target ?? '') ?? []).some(
      (bound) => bound.binding?.person === node.author && isBefore(bound, node),
    )
  const revoke = (node: Revocation): void => {
    revocations.set(node.target ?? '', [...revocationsOf(node.target), node])
    valid.add(node)
  }

  const wanted = nodes.filter((node): node is Revocation => isNodeOf(node, 'device.revoke') && !isOverLimit(node))
  const own = wanted.filter(isOwnDevice)
  for (const node of own) if (node.byRoot) revoke(node)
  const byRoots = new Set(valid)
  const endedByRoot = (node: Revocation): boolean =>
    revocationsOf(node.device).some((end) => byRoots.has(end) && areConcurrent(end, node))
  for (const node of own) if (!node.byRoot && wasActive(node) && !endedByRoot(node)) revoke(node)

  for (const node of nodes) {
    if (!isNodeOf(node, 'device.add') || !node.binding) continue
    if (isOverLimit(node) || !wasActive(node) || endedUnseen(node)) cancelled.add(node)
    else valid.add(node)
  }

  return { wasActive, endedUnseen, bindings, valid, isActive: (device) => isActiveIn(device, () => true) }
}

/** Each device belongs to whom its lowest admission names; other claims to it are left out. */
function bindingsByDevice(nodes: readonly LogNode[]): Map<string, LogNode[]> {
  const all = new Map<string, LogNode[]>()
  for (const node of nodes) {
    if (node.binding) all.set(node.binding.device, [...(all.get(node.binding.device) ?? []), node])
  }
  for (const [device, bound] of all) {
    const lowest = bound.reduce((low, node) => (admissionOf(node) < admissionOf(low) ? node : low))
    all.set(
      device,
      bound.filter((node) => node.binding?.person === lowest.binding?.person),
    )
  }
  return all
}

const admissionOf = (node: LogNode): string => node.binding?.admission ?? ''
