/** What the log says about the doors of relays (docs/protocol.md R3). */
import { toHex } from '#lib/base/bytes'
import { type DoorStatement, doorRank } from '#lib/protocol/door'
import type { LogNode } from '#lib/workspace/log-node'

function doorsOf({ operation }: LogNode): readonly DoorStatement[] {
  if (operation.type === 'profile.set') return operation.paper?.doors ?? []
  return 'doors' in operation ? operation.doors : []
}

/**
 * Statements of operations that count, in their order. Of one operation those come first that give more: a relay judges
 * each as it comes, and a signer that gives its own level away could say nothing after that.
 */
export const doorsOfLog = (nodes: readonly LogNode[]): readonly DoorStatement[] =>
  nodes.flatMap((node) => doorsOf(node).toSorted((a, b) => doorRank(b.level) - doorRank(a.level)))

/** The highest number of any statement about a relay key (hex): what stands at a relay may come from any operation. */
export function doorNumbersOfLog(nodes: readonly LogNode[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const { subject, n } of nodes.flatMap(doorsOf)) {
    const key = toHex(subject)
    numbers.set(key, Math.max(n, numbers.get(key) ?? 0))
  }
  return numbers
}
