/** Gives entries of the log their place, and finds out from their past alone whose they are. */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { MAX_MEMBERSHIP_HEADS } from '#lib/protocol/limits'
import { createCausalOrder, isInPast, type Place, pastOf } from '#lib/workspace/causal-order'
import { type Binding, compareNodes, type LogEntry, type LogNode } from '#lib/workspace/log-node'
import type { Operation } from '#lib/workspace/operation'

/** All entries whose past is complete. */
export interface NodeTable {
  get(id: string): LogNode | undefined
  /** Adds an entry whose parents are there. */
  add(entry: LogEntry): LogNode
  /** All nodes, the past first. Not to be changed. */
  readonly ordered: readonly LogNode[]
}

/** A table for one workspace. */
export function createNodeTable(workspaceId: WorkspaceId): NodeTable {
  const order = createCausalOrder()
  const nodes = new Map<string, LogNode>()
  const ordered: LogNode[] = []
  /** Nodes that bind this device, or bring this root. */
  const binders = new Map<string, LogNode[]>()
  /** By path of a person: how many of its first operations count against M7. */
  const counts = new Map<string, Map<number, number[]>>()

  function authorOf(device: string, past: Uint32Array): { author: string | undefined; byRoot: boolean } {
    const seen = (binders.get(device) ?? []).filter((node) => isInPast(past, node))
    const lowest = seen
      .flatMap(({ binding }) => (binding?.device === device ? [binding] : []))
      .reduce<Binding | undefined>((low, one) => (low && low.admission <= one.admission ? low : one), undefined)
    if (lowest) return { author: lowest.person, byRoot: false }
    return seen.length > 0 ? { author: device, byRoot: true } : { author: undefined, byRoot: false }
  }

  function countEarlier(author: string, past: Uint32Array): number {
    let count = 0
    for (const [path, along] of counts.get(author) ?? []) {
      const reach = past[path] ?? 0
      if (reach > 0) count += along[Math.min(reach, along.length) - 1] ?? 0
    }
    return count
  }

  function count(author: string, place: Place, counted: boolean): void {
    const paths = counts.get(author) ?? new Map<number, number[]>()
    counts.set(author, paths)
    const along = paths.get(place.path) ?? []
    paths.set(place.path, along)
    along[place.position - 1] = (along[place.position - 2] ?? 0) + (counted ? 1 : 0)
  }

  function index(name: string, node: LogNode): void {
    binders.set(name, [...(binders.get(name) ?? []), node])
  }

  return {
    get: (id) => nodes.get(id),
    ordered,
    add(entry) {
      const { operation } = entry
      const device = toHex(entry.device)
      const parents = entry.parents.map((id) => {
        const parent = nodes.get(toHex(id))
        if (!parent) throw new Error('A parent is missing')
        return parent
      })
      const isGenesis = operation.type === 'genesis' && parents.length === 0
      const whose = isGenesis ? { author: toHex(operation.root), byRoot: false } : authorOf(device, pastOf(parents))
      const continued = parents.find(
        (parent) =>
          parent.device === device &&
          parent.author === whose.author &&
          parent.entry.life === entry.life &&
          parent.entry.seq === entry.seq - 1,
      )
      const place = order.placeAbove(parents, continued)
      const node: LogNode = {
        ...place,
        ...whose,
        entry,
        operation,
        device,
        id: toHex(entry.id),
        target: targetOf(operation),
        binding: bindingOf(entry, whose.author, workspaceId),
        isCounted: !(operation.type === 'merge' && parents.length >= MAX_MEMBERSHIP_HEADS),
        earlier: whose.author === undefined ? 0 : countEarlier(whose.author, place.past),
      }
      if (whose.author !== undefined) count(whose.author, place, node.isCounted)
      if (node.binding) {
        index(node.binding.device, node)
        if (operation.type !== 'device.add') index(node.binding.person, node)
      }
      nodes.set(node.id, node)
      insert(ordered, node)
      return node
    },
  }
}

function targetOf(operation: Operation): string | undefined {
  switch (operation.type) {
    case 'role.set':
    case 'member.remove':
      return toHex(operation.member)
    case 'device.revoke':
    case 'device.name':
      return toHex(operation.device)
    case 'device.add':
      return toHex(operation.keys.device)
    case 'admit':
      return toHex(operation.join.root)
    case 'invite.revoke':
      return toHex(operation.invite)
    case 'owner.transfer':
      return toHex(operation.to)
    default:
      return undefined
  }
}

/**
 * A device is bound where it and the person's root, or another device of the person's, signed so: nobody can bind a
 * device to somebody else, whatever the rights of whoever carried the record into the log.
 */
function bindingOf(entry: LogEntry, author: string | undefined, workspaceId: WorkspaceId): Binding | undefined {
  const { operation, proofsValid } = entry
  if (!proofsValid) return undefined
  switch (operation.type) {
    case 'genesis':
      if (entry.parents.length > 0 || !sameBytes(operation.keys.device, entry.device)) return undefined
      return { device: toHex(operation.keys.device), person: toHex(operation.root), admission: toHex(workspaceId) }
    case 'admit':
      return {
        device: toHex(operation.join.keys.device),
        person: toHex(operation.join.root),
        admission: toHex(entry.id),
      }
    case 'device.add': {
      const person = toHex(operation.person)
      return person === author
        ? { device: toHex(operation.keys.device), person, admission: toHex(entry.id) }
        : undefined
    }
    default:
      return undefined
  }
}

function insert(ordered: LogNode[], node: LogNode): void {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = ordered[middle]
    if (other && compareNodes(other, node) < 0) low = middle + 1
    else high = middle
  }
  ordered.splice(low, 0, node)
}
