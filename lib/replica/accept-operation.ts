import { sameBytes, toHex } from '#lib/base/bytes'
import { logChannelName } from '#lib/protocol/channel-name'
import { chainTag } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameIn } from '#lib/protocol/entry-tail'
import { MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { passEntry } from '#lib/replica/accept-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import type { Obstacle } from '#lib/replica/judge-structure'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { checkOperation } from '#lib/workspace/check-operation'
import { inviteNoteIn } from '#lib/workspace/invite-note'
import { decodeOperation } from '#lib/workspace/operation-format'

export type OperationVerdict =
  | { readonly type: 'accepted' }
  | { readonly type: 'held'; readonly obstacle: Obstacle }
  | { readonly type: 'void'; readonly reason: string }

/**
 * Takes an entry of the membership log into the DAG (M1). Whether the operation has any effect is for the resolver to
 * say, from the whole log; here only its form, its place and the signatures inside it are looked at. Two operations at
 * one place are two operations side by side: the resolver knows how to judge those, so no line of the log is held back.
 */
export async function acceptOperation(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  entry: SealedEntry,
  body: EntryBody,
): Promise<OperationVerdict> {
  const { seq } = entry.header
  const { membership } = core
  const isFirst = seq === 1
  const isGenesis = body.kind === entryKind.genesis
  const heads = body.membershipHeads ?? chain.heads
  if (!heads.every((head) => membership.has(head))) {
    return { type: 'held', obstacle: { type: 'membership', heads } }
  }

  const refuse = (reason: string): OperationVerdict => {
    passEntry(copy, chain, entry)
    copy.voids++
    return { type: 'void', reason }
  }
  const name = channelNameIn(body.tail)
  if (isFirst !== (name !== undefined) || (name && !sameBytes(name, logChannelName))) return refuse('channel-name')
  const cites = body.membershipHeads !== undefined
  if (!isGenesis && !cites && (isFirst || seq % MEMBERSHIP_HEADS_EVERY === 0)) return refuse('membership-heads')
  if (cites && !membership.covers(heads, chain.heads)) return refuse('membership-heads')
  if (isFirst && chain.life > 0) {
    const before = chainTag(core.keys.tagKey, chain.device, chain.life - 1, copy.tag)
    if (!body.dependencies.some((dependency) => sameBytes(dependency.chain, before))) return refuse('previous-life')
  }

  const operation = decodeOperation(body.kind, body.payload)
  if (!operation.ok) return refuse('operation')
  if (isGenesis && membership.size > 0 && !membership.has(entry.id)) return refuse('second-genesis')
  const proofsValid =
    (await core.proofs.has(entry.id)) || (await checkOperation(core.crypto, core.keys.workspaceId, operation.value))
  if (proofsValid) await core.proofs.add(entry.id)
  const { tip } = chain
  const isCited = tip && heads.some((head) => toHex(head) === toHex(tip))
  const outcome = membership.add({
    id: entry.id,
    parents: tip && !isCited ? [...heads, tip] : heads,
    device: chain.device,
    life: chain.life,
    seq,
    seconds: body.seconds,
    operation: operation.value,
    proofsValid,
    ...(operation.value.type === 'invite.create' ? { note: inviteNoteIn(body.tail) } : {}),
  })
  if (outcome.type === 'foreign') return refuse('foreign')
  passEntry(copy, chain, entry)
  chain.heads = heads
  chain.tip = entry.id
  chain.name = logChannelName
  return { type: 'accepted' }
}
