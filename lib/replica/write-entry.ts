import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { SigningKey } from '#lib/crypto/crypto'
import { splitPayload } from '#lib/document/payload-parts'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { chainTag, channelTag } from '#lib/protocol/derive'
import type { Dependency, EntryBody, TailValue } from '#lib/protocol/entry-body'
import { entryKind, tailType } from '#lib/protocol/entry-kind'
import { MAX_DEPENDENCIES, MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import { NO_ENTRY, type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ChainCopy, type ChannelCopy, createChainCopy, slotsOf } from '#lib/replica/channel-copy'
import { encodePart } from '#lib/replica/payload-part'
import type { ReplicaCore } from '#lib/replica/replica-core'

export interface AppendRequest {
  readonly channel: ChannelName
  readonly kind: number
  readonly payload: Uint8Array
}

export type AppendError =
  /** This device may not write that channel now. */
  | { readonly type: 'not-allowed' }
  /** The update does not continue this copy: whoever made it must start from a fresh state (E11, E12). */
  | { readonly type: 'content-refused'; readonly reason: string }
  /** Another tab wrote: this one no longer leads (D5). */
  | { readonly type: 'fence-lost' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }

/** The next own entries of a channel, opened and sealed, not yet on disk. */
export interface Draft {
  readonly entry: SealedEntry
  readonly body: EntryBody
}

/** This device's chain in a channel: the life it writes now, made on first use. */
export function ownChain(core: ReplicaCore, copy: ChannelCopy, device: DeviceId): ChainCopy {
  const life = core.newestLife(device, copy.tag)
  const tag = chainTag(core.keys.tagKey, device, life, copy.tag)
  const known = copy.chains.get(toHex(tag))
  if (known) return known
  const chain = createChainCopy(tag, device, life)
  copy.chains.set(toHex(tag), chain)
  core.authors.set(toHex(tag), { device, life })
  return chain
}

/** Client ids of a chain by slot: fixed by its first entry, until then by how the log stands now (E7). */
export function ownSlots(core: ReplicaCore, copy: ChannelCopy, chain: ChainCopy): readonly number[] {
  if (chain.slots.length > 0) return chain.slots
  const admission = core.membership.current()?.devices.get(toHex(chain.device))?.admission
  return admission ? slotsOf(chain, copy.tag, admission) : []
}

/** What of other chains this device's chain has taken in and not yet named (E4). */
export async function unnamedFrontier(core: ReplicaCore, copy: ChannelCopy, chain: ChainCopy): Promise<Dependency[]> {
  const frontier: Dependency[] = []
  for (const other of copy.chains.values()) {
    if (other === chain || other.judged <= (chain.named.get(toHex(other.tag)) ?? 0)) continue
    await core.recallIds(other.tag, other.judged, other.judged)
    const id = core.idAt(other.tag, other.judged)
    if (id) frontier.push({ chain: other.tag, seq: other.judged, idPrefix: id.slice(0, 16) })
  }
  return frontier.sort((a, b) => compareBytes(a.chain, b.chain))
}

/**
 * Seals and signs the entries of one request: `merge` entries while there are too many dependencies, then the payload in
 * one or more parts (E10). Only the last is signed; it covers the others (E9).
 */
export async function draftEntries(
  core: ReplicaCore,
  copy: ChannelCopy,
  device: SigningKey,
  request: AppendRequest,
): Promise<Result<readonly Draft[], AppendError>> {
  const chain = ownChain(core, copy, device.publicKey as DeviceId)
  const state = core.membership.current()
  const isGenesis = request.kind === entryKind.genesis
  if (!state && !isGenesis) return err({ type: 'not-allowed' })
  const epochs = state ? [...state.epochs, state.epoch] : core.keys.epochs()
  const epoch = epochs.filter(({ tag }) => core.keys.channelKeys(tag, copy.tag)).at(-1)
  const keys = epoch && core.keys.channelKeys(epoch.tag, copy.tag)
  const heads = core.membership.heads()
  if (!epoch || !keys) return err({ type: 'not-allowed' })

  const frontier = await unnamedFrontier(core, copy, chain)
  const merges = chunk(frontier.slice(0, -MAX_DEPENDENCIES), MAX_DEPENDENCIES)
  const parts = request.kind === entryKind.update ? splitPayload(request.payload) : [request.payload]
  const plans = [
    ...merges.map((dependencies) => ({
      kind: entryKind.merge,
      payload: new Uint8Array(0),
      dependencies,
      tail: [] as TailValue[],
    })),
    ...parts.map((payload: Uint8Array, i: number) => ({
      kind: request.kind,
      payload,
      dependencies: i === 0 ? frontier.slice(-MAX_DEPENDENCIES) : [],
      tail: parts.length > 1 ? [encodePart({ index: i + 1, total: parts.length })] : [],
    })),
  ]
  const seconds = state ? Math.max(0, Math.floor(core.clock.now() / 1000) - state.createdAtSeconds) : 0
  const drafts: Draft[] = []
  let { seq, id: prev } = core.heads.get(chain.tag) ?? { seq: 0, id: NO_ENTRY }
  let cited = chain.heads
  for (const plan of plans) {
    seq++
    const citesHeads = !isGenesis && (seq === 1 || seq % MEMBERSHIP_HEADS_EVERY === 0 || !sameHeads(cited, heads))
    const name = seq === 1 ? [{ type: tailType.channelName, value: request.channel }] : []
    const body: EntryBody = {
      kind: plan.kind,
      ...(citesHeads ? { membershipHeads: heads } : {}),
      dependencies: plan.dependencies,
      seconds,
      payload: plan.payload,
      tail: [...plan.tail, ...name],
    }
    const header: OuterHeader = {
      version: VERSION,
      suite: SUITE,
      lane: toHex(copy.tag) === toHex(core.logChannel) ? 'log' : 'content',
      epoch: epoch.tag,
      channel: copy.tag,
      chain: chain.tag,
      seq,
      prev,
    }
    const entry = sealEntry(header, body, keys, core.random)
    drafts.push({ entry, body })
    prev = entry.id
    cited = heads
  }
  const last = drafts.at(-1)
  if (!last) return ok([])
  return ok([...drafts.slice(0, -1), { ...last, entry: await signEntry(last.entry, device) }])
}

export const channelTagOf = (core: ReplicaCore, name: ChannelName): ChannelTag => channelTag(core.keys.tagKey, name)

const sameHeads = (a: readonly EntryId[], b: readonly EntryId[]): boolean =>
  a.length === b.length && a.every((head, i) => sameBytes(head, b[i] ?? NO_ENTRY))

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
