/**
 * Who came in by a link (docs/protocol.md I3, I4, M3): a link that counts, a proof that its holder made for these very
 * keys, an admit by somebody who may, and nobody who revoked the link without having seen the admit. Uses are counted on
 * admits; several admits of one person by one link are one use. Where more people than allowed came at once, nobody of
 * them is in, unless an admin has built on one of them alone: so a late use of an old link unseats nobody.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import { groupBy, pushTo } from '#lib/base/group-by'
import { isBefore } from '#lib/workspace/causal-order'
import { type Grounds, refusalByRank } from '#lib/workspace/grounds'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { Management } from '#lib/workspace/management'
import type { VoidReason } from '#lib/workspace/membership-state'
import { rankOf } from '#lib/workspace/role'
import type { Standing } from '#lib/workspace/standing'

/** Who came in, and by which link. */
export interface Admissions {
  /** With everybody who came in. */
  readonly standing: Standing
  readonly admits: readonly Admission[]
  /** Links that count, by id. */
  readonly invites: ReadonlyMap<string, NodeOf<'invite.create'>>
  /** What ended a link, by its id. */
  readonly revocations: ReadonlyMap<string, readonly LogNode[]>
  /** People whom a link let in at once with too many others, by its id. */
  readonly suspended: ReadonlyMap<string, readonly string[]>
  readonly voided: ReadonlyMap<string, VoidReason>
}

type Admission = NodeOf<'admit'>
type Revocations = Map<string, LogNode[]>

/** All admits of one person by one link: one use. */
interface Use {
  readonly invite: NodeOf<'invite.create'>
  readonly person: string
  readonly admits: Admission[]
}

interface Round {
  readonly standing: Standing
  readonly invites: Map<string, NodeOf<'invite.create'>>
  readonly uses: ReadonlyMap<string, Use>
  readonly voided: Map<string, VoidReason>
}

const EDITOR = rankOf('editor')
const ADMIN = rankOf('admin')

/** Judges every link and every admit, in causal order. */
export function judgeAdmissions(grounds: Grounds, management: Management): Admissions {
  const revocations = revocationsOf(grounds, management)
  const first = settle(grounds, management, revocations)
  const byEditors = revocationsByEditors(grounds, management, first.standing)
  if (byEditors.length === 0) return first
  for (const node of byEditors) pushTo(revocations, node.target ?? '', node)
  return settle(grounds, management, revocations)
}

/** Two rounds: the first takes everybody for admitted, to see who rivals whom; the second leaves those out who lost. */
function settle(grounds: Grounds, management: Management, revocations: Revocations): Admissions {
  const all = judgeRound(grounds, management, revocations, new Map())
  const losers = losersOf(grounds, all)
  const last = losers.size === 0 ? all : judgeRound(grounds, management, revocations, losers)
  const suspended = new Map<string, string[]>()
  for (const [key, reason] of losers) {
    const use = all.uses.get(key)
    if (use && reason === 'suspended') pushTo(suspended, use.invite.id, use.person)
  }
  const admits = [...last.uses.values()].flatMap((use) => use.admits)
  return { ...last, admits, revocations, suspended }
}

function judgeRound(
  grounds: Grounds,
  { standing: before, valid, editorsMayInvite }: Management,
  revocations: Revocations,
  losers: ReadonlyMap<string, VoidReason>,
): Round {
  const standing = before.fork()
  const invites = new Map<string, NodeOf<'invite.create'>>()
  const uses = new Map<string, Use>()
  const voided = new Map<string, VoidReason>()

  function refusalOfAdmit(node: Admission, invite: NodeOf<'invite.create'> | undefined): VoidReason | undefined {
    const { join } = node.operation
    const person = node.target ?? ''
    if (!invite || !isBefore(invite, node)) return 'unknown-target'
    if (!sameBytes(join.proofKey, invite.operation.proofKey)) return 'bad-proof'
    const refusalOfKeys = grounds.devices.refusalOfBinding(node)
    if (refusalOfKeys) return refusalOfKeys
    const isRevoked = (revocations.get(invite.id) ?? []).some((end) => !isBefore(node, end))
    const isIn = standing.rankAt(person, node) >= 0 || standing.isContested(person, node)
    if (isRevoked || isIn) return 'not-admissible'
    const need = invite.operation.needsApproval || standing.wasEnded(person, node) ? ADMIN : EDITOR
    const refusal = refusalByRank(standing, node, need)
    return refusal ?? (isFromLostDevice(grounds, standing, node) ? 'cancelled' : undefined)
  }

  function judgeAdmit(node: Admission): VoidReason | undefined {
    const invite = invites.get(toHex(node.operation.join.invite))
    const refusal = grounds.refusalOfAuthor(node) ?? refusalOfAdmit(node, invite)
    if (refusal || !invite) return refusal
    const key = useKey(invite, node.target ?? '')
    const lost = losers.get(key)
    if (lost) return lost
    const use = uses.get(key) ?? { invite, person: node.target ?? '', admits: [] }
    uses.set(key, use)
    use.admits.push(node)
    standing.add(use.person, node, rankOf(invite.operation.role))
    return undefined
  }

  for (const node of grounds.nodes) {
    if (isNodeOf(node, 'invite.create')) {
      if (valid.has(node) || (editorsMayInvite(node) && mayAsEditor(grounds, standing, node)))
        invites.set(node.id, node)
    } else if (isNodeOf(node, 'admit')) {
      const refusal = judgeAdmit(node)
      if (refusal) voided.set(node.id, refusal)
    }
  }
  return { standing, invites, uses, voided }
}

