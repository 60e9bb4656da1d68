import { sameBytes } from '#lib/base/bytes'
import { logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind, tailType } from '#lib/protocol/entry-kind'
import { MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { passEntry } from '#lib/replica/accept-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { checkOperation } from '#lib/workspace/check-operation'
import { decodeOperation } from '#lib/workspace/operation-format'

export type OperationVerdict = 'accepted' | 'held' | { readonly type: 'void'; readonly reason: string }

/**
 * Takes an entry of the membership log into the DAG (M1). Whether the operation has any effect is for the resolver to
 * say, from the whole log; here only its form, its place and the signatures inside it are looked at.
 */
export async function acceptOperation(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  entry: SealedEntry,
  body: EntryBody,
): Promise<OperationVerdict> {
  const { seq } = entry.header
  const genesis = body.kind === entryKind.genesis
  const heads = body.membershipHeads ?? chain.heads
  if (!heads.every((head) => core.membership.has(head))) return 'held'
  const refuse = (reason: string): OperationVerdict => {
    passEntry(copy, chain, entry, chain.heads)
    copy.voids++
    return { type: 'void', reason }
  }
  const name = body.tail.find((item) => item.type === tailType.channelName)?.value
  if ((seq === 1) !== (name !== undefined) || (name && !sameBytes(name, logChannelName))) return refuse('channel-name')
  if (!sameBytes(channelTag(core.keys.tagKey, logChannelName), copy.tag)) return refuse('channel-name')
  const cites = body.membershipHeads !== undefined
  if (!genesis && !cites && (seq === 1 || seq % MEMBERSHIP_HEADS_EVERY === 0)) return refuse('membership-heads')
  if (cites && !core.membership.covers(heads, chain.heads)) return refuse('membership-heads')

  const operation = decodeOperation(body.kind, body.payload)
  if (!operation.ok) return refuse('operation')
  if (genesis && core.membership.size > 0) return refuse('second-genesis')
  const proofsValid = await checkOperation(core.crypto, core.keys.workspaceId, operation.value)
  const parents = seq > 1 ? [...heads, entry.header.prev] : heads
  core.membership.add({
    id: entry.id,
    parents,
    device: chain.device,
    life: chain.life,
    seq,
    operation: operation.value,
    proofsValid,
  })
  passEntry(copy, chain, entry, heads)
  return 'accepted'
}
