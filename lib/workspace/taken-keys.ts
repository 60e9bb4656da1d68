/**
 * Whose an exchange or relay key is (docs/protocol.md M3). Nobody proves to hold one, so a key counts for whoever names
 * it only where nobody else had it in that operation's past. Of operations that know nothing of each other each counts:
 * were one to win, whoever back-dates a claim would take the keys of a teammate.
 */
import { toHex } from '#lib/base/bytes'
import { pushTo } from '#lib/base/group-by'
import { isBefore } from '#lib/workspace/causal-order'
import type { DeviceKeys, PaperKeys } from '#lib/workspace/keys'
import type { LogNode } from '#lib/workspace/log-node'

/** Operations that name a key of somebody else's. */
export interface TakenKeys {
  /** They bind a device to it: the device is nobody's. */
  readonly bindings: ReadonlySet<LogNode>
  /** They bring a recovery kit with it: the kit is not known. */
  readonly papers: ReadonlySet<LogNode>
}

interface Claim {
  /** A device, somebody's kit, or a relay. */
  readonly holder: string
  readonly node: LogNode
}

/** `nodes` come past first. */
export function findTakenKeys(nodes: readonly LogNode[]): TakenKeys {
  const claims = new Map<string, Claim[]>()
  const bindings = new Set<LogNode>()
  const papers = new Set<LogNode>()

  function isTaken(key: string, holder: string, node: LogNode): boolean {
    const seen = (claims.get(key) ?? []).filter((claim) => isBefore(claim.node, node))
    return seen.length > 0 && !seen.some((claim) => claim.holder === holder)
  }

  /** Whether `holder` has all of these from here on. */
  function claim(keys: readonly Uint8Array[], holder: string, node: LogNode): boolean {
    const names = keys.map(toHex)
    if (names.some((key) => isTaken(key, holder, node))) return false
    for (const key of names) pushTo(claims, key, { holder, node })
    return true
  }

  for (const node of nodes) {
    const { binding, operation, author } = node
    const keys = binding && deviceKeysIn(node)
    if (binding && keys && !claim([keys.exchangeKey, keys.relayKey], binding.device, node)) bindings.add(node)
    const paper = bindings.has(node) ? undefined : paperIn(node)
    const holder = `kit of ${binding?.person ?? author}`
    if (paper && !claim([paper.exchangeKey, paper.relayKey], holder, node)) papers.add(node)
    if (operation.type === 'relay.set') for (const { rootKey } of operation.relays) claim([rootKey], 'relay', node)
  }
  return { bindings, papers }
}

function deviceKeysIn({ operation }: LogNode): DeviceKeys | undefined {
  if (operation.type === 'admit') return operation.join.keys
  return operation.type === 'genesis' || operation.type === 'device.add' ? operation.keys : undefined
}

function paperIn({ operation }: LogNode): PaperKeys | undefined {
  if (operation.type === 'admit') return operation.join.paper
  return operation.type === 'genesis' || operation.type === 'profile.set' ? operation.paper : undefined
}
