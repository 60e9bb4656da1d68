/**
 * What is to be done about the keys, by what the log says (docs/protocol.md K2, K3): whoever finds it may do it, and the
 * same log tells everybody the same.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId, EpochSecret, EpochTag } from '#lib/base/ids'
import { epochTagOf } from '#lib/protocol/derive'
import { MAX_SECRETS } from '#lib/workspace/admission-answer'
import { allBefore, answeredEpochs, wrapsByEpoch } from '#lib/workspace/answered-epochs'
import { recipientsOf } from '#lib/workspace/epoch'
import { type HandedOut, recipientsIn } from '#lib/workspace/handed-out'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { MembershipState, VoidReason } from '#lib/workspace/membership-state'
import { epochsBeyondAnswer } from '#lib/workspace/secrets-of-answer'

/** Whether an operation's box for somebody was found to be no good (`badBoxes`). */
export type IsBad = (operation: EntryId, recipient: ExchangePublicKey) => boolean

const MOST_CANCELLED = 8

export interface KeyDuties {
  /**
   * Why an admin should begin a new epoch: somebody who is not entitled any more was given the secret of this one, or
   * several rotations stand side by side.
   */
  readonly due: 'recipient-gone' | 'joined' | undefined
  /**
   * Who is entitled and was not given a secret, by secret: of the newest epoch, of each that its rotations do not hand on
   * under it, of those too old for an answer, of those that whoever let them in did not know of, and of those whose rotation
   * does not count: whoever made it may have gone on under it before they knew.
   */
  readonly missing: readonly { readonly epoch: EpochTag; readonly recipients: readonly ExchangePublicKey[] }[]
}

/**
 * Operations of somebody who could not do them when they did. What was cancelled afterwards, an admission above all, gave
 * its secret to people all the same.
 */
const NEVER_COUNTED: ReadonlySet<VoidReason | undefined> = new Set<VoidReason>([
  'no-member',
  'device-revoked',
  'not-entitled',
  'too-many',
])

export function keyDuties(state: MembershipState, handed: readonly HandedOut[], isBad: IsBad): KeyDuties {
  const parts = partsOfEpoch(state)
  const entitled = recipientsOf(state)
  const keys = new Set(entitled.map(toHex))
  const others = [...unreachedEpochs(state, handed), ...epochsBeyondAnswer(state)]
  const held = eachOnce([...parts, ...others]).map((epoch) => ({
    epoch,
    holders: holdersOf(state, handed, epoch, isBad),
  }))
  const given = handed.filter(({ operation }) => !NEVER_COUNTED.has(state.voided.get(toHex(operation))))
  const isGone = parts.some((epoch) =>
    [...holdersOf(state, given, epoch, isBad)].some((key) => !keys.has(key) && state.exchangeKeys.has(key)),
  )
  const due = isGone ? 'recipient-gone' : parts.length > 1 ? 'joined' : undefined
  const before = holdersBefore(state, handed, isBad)
  const known = new Set(held.map(({ epoch }) => toHex(epoch)))
  const older = eachOnce([...epochsOfAnswer(state, handed), ...cancelledEpochs(state)])
    .filter((epoch) => !known.has(toHex(epoch)))
    .map((epoch) => ({ epoch, holders: before(epoch) }))
  const missing = [...held, ...older].map(({ epoch, holders }) => ({
    epoch,
    recipients: entitled.filter((key) => !holders.has(toHex(key))),
  }))
  return { due, missing: missing.filter(({ recipients }) => recipients.length > 0) }
}

const eachOnce = (epochs: readonly EpochTag[]): readonly EpochTag[] => [
  ...new Map(epochs.map((tag) => [toHex(tag), tag])).values(),
]

/**
 * Who has an epoch that is not the newest: whoever was given it, or let in after it. A kit finds it under a later one: it
 * is read by whoever has the kit from the items that devices keep up to date.
 */
function holdersBefore(
  { members }: MembershipState,
  handed: readonly HandedOut[],
  isBad: IsBad,
): (epoch: EpochTag) => ReadonlySet<string> {
  const answered = answeredEpochs(handed)
  const kits = new Set([...members.values()].flatMap(({ paper }) => (paper ? [toHex(paper.exchangeKey)] : [])))
  return (epoch) => {
    const tag = toHex(epoch)
    const welcomed = [...answered].flatMap(([key, epochs]) => (epochs.has(tag) ? [key] : []))
    const later = wrappedIn(handed, epoch).flatMap((one) => [...recipientsIn(handed, one, isBad)])
    return new Set([...recipientsIn(handed, epoch, isBad), ...welcomed, ...later.filter((key) => kits.has(key))])
  }
}

