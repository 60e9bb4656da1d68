import { concat, toHex } from '#lib/base/bytes'
import type { ChannelName, EntryId, WorkspaceId } from '#lib/base/ids'
import { type Accepted, checkContent, claimsOf, type DiscussionRules } from '#lib/document/content-rule'
import { rootsOf } from '#lib/document/roots'
import type { VoidClaim } from '#lib/document/struct-range'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partOf } from '#lib/protocol/entry-tail'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ChainCopy, type ChannelCopy, slotsOf } from '#lib/replica/channel-copy'
import {
  judgeStructure,
  type Obstacle,
  type Structure,
  type StructureContext,
  type VoidReason,
} from '#lib/replica/judge-structure'
import { roleOfDevice } from '#lib/workspace/authorize'
import type { MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

/** What a chain goes on with after an entry that is present, whether it counts or not. */
interface Passage {
  readonly heads: readonly EntryId[]
  readonly name: ChannelName | undefined
  readonly admission: EntryId | WorkspaceId | undefined
  readonly slots: readonly number[]
  /** What it builds on counts, whatever it holds itself (W1). */
  readonly endorses: boolean
}

export type Judgement =
  | (Passage & {
      readonly type: 'accepted'
      /** What to apply; absent for empty entries and for all but the last part. */
      readonly content: { readonly update: Uint8Array; readonly accepted: Accepted } | undefined
      readonly parts: ChainCopy['parts']
      /** What it keeps of what is held back (W2). */
      readonly adopts: readonly Dependency[]
    })
  | (Passage & { readonly type: 'void'; readonly reason: VoidReason; readonly claims: readonly VoidClaim[] })
  | {
      readonly type: 'held'
      readonly obstacle: Obstacle
      /** What it builds on and what is not judged here, where it speaks for that (W1). */
      readonly demands: readonly Dependency[]
    }

export interface JudgeContext {
  readonly copy: ChannelCopy
  readonly chain: ChainCopy
  readonly structure: StructureContext
}

type Sound = Extract<Structure, { type: 'sound' }>

/**
 * The verdict on an opened content entry whose place in its chain is right: E4, E5 and E7 in the order of E8. It is a
 * function of the entry and its causal past; it changes nothing.
 */
export function judgeContent(entry: Pick<SealedEntry, 'header'>, body: EntryBody, context: JudgeContext): Judgement {
  const { copy, chain } = context
  const structure = judgeStructure(entry, body, chain, context.structure)
  if (structure.type === 'held') return structure
  const { heads, name, admission } = structure
  const slots = chain.slots.length > 0 || !admission ? chain.slots : slotsOf(chain, copy.tag, admission)
  const passage = { heads, name, admission, slots, endorses: structure.type === 'sound' && structure.endorses }
  const refuse = (reason: VoidReason, update = body.payload): Judgement => {
    if (chain.opaque) return held({ type: 'nothing' })
    const claims = body.kind === entryKind.update ? claimsOf(update, new Set(slots)) : []
    return { type: 'void', reason, claims, ...passage }
  }
  const grouped = takePart(chain, body)
  if (structure.type === 'void') return refuse(structure.reason, grouped === 'broken' ? body.payload : grouped.payload)
  if (grouped === 'broken') return refuse('parts')
  const accepted = { type: 'accepted' as const, ...passage, adopts: structure.adopts }
  if (grouped.parts) return { ...accepted, content: undefined, parts: grouped.parts }
  if (body.kind !== entryKind.update) return { ...accepted, content: undefined, parts: undefined }

  const update = grouped.payload
  const verdict = checkUpdate(update, slots, copy, chain, structure)
  if (verdict.type === 'held') return held({ type: 'reference', missing: verdict.missing })
  if (verdict.type === 'void') return refuse(`content: ${verdict.reason}`, update)
  return { ...accepted, content: { update, accepted: verdict }, parts: undefined }
}

const held = (obstacle: Obstacle): Judgement => ({ type: 'held', obstacle, demands: [] })

/** E7 on a whole update of this chain, as things stand. */
export function checkUpdate(
  update: Uint8Array,
  slots: readonly number[],
  copy: ChannelCopy,
  chain: ChainCopy,
  { channelType, state }: Pick<Sound, 'channelType' | 'state'>,
): ReturnType<typeof checkContent> {
  const discussion = channelType === 'discussion' ? discussionRules(slots, copy, chain, state) : undefined
  return checkContent({
    update,
    slots: new Set(slots),
    index: copy.index,
    roots: rootsOf(channelType),
    ...(discussion ? { discussion } : {}),
  })
}

/** A payload so far, or that the parts do not follow each other (E10). `parts`: more must come. */
function takePart(
  chain: ChainCopy,
  body: EntryBody,
): { readonly payload: Uint8Array; readonly parts: ChainCopy['parts'] } | 'broken' {
  const part = partOf(body.tail)
  if (!part && !chain.parts) return { payload: body.payload, parts: undefined }
  const before = chain.parts?.payloads ?? []
  const fits = part && part.index === before.length + 1 && (!chain.parts || part.count === chain.parts.count)
  if (!fits || body.kind !== entryKind.update) return 'broken'
  const payloads = [...before, body.payload]
  if (part.index < part.count) return { payload: body.payload, parts: { count: part.count, payloads } }
  return { payload: concat(...payloads), parts: undefined }
}

/** Whose words a commenter may touch. What nobody wrote yet is not another's: such an entry waits. */
function discussionRules(
  slots: readonly number[],
  copy: ChannelCopy,
  { device }: ChainCopy,
  state: MembershipState,
): DiscussionRules {
  const personOf = (of: ChainCopy['device']): string | undefined => {
    const person = state.devices.get(toHex(of))?.person
    return person && toHex(person)
  }
  const person = personOf(device)
  return {
    mayDeleteAll: hasAtLeast(roleOfDevice(state, device), 'editor'),
    isOwnClient(client) {
      const owner = copy.index.ownerOf(client)
      if (!owner || slots.includes(client)) return true
      const author = copy.chains.get(toHex(owner))?.device
      return author !== undefined && personOf(author) === person
    },
  }
}
