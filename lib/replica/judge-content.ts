import { concat, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, EntryId, WorkspaceId } from '#lib/base/ids'
import { type Accepted, checkContent } from '#lib/document/content-rule'
import { rootsOf } from '#lib/document/roots'
import { parseChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind, tailType } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ChainCopy, type ChannelCopy, slotsOf } from '#lib/replica/channel-copy'
import { readPart } from '#lib/replica/payload-part'
import { mayAppend } from '#lib/workspace/authorize'
import type { MembershipLog } from '#lib/workspace/membership-log'

/** Why an entry waits: what it needs may still come. */
export type HeldReason = 'membership' | 'dependency' | 'reference'

/** Why an authentic entry never counts (E8). */
export type VoidReason =
  | 'channel-name'
  | 'membership-heads'
  | 'not-allowed'
  | 'wrong-epoch'
  | 'parts'
  | 'kind'
  | `content: ${string}`

export type Judgement =
  | {
      readonly type: 'accepted'
      readonly heads: readonly EntryId[]
      readonly admission: EntryId | WorkspaceId | undefined
      readonly name: ChannelName | undefined
      /** What to apply; absent for empty entries and for all but the last part. */
      readonly content: { readonly update: Uint8Array; readonly accepted: Accepted } | undefined
      readonly parts: ChainCopy['parts']
    }
  | { readonly type: 'void'; readonly reason: VoidReason; readonly heads: readonly EntryId[] }
  | { readonly type: 'held'; readonly reason: HeldReason }

export interface JudgeContext {
  readonly channel: ChannelCopy
  readonly chain: ChainCopy
  readonly membership: MembershipLog
  readonly tagKey: Parameters<typeof channelTag>[0]
  /** Id held at (chain, seq): `undefined` when nothing is judged there yet. */
  judgedId(chain: ChainTag, seq: number): EntryId | undefined
}

/**
 * The verdict on an opened content entry whose place in its chain is right: E4, E5 and E7 in the order of E8. It is a
 * function of the entry and its causal past; it changes nothing.
 */
export function judgeContent(entry: SealedEntry, body: EntryBody, context: JudgeContext): Judgement {
  const { channel, chain, membership } = context
  const first = entry.header.seq === 1
  const heads = body.membershipHeads ?? chain.heads
  if (!heads.every((head) => membership.has(head))) return { type: 'held', reason: 'membership' }
  const named = body.tail.find((item) => item.type === tailType.channelName)?.value as ChannelName | undefined
  if (first !== (named !== undefined)) return { type: 'void', reason: 'channel-name', heads }
  const name = named ?? channel.name
  if (!name || !sameBytes(channelTag(context.tagKey, name), channel.tag))
    return { type: 'void', reason: 'channel-name', heads }

  const citesHeads = body.membershipHeads !== undefined
  if ((first || entry.header.seq % 256 === 0) && !citesHeads) return { type: 'void', reason: 'membership-heads', heads }
  if (citesHeads && !membership.covers(heads, chain.heads)) {
    return { type: 'void', reason: 'membership-heads', heads: chain.heads }
  }

  for (const dependency of body.dependencies) {
    const id = context.judgedId(dependency.chain, dependency.seq)
    if (!id || !sameBytes(id.subarray(0, 16), dependency.idPrefix)) return { type: 'held', reason: 'dependency' }
  }

  const state = membership.stateAt(heads)
  const channelType = parseChannelName(name)?.type
  if (!state || !channelType) return { type: 'void', reason: 'channel-name', heads }
  if (!mayAppend(state, chain.device, channelType, body.kind)) return { type: 'void', reason: 'not-allowed', heads }
  if (!state.epochs.some((epoch) => sameBytes(epoch.tag, entry.header.epoch)))
    return { type: 'void', reason: 'wrong-epoch', heads }
  const admission = first ? state.devices.get(toHex(chain.device))?.admission : chain.admission
  if (!admission) return { type: 'void', reason: 'not-allowed', heads }

  const accepted = { type: 'accepted' as const, heads, admission: first ? admission : undefined, name: named }
  if (body.kind !== entryKind.update) {
    if (chain.parts) return { type: 'void', reason: 'parts', heads }
    return { ...accepted, content: undefined, parts: undefined }
  }
  const part = readPart(body.tail)
  if (part === 'malformed') return { type: 'void', reason: 'parts', heads }
  let update = body.payload
  if (part || chain.parts) {
    const before = chain.parts?.payloads ?? []
    if (!part || part.index !== before.length + 1 || (chain.parts && part.total !== chain.parts.total)) {
      return { type: 'void', reason: 'parts', heads }
    }
    const payloads = [...before, body.payload]
    if (part.index < part.total) return { ...accepted, content: undefined, parts: { total: part.total, payloads } }
    update = concat(...payloads)
  }
  const verdict = checkContent({
    update,
    slots: new Set(first ? slotsOf(chain, channel.tag, admission) : chain.slots),
    index: channel.index,
    roots: rootsOf(channelType),
  })
  if (verdict.type === 'held') return { type: 'held', reason: 'reference' }
  if (verdict.type === 'void') return { type: 'void', reason: `content: ${verdict.reason}`, heads }
  return { ...accepted, content: { update, accepted: verdict }, parts: undefined }
}
