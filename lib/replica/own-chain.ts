import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import { chainTag, epochTagOf } from '#lib/protocol/derive'
import type { Dependency } from '#lib/protocol/entry-body'
import { MAX_MEMBERSHIP_HEADS } from '#lib/protocol/limits'
import { type ChainCopy, type ChannelCopy, createChainCopy, slotsOf } from '#lib/replica/channel-copy'
import { headsToCite } from '#lib/replica/merge-heads'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** Dependencies that nothing refers to are named at the latest with this many own entries, or after this long (E4). */
const NAME_AFTER_ENTRIES = 32
const NAME_AFTER_MS = 2000

/** This device's chain in a channel: the life it writes now, made on first use. */
export function ownChain(core: ReplicaCore, copy: ChannelCopy, device: DeviceId): ChainCopy {
  const life = core.lives.newest(device, copy.tag)
  const tag = chainTag(core.keys.tagKey, device, life, copy.tag)
  const known = copy.chains.get(toHex(tag))
  if (known) return known
  const chain = createChainCopy(tag, device, life)
  copy.chains.set(toHex(tag), chain)
  core.authors.set(toHex(tag), { device, life, channel: copy.tag })
  return chain
}

/** Client ids of a chain by slot: fixed by its first entry, until then by how the log stands now (E7). */
export function ownSlots(core: ReplicaCore, copy: ChannelCopy, chain: ChainCopy): readonly number[] {
  if (chain.slots.length > 0) return chain.slots
  const admission = core.membership.current()?.devices.get(toHex(chain.device))?.admission
  return admission ? slotsOf(chain, copy.tag, admission) : []
}

/** What an entry cites, and the epoch that goes with it (E4, E5). */
export interface Citation {
  readonly heads: readonly EntryId[]
  readonly epoch: EpochTag
}

/**
 * What the next own entry cites: everything seen, or where this device lacks the secret of that epoch, the newest heads
 * whose epoch it has (K2). An operation cites all the same, lest it undo unseen what it has seen, and is sealed under the
 * newest secret there is. `undefined` where it cannot write at all.
 */
export function citationFor(core: ReplicaCore, copy: ChannelCopy, chain: ChainCopy): Citation | undefined {
  const { membership, keys } = core
  const all = headsToCite(core, chain.heads)
  const epochs = membership.stateAt(all)?.epochs ?? []
  const newest = [membership.stateAt(all)?.epoch, ...epochs.toReversed()]
  if (sameBytes(copy.tag, core.logChannel)) {
    const epoch = newest.find((one) => one && keys.secretOf(one.tag))?.tag
    return epoch && { heads: all, epoch }
  }
  for (const heads of [all, headsOfHeldEpoch(core, chain.heads), chain.heads]) {
    const epoch = membership.stateAt(heads)?.epoch.tag
    if (epoch && keys.secretOf(epoch)) return { heads, epoch }
  }
  return undefined
}

/** The newest heads whose epoch is held; empty where those go back behind what the chain cited. */
function headsOfHeldEpoch({ membership, keys }: ReplicaCore, cited: readonly EntryId[]): readonly EntryId[] {
  let lacked: readonly EntryId[] = []
  for (let heads = membership.heads(); heads.length > 0; heads = membership.headsWithout(lacked)) {
    const epoch = membership.stateAt(heads)?.epoch
    if (epoch && keys.secretOf(epoch.tag)) {
      return heads.length <= MAX_MEMBERSHIP_HEADS && membership.covers(heads, cited) ? heads : []
    }
    if (!epoch || epoch.operations.length === 0) return []
    const missing = epoch.operations.filter((id) => !isHeldRotation(id))
    lacked = [...lacked, ...(missing.length > 0 ? missing : epoch.operations)]
  }
  return []

  /** Of a joined epoch only the rotations whose secret is lacking are passed over. */
  function isHeldRotation(id: EntryId): boolean {
    const commitment = membership.handedOut().find(({ operation }) => sameBytes(operation, id))?.rotation?.commitment
    return commitment !== undefined && keys.secretOf(epochTagOf(commitment)) !== undefined
  }
}

/**
 * What of other chains this one has taken in and not named yet, as far as it must name it now: what its next entry refers
 * to (`referred`, by chain), and everything when something has waited long enough. What another dependency names in turn
 * is left out.
 */
export async function dependenciesFor(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  referred: ReadonlySet<string>,
): Promise<Dependency[]> {
  const unnamed = [...copy.chains.values()].filter(
    (other) => other !== chain && other.judged > (chain.named.get(toHex(other.tag)) ?? 0),
  )
  if (unnamed.length === 0) {
    chain.waiting = undefined
    return []
  }
  chain.waiting ??= { since: core.clock.now(), seq: chain.judged }
  const isDue =
    chain.judged - chain.waiting.seq >= NAME_AFTER_ENTRIES || core.clock.now() - chain.waiting.since >= NAME_AFTER_MS
  if (isDue) chain.waiting = undefined
  const chosen = unnamed.filter((other) => isDue || referred.has(toHex(other.tag)))
  const isCovered = (other: ChainCopy): boolean =>
    chosen.some((one) => one !== other && (one.named.get(toHex(other.tag)) ?? 0) >= other.judged)
  const dependencies: Dependency[] = []
  for (const other of chosen) {
    if (isCovered(other)) continue
    const dependency = await dependencyOn(core, other.tag, other.judged)
    if (dependency) dependencies.push(dependency)
  }
  return dependencies.sort((a, b) => compareBytes(a.chain, b.chain))
}

async function dependencyOn(
  core: ReplicaCore,
  chain: Dependency['chain'],
  seq: number,
): Promise<Dependency | undefined> {
  if (!core.countedId(chain, seq)) await core.recallIds(chain, seq, seq)
  const id = core.countedId(chain, seq)
  return id && { chain, seq, idPrefix: id.slice(0, 16) }
}

/**
 * The entry of the life before that the first of this one names (E2): the newest that counts, else the one that ended it,
 * else the newest at all.
 */
export async function linkFor(core: ReplicaCore, copy: ChannelCopy, chain: ChainCopy): Promise<Dependency | undefined> {
  if (chain.life === 0 || chain.judged > 0) return undefined
  const before = chainTag(core.keys.tagKey, chain.device, chain.life - 1, copy.tag)
  const judged = copy.chains.get(toHex(before))?.judged ?? 0
  const newest = judged > 0 ? await dependencyOn(core, before, judged) : undefined
  const link = newest ?? core.lives.link(chain.device, copy.tag)
  return link ?? dependencyOn(core, before, core.heads.get(before)?.seq ?? 0)
}

export const sameHeads = (a: readonly EntryId[], b: readonly EntryId[]): boolean =>
  a.length === b.length && a.every((head, i) => sameBytes(head, b[i] ?? head.subarray(0, 0)))
