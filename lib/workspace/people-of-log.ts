/** Members, former members and devices, as they follow from the judged operations. */
import { toHex } from '#lib/base/bytes'
import type { EntryId, PersonId, WorkspaceId } from '#lib/base/ids'
import { maximalOf } from '#lib/workspace/causal-order'
import type { DeviceStandings } from '#lib/workspace/judge-devices'
import type { DeviceKeys, PaperKeys } from '#lib/workspace/keys'
import { compareNodes, isNodeOf, type LogNode } from '#lib/workspace/log-node'
import type { DeviceRecord, FormerMember, Member } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'
import { roleOfRank } from '#lib/workspace/role'
import type { Standing } from '#lib/workspace/standing'

export interface PeopleOfLog {
  readonly members: ReadonlyMap<string, Member>
  readonly formerMembers: ReadonlyMap<string, FormerMember>
  readonly devices: ReadonlyMap<string, DeviceRecord>
}

/** `genesis` brought the owner; `profiles` are the profile.sets that count, the past first. */
export function peopleOfLog(
  genesis: LogNode,
  standing: Standing,
  standings: DeviceStandings,
  profiles: readonly LogNode[],
  workspaceId: WorkspaceId,
): PeopleOfLog {
  const owner = genesis.author ?? ''
  const devices = new Map<string, DeviceRecord>()
  const devicesByPerson = new Map<string, DeviceRecord[]>()
  for (const [device, bound] of standings.bindings) {
    const record = deviceRecord(
      bound,
      workspaceId,
      (person) => standings.isActive(device) && standing.rankNow(person) >= 0,
    )
    if (!record) continue
    devices.set(device, record)
    const person = toHex(record.person)
    devicesByPerson.set(person, [...(devicesByPerson.get(person) ?? []), record])
  }

  const arrivals = new Map([[owner, genesis]])
  for (const person of standing.people()) {
    const [first] = standing.effectsOf(person).filter((node) => node.operation.type !== 'member.leave')
    if (first) arrivals.set(person, first)
  }
  const bindingsByPerson = groupBindings(standings)
  const members = new Map<string, Member>()
  const formerMembers = new Map<string, FormerMember>()
  const inOrder = [...arrivals].sort(([, a], [, b]) => compareNodes(a, b))
  inOrder.forEach(([person, arrival], joinOrder) => {
    const bindings = bindingsByPerson.get(person) ?? [arrival]
    const { name, paper, id } = profileOf(
      bindings,
      profiles.filter((node) => node.author === person),
    )
    if (!id) return
    const role = roleOfRank(standing.rankNow(person))
    const shared = { person: id, name, joinOrder }
    if (!role) formerMembers.set(person, shared)
    else {
      const active = (devicesByPerson.get(person) ?? []).filter((device) => device.active)
      members.set(person, { ...shared, role, paper, devices: active })
    }
  })
  return { members, formerMembers, devices }
}

function deviceRecord(
  bound: readonly LogNode[],
  workspaceId: WorkspaceId,
  isActive: (person: string) => boolean,
): DeviceRecord | undefined {
  const [lowest] = bound.toSorted((a, b) => ((a.binding?.admission ?? '') < (b.binding?.admission ?? '') ? -1 : 1))
  const bindsTo = lowest && keysBoundBy(lowest.operation)
  if (!bindsTo) return undefined
  const admission: EntryId | WorkspaceId = lowest.operation.type === 'genesis' ? workspaceId : lowest.entry.id
  return { ...bindsTo.keys, person: bindsTo.person, admission, active: isActive(toHex(bindsTo.person)) }
}

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

function groupBindings(standings: DeviceStandings): Map<string, LogNode[]> {
  const byPerson = new Map<string, LogNode[]>()
  for (const bound of standings.bindings.values()) {
    for (const node of bound) {
      const person = node.binding?.person ?? ''
      byPerson.set(person, [...(byPerson.get(person) ?? []), node])
    }
  }
  return byPerson
}

/** What a person says of themselves: by the newest profile, else as they came. */
function profileOf(
  bindings: readonly LogNode[],
  profiles: readonly LogNode[],
): { id: PersonId | undefined; name: string; paper: PaperKeys | undefined } {
  const came = bindings.toSorted(compareNodes).map((node) => node.operation)
  const names = profiles.filter((node) => isNodeOf(node, 'profile.set') && node.operation.name !== undefined)
  const papers = profiles.filter((node) => isNodeOf(node, 'profile.set') && node.operation.paper !== undefined)
  const named = newestOf(names)?.operation
  const papered = newestOf(papers)?.operation
  const join = came.flatMap((operation) => (operation.type === 'admit' ? [operation.join] : []))[0]
  const first = came.map(keysBoundBy).find((bound) => bound !== undefined)
  const firstPaper = came.map((operation) =>
    operation.type === 'genesis' ? operation.paper : operation.type === 'admit' ? operation.join.paper : undefined,
  )
  return {
    id: first?.person,
    name: (named?.type === 'profile.set' ? named.name : join?.name) ?? '',
    paper:
      (papered?.type === 'profile.set' ? papered.paper : undefined) ?? firstPaper.find((paper) => paper !== undefined),
  }
}

/** The one of several that says the last word: none has seen more; of those that know nothing of each other, the lowest id. */
export const newestOf = <T extends LogNode>(nodes: readonly T[]): T | undefined =>
  maximalOf(nodes).sort((a, b) => (a.id < b.id ? -1 : 1))[0]