/** Epochs of rotations that count no more, the newest ones: nobody can make others hand out more than that. */
function cancelledEpochs({ epochs, rotations }: MembershipState): readonly EpochTag[] {
  const counting = new Set(epochs.map(({ tag }) => toHex(tag)))
  const each = new Map([...rotations.values()].map((tag) => [toHex(tag), tag]))
  return [...each.values()].filter((tag) => !counting.has(toHex(tag))).slice(-MOST_CANCELLED)
}

/** The epoch itself, and those whose holders find its secret in their rotation. */
const wrappedIn = (handed: readonly HandedOut[], epoch: EpochTag): readonly EpochTag[] => [
  epoch,
  ...handed.flatMap(({ rotation }) =>
    rotation?.wraps.some((wrap) => sameBytes(wrap.epoch, epoch)) ? [epochTagOf(rotation.commitment)] : [],
  ),
]

/** The epochs whose secrets make the newest one: itself, or the rotations that it joins (K3). */
export function partsOfEpoch({ epoch, epochs }: MembershipState): readonly EpochTag[] {
  const { operations } = epoch
  const isPart = (id: EntryId): boolean => operations.some((operation) => sameBytes(operation, id))
  const parts = epochs.filter((one) => one.operations.some(isPart)).map(({ tag }) => tag)
  const each = new Map((operations.length === 0 ? [epoch.tag] : parts).map((tag) => [toHex(tag), tag]))
  return [...each.values()]
}

/**
 * The epochs that count and that nobody finds from the newest one: a rotation by somebody who lacked them does not hand
 * them on. Those before a barrier stay behind it (K4).
 */
function unreachedEpochs(state: MembershipState, handed: readonly HandedOut[]): readonly EpochTag[] {
  const wrapsByTag = wrapsByEpoch(handed)
  const reached = new Set(partsOfEpoch(state).flatMap((tag) => [...allBefore(toHex(tag), wrapsByTag)]))
  const barrier = state.epochs.findLastIndex(({ tag }) => wrapsByTag.get(toHex(tag))?.length === 0)
  const since = state.epochs.slice(Math.max(0, barrier)).filter(({ tag }) => !reached.has(toHex(tag)))
  return [...new Map(since.map(({ tag }) => [toHex(tag), tag])).values()]
}

/** Those that an answer holds, but the first, which everybody has; none before a barrier (K4). */
function epochsOfAnswer({ epochs }: MembershipState, handed: readonly HandedOut[]): readonly EpochTag[] {
  const wraps = wrapsByEpoch(handed)
  const barrier = epochs.findLastIndex(({ tag }) => wraps.get(toHex(tag))?.length === 0)
  return epochs.slice(Math.max(1, barrier, epochs.length - MAX_SECRETS + 1)).map(({ tag }) => tag)
}

/** The secrets with which somebody who comes in now can read and write; `undefined` where this device lacks one itself. */
export function secretsToHandOn(
  state: MembershipState,
  keys: { secretOf(epoch: EpochTag): EpochSecret | undefined },
): readonly EpochSecret[] | undefined {
  const parts = partsOfEpoch(state)
  const secrets = parts.flatMap((tag) => keys.secretOf(tag) ?? [])
  return secrets.length === parts.length ? secrets : undefined
}

/**
 * The newest epoch that all of these were given, and all before it, without which they cannot read where it was given; the
 * first, which everybody has, where there is no later one.
 */
export function newestGivenTo(
  recipients: readonly ExchangePublicKey[],
  state: MembershipState,
  handed: readonly HandedOut[],
  isBad: IsBad,
): EpochTag {
  const wraps = wrapsByEpoch(handed)
  const before = holdersBefore(state, handed, isBad)
  const areAll = (holders: ReadonlySet<string>): boolean => recipients.every((key) => holders.has(toHex(key)))
  const lacked = epochsOfAnswer(state, handed).filter((epoch) => !areAll(before(epoch)))
  const isGiven = (epoch: EpochTag): boolean => {
    const followed = allBefore(toHex(epoch), wraps)
    return areAll(holdersOf(state, handed, epoch, isBad)) && !lacked.some((one) => followed.has(toHex(one)))
  }
  const newest = state.epochs.findLast(({ tag }) => isGiven(tag)) ?? state.epochs[0] ?? state.epoch
  return newest.tag
}

/** The founder had the first secret before there was a log. */
function holdersOf(
  { workspaceId, devices, epochs }: MembershipState,
  handed: readonly HandedOut[],
  epoch: EpochTag,
  isBad: IsBad,
): Set<string> {
  const holders = recipientsIn(handed, epoch, isBad)
  const [first] = epochs
  const founder = [...devices.values()].find(({ admission }) => sameBytes(admission, workspaceId))
  if (first && founder && sameBytes(first.tag, epoch)) holders.add(toHex(founder.exchangeKey))
  return holders
}
