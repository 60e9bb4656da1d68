/** Members, former members and devices, as they follow from the judged operations. */
import { fromHex, toHex } from '#lib/base/bytes'
import { groupBy, pushTo } from '#lib/base/group-by'
import type { EntryId, PersonId, WorkspaceId } from '#lib/base/ids'
import { maximalOf } from '#lib/workspace/causal-order'
import type { DeviceStandings } from '#lib/workspace/judge-devices'
import type { DeviceKeys, PaperKeys } from '#lib/workspace/keys'
import { compareNodes, isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { DeviceRecord, FormerMember, Member } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'
import { roleOfRank } from '#lib/workspace/role'
import type { Standing } from '#lib/workspace/standing'

/** Maps are keyed by hex. */
export interface PeopleOfLog {
  readonly members: ReadonlyMap<string, Member>
  readonly formerMembers: ReadonlyMap<string, FormerMember>
  readonly devices: ReadonlyMap<string, DeviceRecord>
  /** Of all devices and kits, also former ones. */
  readonly exchangeKeys: ReadonlySet<string>
}

/** `genesis` brought the founder; `profiles` and `deviceNames` are those that count, the past first. */
export function peopleOfLog(
  genesis: LogNode,
  standing: Standing,
  standings: DeviceStandings,
  profiles: readonly NodeOf<'profile.set'>[],
  deviceNames: readonly NodeOf<'device.name'>[],
  workspaceId: WorkspaceId,
): PeopleOfLog {
  const founder = genesis.author ?? ''
  const devices = new Map<string, DeviceRecord>()
  const devicesByPerson = new Map<string, DeviceRecord[]>()
  const namesByDevice = groupBy(deviceNames, ({ target }) => target)
  for (const [device, bound] of standings.bindings) {
    const record = deviceRecord(
      bound,
      workspaceId,
      nameFrom(bound, namesByDevice.get(device) ?? []),
      (person) => standings.isActive(device) && standing.rankNow(person) >= 0,
    )
    if (!record) continue
    devices.set(device, record)
    if (record.active) pushTo(devicesByPerson, toHex(record.person), record)
  }

  const arrivals = new Map([[founder, genesis]])
  for (const person of standing.people()) {
    const [first] = standing.effectsOf(person).filter((node) => node.operation.type !== 'member.leave')
    if (first && person !== founder) arrivals.set(person, first)
  }
  const bindingsByPerson = groupBy([...standings.bindings.values()].flat(), ({ binding }) => binding?.person)
  const profilesByPerson = groupBy(profiles, ({ author }) => author)
  const members = new Map<string, Member>()
  const formerMembers = new Map<string, FormerMember>()
  const inOrder = [...arrivals].sort(([, a], [, b]) => compareNodes(a, b))
  inOrder.forEach(([person, arrival], joinOrder) => {
    const bindings = bindingsByPerson.get(person) ?? [arrival]
    const { name, paper } = profileOf(bindings, profilesByPerson.get(person) ?? [], standings)
    const role = roleOfRank(standing.rankNow(person))
    const shared = { person: (fromHex(person) ?? new Uint8Array(32)) as PersonId, name, joinOrder }
    if (!role) formerMembers.set(person, { ...shared, ...goneBy(standing.effectsOf(person)) })
    else members.set(person, { ...shared, role, paper, devices: devicesByPerson.get(person) ?? [] })
  })
  const kits = [...[...bindingsByPerson.values()].flat(), ...profiles].filter((node) => !standings.hasTakenPaper(node))
  const exchangeKeys = new Set([
    ...[...devices.values()].map((record) => toHex(record.exchangeKey)),
    ...kits.flatMap(({ operation }) => {
      const paper = operation.type === 'profile.set' ? operation.paper : cameWith(operation)?.paper
      return paper ? [toHex(paper.exchangeKey)] : []
    }),
  ])
  return { members, formerMembers, devices, exchangeKeys }
}

/** How somebody went whom these changes of their standing leave no role: of last words a removal comes before a leaving. */
function goneBy(effects: readonly LogNode[]): Pick<FormerMember, 'hasLeft' | 'endedBy' | 'endedAtSeconds'> {
  const last = maximalOf(effects).toSorted(compareNodes)
  const removal = last.find((node) => isNodeOf(node, 'member.remove'))
  const end = removal ?? last.find((node) => isNodeOf(node, 'member.leave'))
  return {
    hasLeft: removal === undefined,
    endedBy: fromHex(end?.author ?? '') as PersonId | undefined,
    endedAtSeconds: end?.entry.seconds ?? 0,
  }
}

function deviceRecord(
  bound: readonly LogNode[],
  workspaceId: WorkspaceId,
  name: string,
  isActive: (person: string) => boolean,
): DeviceRecord | undefined {
  const lowest = bound.reduce<LogNode | undefined>(
    (low, node) => (low && admissionOf(low) < admissionOf(node) ? low : node),
    undefined,
  )
  const bindsTo = lowest && keysBoundBy(lowest.operation)
  if (!bindsTo) return undefined
  const admission: EntryId | WorkspaceId = lowest.operation.type === 'genesis' ? workspaceId : lowest.entry.id
  return { ...bindsTo.keys, person: bindsTo.person, admission, name, active: isActive(toHex(bindsTo.person)) }
}

const admissionOf = ({ binding }: LogNode): string => binding?.admission ?? ''

/** The last word of its own person. */
const nameFrom = (bound: readonly LogNode[], names: readonly NodeOf<'device.name'>[]): string =>
  newestOf(names.filter(({ author }) => author === bound[0]?.binding?.person))?.operation.name ?? ''

function keysBoundBy(operation: Operation): { keys: DeviceKeys; person: PersonId } | undefined {
  switch (operation.type) {
    case 'genesis':
      return { keys: operation.keys, person: operation.root }
    case 'admit':
      return { keys: operation.join.keys, person: operation.join.root }
    case 'device.add':
      return { keys: operation.keys, person: operation.person }
    default:
      return undefined
  }
}

/** What a person says of themselves: by the newest profile, else as they came. */
function profileOf(
  bindings: readonly LogNode[],
  profiles: readonly NodeOf<'profile.set'>[],
  { hasTakenPaper }: DeviceStandings,
): { name: string; paper: PaperKeys | undefined } {
  const inOrder = bindings.toSorted(compareNodes)
  const came = inOrder.flatMap(({ operation }) => cameWith(operation) ?? [])
  const brought = inOrder.filter((node) => !hasTakenPaper(node)).flatMap(({ operation }) => cameWith(operation) ?? [])
  const named = newestOf(profiles.filter(({ operation }) => operation.name !== undefined))
  const papered = newestOf(profiles.filter((node) => node.operation.paper !== undefined && !hasTakenPaper(node)))
  return {
    name: named?.operation.name ?? came[0]?.name ?? '',
    paper: papered?.operation.paper ?? brought.find(({ paper }) => paper !== undefined)?.paper,
  }
}

/** What is known of a person from the operation that brought them to the log. */
function cameWith(operation: Operation): { name: string; paper: PaperKeys | undefined } | undefined {
  if (operation.type === 'genesis') return { name: '', paper: operation.paper }
  return operation.type === 'admit' ? operation.join : undefined
}

/** The one of several that says the last word: none has seen more; of those that know nothing of each other, the lowest id. */
export const newestOf = <T extends LogNode>(nodes: readonly T[]): T | undefined =>
  maximalOf(nodes).sort((a, b) => (a.id < b.id ? -1 : 1))[0]
