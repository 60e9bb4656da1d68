/** What the log says about the doors of relays (docs/protocol.md R3). */
import { sameBytes, toHex } from '#lib/base/bytes'
import { type DoorStatement, doorRank, MAX_DOOR_STEP, type RelayKey } from '#lib/protocol/door'
import type { LogNode } from '#lib/workspace/log-node'

/** Whether its author was an admin in the operation's own past. */
export type IsByAdmin = (node: LogNode) => boolean

/** The statements that its author could make: an admin any, others those about keys that the operation brings. */
function doorsOf(node: LogNode, isByAdmin: IsByAdmin): readonly DoorStatement[] {
  const doors = doorsIn(node)
  if (doors.length === 0 || isByAdmin(node)) return doors
  const brought = keysBroughtBy(node)
  return doors.filter(({ subject }) => brought.some((key) => sameBytes(key, subject)))
}

function doorsIn({ operation }: LogNode): readonly DoorStatement[] {
  if (operation.type === 'profile.set') return operation.paper?.doors ?? []
  return 'doors' in operation ? operation.doors : []
}

function keysBroughtBy({ operation }: LogNode): readonly RelayKey[] {
  if (operation.type === 'device.add') return [operation.keys.relayKey]
  if (operation.type === 'profile.set') return operation.paper ? [operation.paper.relayKey] : []
  if (operation.type !== 'admit') return []
  const { keys, paper } = operation.join
  return [keys.relayKey, ...(paper ? [paper.relayKey] : [])]
}

/**
 * Statements of operations that count, in their order. Of one operation those come first that give more: a relay judges
 * each as it comes, and a signer that gives its own level away could say nothing after that.
 */
export const doorsOfLog = (nodes: readonly LogNode[], isByAdmin: IsByAdmin): readonly DoorStatement[] =>
  nodes.flatMap((node) => doorsOf(node, isByAdmin).toSorted((a, b) => doorRank(b.level) - doorRank(a.level)))

/**
 * The highest number of any statement about a relay key (hex): what stands at a relay may come from any operation, also
 * one that does not count any more. `nodes` come past first; a number that leaps is nobody's.
 */
export function doorNumbersOfLog(nodes: readonly LogNode[], isByAdmin: IsByAdmin): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const { subject, n } of nodes.flatMap((node) => doorsOf(node, isByAdmin))) {
    const key = toHex(subject)
    const before = numbers.get(key) ?? 0
    if (n <= before + MAX_DOOR_STEP) numbers.set(key, Math.max(n, before))
  }
  return numbers
}
