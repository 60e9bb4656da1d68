import { sameBytes } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { openEntry } from '#lib/log/seal-entry'
import { chainTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { decodeOperation } from '#lib/workspace/operation-format'

/**
 * The device that founded the workspace, read from its first entry while the log is still empty: the payload's hash must
 * be the workspace's id and the chain the founder's (M1). So a joiner needs nobody's word for who began.
 */
export function founderOf(core: ReplicaCore, first: SealedEntry): { device: DeviceId; life: number } | undefined {
  const { channel, chain, seq, epoch } = first.header
  if (seq !== 1 || core.membership.size > 0 || !sameBytes(channel, core.logChannel)) return undefined
  const keys = core.keys.channelKeys(epoch, channel)
  const opened = keys && openEntry(first, keys)
  if (!opened?.ok || opened.value.kind !== entryKind.genesis) return undefined
  if (!sameBytes(hash(tag('workspace'), opened.value.payload), core.keys.workspaceId)) return undefined
  const genesis = decodeOperation(entryKind.genesis, opened.value.payload)
  if (!genesis.ok || genesis.value.type !== 'genesis') return undefined
  const { device } = genesis.value.keys
  return sameBytes(chainTag(core.keys.tagKey, device, 0, channel), chain) ? { device, life: 0 } : undefined
}
