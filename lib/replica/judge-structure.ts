import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import { type ParsedChannelName, parseChannelName } from '#lib/protocol/channel-name'
import { chainTag, channelTag } from '#lib/protocol/derive'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { channelNameIn } from '#lib/protocol/entry-tail'
import { MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { mayAppend } from '#lib/workspace/authorize'
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
  | { readonly type: 'held'; readonly obstacle: Obstacle }
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
  const refuse = (reason: VoidReason): Structure => ({ type: 'void', reason, heads, name, admission })

  const channelType = name && parseChannelName(name)?.type
  if (isFirst !== (given !== undefined) || !name || !channelType) return refuse('channel-name')
  const mustCite = isFirst || seq % MEMBERSHIP_HEADS_EVERY === 0
  if (goesBack || (mustCite && !body.membershipHeads)) return refuse('membership-heads')
  if (isFirst && chain.life > 0) {
    const before = previousLife(chain, context)
    if (!body.dependencies.some((dependency) => sameBytes(dependency.chain, before))) return refuse('previous-life')
  }
  const waiting = body.dependencies.find(
    (dependency) => !isLink(dependency, isFirst, chain, context) && !context.isMet(dependency),
  )
  if (waiting) return held({ type: 'dependency', chain: waiting.chain, seq: waiting.seq })

  if (!state || !mayAppend(state, chain.device, channelType, body.kind) || !admission) return refuse('not-allowed')
  if (!sameBytes(state.epoch.tag, epoch)) return refuse('wrong-epoch')
  return { type: 'sound', heads, name, admission, state, channelType }
}

const held = (obstacle: Obstacle): Structure => ({ type: 'held', obstacle })

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
