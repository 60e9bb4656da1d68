import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import { type ParsedChannelName, parseChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelTag } from '#lib/protocol/derive'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameIn } from '#lib/protocol/entry-tail'
import { MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ContentChannelType, mayAppend } from '#lib/workspace/authorize'
import { endsOf, hasEnd } from '#lib/workspace/ended-standing'
import type { MembershipLog } from '#lib/workspace/membership-log'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What an entry waits for; it may still come. */
export type Obstacle =
  | { readonly type: 'secret'; readonly epoch: EpochTag }
  | { readonly type: 'membership'; readonly heads: readonly EntryId[] }
  | { readonly type: 'dependency'; readonly chain: ChainTag; readonly seq: number }
  | { readonly type: 'reference'; readonly missing: readonly { readonly client: number; readonly clock: number }[] }
  /** Nobody can open or apply it: the chain ends here. */
  | { readonly type: 'nothing' }

/** Why an authentic entry never counts (E8). */
export type VoidReason =
  | 'channel-name'
  | 'membership-heads'
  | 'previous-life'
  | 'not-allowed'
  | 'wrong-epoch'
  | 'standing-ended'
  | 'parts'
  | `content: ${string}`

/** A life as it stands before the entry in question. */
export interface ChainState {
  readonly device: DeviceId
  readonly life: number
  /** What it cites (E4). */
  readonly heads: readonly EntryId[]
  /** The name that its first entry gave the channel. */
  readonly name: ChannelName | undefined
  readonly admission: EntryId | WorkspaceId | undefined
}

export interface StructureContext {
  readonly tagKey: TagKey
  readonly channel: ChannelTag
  readonly membership: MembershipLog
  /** Whether a dependency is there, judged or at least placed. */
  isMet(dependency: Dependency): boolean
}

export type Structure =
  | {
      readonly type: 'held'
      readonly obstacle: Obstacle
      /** What it builds on and what is not judged here, where it speaks for that (W1). */
      readonly demands: readonly Dependency[]
    }
  /** `heads` and `admission` are what the chain goes on with (an entry that is void is present all the same). */
  | {
      readonly type: 'void'
      readonly reason: VoidReason
      readonly heads: readonly EntryId[]
      readonly name: ChannelName | undefined
      readonly admission: EntryId | WorkspaceId | undefined
    }
  | {
      readonly type: 'sound'
      readonly heads: readonly EntryId[]
      readonly name: ChannelName
      readonly admission: EntryId | WorkspaceId
      readonly state: MembershipState
      readonly channelType: ParsedChannelName['type']
      /** What it builds on counts: its author may write content here (W1). */
      readonly endorses: boolean
      /** What it keeps, and does not wait for (W2). */
      readonly adopts: readonly Dependency[]
    }

/**
 * The verdict on an opened content entry without its content: E2's lives, E4, E5 and W5, in the order of E8. A function
 * of the entry and its causal past.
 */
export function judgeStructure(
  entry: Pick<SealedEntry, 'header'>,
  body: EntryBody,
  chain: ChainState,
  context: StructureContext,
): Structure {
  const { membership } = context
  const { seq, epoch } = entry.header
  const isFirst = seq === 1
  const cited = body.membershipHeads ?? chain.heads
  if (!cited.every((head) => membership.has(head))) return held({ type: 'membership', heads: cited })
  const goesBack = body.membershipHeads !== undefined && !membership.covers(cited, chain.heads)
  const heads = goesBack ? chain.heads : cited
  const state = membership.stateAt(heads)
  const admission = isFirst ? state?.devices.get(toHex(chain.device))?.admission : chain.admission
  const given = channelNameIn(body.tail)
  const fits = given && sameBytes(channelTag(context.tagKey, given), context.channel)
  const name = isFirst ? (fits ? given : undefined) : chain.name
  const refuse = (reason: VoidReason, goesOnWith = heads): Structure => ({
    type: 'void',
    reason,
    heads: goesOnWith,
    name,
    admission,
  })

  const channelType = name && parseChannelName(name)?.type
  if (isFirst !== (given !== undefined) || !name || !channelType) return refuse('channel-name')
  const mustCite = isFirst || seq % MEMBERSHIP_HEADS_EVERY === 0
  if (goesBack || (mustCite && !body.membershipHeads)) return refuse('membership-heads')
  if (isFirst && chain.life > 0) {
    const before = previousLife(chain, context)
    if (!body.dependencies.some((dependency) => sameBytes(dependency.chain, before))) return refuse('previous-life')
  }
  if (channelType !== 'log' && crossesEnd(chain, state, channelType, membership)) {
    return refuse('standing-ended', chain.heads)
  }
  if (!state || !mayAppend(state, chain.device, channelType, body.kind) || !admission) return refuse('not-allowed')
  if (!sameBytes(state.epoch.tag, epoch)) return refuse('wrong-epoch')

  const past = body.dependencies.filter((dependency) => !isLink(dependency, isFirst, chain, context))
  const endorses = mayAppend(state, chain.device, channelType, entryKind.update)
  const sound = { type: 'sound', heads, name, admission, state, channelType, endorses } as const
  if (body.kind === entryKind.adopt) return { ...sound, adopts: past }
  const waiting = past.filter((dependency) => !context.isMet(dependency))
  const [first] = waiting
  if (first) return held({ type: 'dependency', chain: first.chain, seq: first.seq }, endorses ? waiting : [])
  return { ...sound, adopts: [] }
}

const held = (obstacle: Obstacle, demands: readonly Dependency[] = []): Structure => ({
  type: 'held',
  obstacle,
  demands,
})

/**
 * W5: whether a life goes on across an end of its author's standing: what counts as one in `state` and did not yet at the
 * heads that the life cited so far. After a regained right a device begins a new life, so that nothing that is held back
 * comes in as what stands before.
 */
function crossesEnd(
  { device, heads }: ChainState,
  state: MembershipState | undefined,
  channelType: ContentChannelType,
  membership: MembershipLog,
): boolean {
  const ends = state && heads.length > 0 ? endsOf(state, device, channelType) : []
  const before = ends.length > 0 ? (membership.stateAt(heads)?.ends ?? []) : []
  return ends.some((end) => !hasEnd(before, end))
}

const previousLife = (chain: ChainState, { tagKey, channel }: StructureContext): ChainTag =>
  chainTag(tagKey, chain.device, chain.life - 1, channel)

/**
 * Whether a dependency is the first entry's link to the life before (E2). It says that the old life ended, and builds on
 * nothing: it need not be here, and what is held back of the old life neither holds back the new one nor comes back with it.
 */
export const isLink = (
  dependency: Dependency,
  isFirst: boolean,
  chain: ChainState,
  context: StructureContext,
): boolean => isFirst && chain.life > 0 && sameBytes(dependency.chain, previousLife(chain, context))