const mayAsEditor = (grounds: Grounds, standing: Standing, node: LogNode): boolean =>
  !grounds.refusalOfAuthor(node) && !refusalByRank(standing, node, EDITOR) && !isFromLostDevice(grounds, standing, node)

/** Uses beyond what their link allows, and whether they came after the others or at once with them. */
function losersOf(grounds: Grounds, round: Round): Map<string, VoidReason> {
  const losers = new Map<string, VoidReason>()
  for (const uses of groupBy(round.uses.values(), ({ invite }) => invite.id).values()) {
    const allowed = uses[0]?.invite.operation.maxUses ?? 0
    if (allowed === 0 || uses.length <= allowed) continue
    const sealed = new Set(uses.filter((use) => isSealed(grounds, round.standing, use, uses)))
    for (const use of uses) {
      const others = uses.filter((other) => other !== use)
      const rivals = others.filter((other) => !precedes(use, other) && !(sealed.has(use) && !sealed.has(other)))
      if (rivals.length < allowed) continue
      const isLate = others.filter((other) => precedes(other, use)).length >= allowed
      losers.set(useKey(use.invite, use.person), isLate ? 'link-used-up' : 'suspended')
    }
  }
  return losers
}

/** Whether every admit of `b` had seen one of `a`. */
const precedes = (a: Use, b: Use): boolean => b.admits.every((late) => a.admits.some((early) => isBefore(early, late)))

/**
 * Whether an admin went on from this use when there were no more than allowed. Uses that came after this one do not
 * count: they cannot have taken its place.
 */
function isSealed(grounds: Grounds, standing: Standing, use: Use, all: readonly Use[]): boolean {
  const rivals = all.filter((other) => other !== use && !precedes(use, other))
  const isSeenBy = ({ admits }: Use, node: LogNode): boolean =>
    admits.some((admit) => admit === node || isBefore(admit, node))
  return grounds.nodes.some(
    (node) =>
      isSeenBy(use, node) &&
      rivals.filter((other) => isSeenBy(other, node)).length < use.invite.operation.maxUses &&
      isByAdmin(grounds, standing, node),
  )
}

/**
 * Whether the device of an admit, or of an editor's link, was revoked by somebody who had not seen it, and no admin had
 * gone on from it by then: a thief lets nobody in, and nobody un-admits people by revoking a device of theirs long
 * afterwards.
 */
function isFromLostDevice(grounds: Grounds, standing: Standing, node: LogNode): boolean {
  const author = node.author ?? ''
  const ends = grounds.devices.unseenEnds(node)
  if (ends.length === 0) return false
  return !grounds.nodes.some(
    (later) =>
      later.author !== author &&
      isBefore(node, later) &&
      !ends.some((end) => isBefore(end, later)) &&
      isByAdmin(grounds, standing, later),
  )
}

const isByAdmin = (grounds: Grounds, standing: Standing, node: LogNode): boolean =>
  !grounds.refusalOfAuthor(node) && !refusalByRank(standing, node, ADMIN)

/** By link: the admins' revocations, and the removals that end it along the way (I4). */
function revocationsOf({ nodesOf }: Grounds, { valid }: Management): Revocations {
  const revocations: Revocations = new Map()
  for (const node of nodesOf('invite.revoke')) if (valid.has(node)) pushTo(revocations, node.target ?? '', node)
  const removals = nodesOf('member.remove').filter((node) => valid.has(node))
  for (const invite of removals.length > 0 ? nodesOf('invite.create') : []) {
    for (const removal of removals) if (endsInvite(removal, invite)) pushTo(revocations, invite.id, removal)
  }
  return revocations
}

function endsInvite(removal: NodeOf<'member.remove'>, invite: NodeOf<'invite.create'>): boolean {
  if (!isBefore(invite, removal)) return false
  if (invite.author !== removal.target && invite.operation.maxUses === 1) return false
  return !removal.operation.keptInvites.some((kept) => sameBytes(kept, invite.entry.id))
}

const revocationsByEditors = (
  grounds: Grounds,
  { valid, editorsMayInvite }: Management,
  standing: Standing,
): LogNode[] =>
  grounds
    .nodesOf('invite.revoke')
    .filter((node) => !valid.has(node) && editorsMayInvite(node) && mayAsEditor(grounds, standing, node))

const useKey = (invite: LogNode, person: string): string => `${invite.id}:${person}`
