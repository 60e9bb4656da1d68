import { toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EpochTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { SigningKey } from '#lib/crypto/crypto'
import { isPayloadTooLong, splitPayload } from '#lib/document/payload-parts'
import type { Reference } from '#lib/document/update-reader'
import { sealEntry, signEntry } from '#lib/log/seal-entry'
import { parseChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import type { Dependency, EntryBody, TailValue } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameTail, partTail } from '#lib/protocol/entry-tail'
import { MAX_DEPENDENCIES, MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import { NO_ENTRY, type OuterHeader, SUITE, VERSION } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import { checkUpdate } from '#lib/replica/judge-content'
import {
  type Citation,
  citationFor,
  dependenciesFor,
  linkFor,
  ownChain,
  ownSlots,
  sameHeads,
} from '#lib/replica/own-chain'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { mayAppend } from '#lib/workspace/authorize'
import { endsOf, hasEnd } from '#lib/workspace/ended-standing'

export interface AppendRequest {
  readonly channel: ChannelName
  readonly kind: number
  readonly payload: Uint8Array
  /** Of an operation: an epoch that its readers hold, where they lack the newest (K2). */
  readonly epoch?: EpochTag
  /** What an adopt keeps (W2). */
  readonly keeps?: readonly Dependency[]
  /** Even types alone: what an entry may go without. */
  readonly tail?: readonly TailValue[]
}

export type AppendError =
  /** This device may not write that channel now. */
  | { readonly type: 'not-allowed' }
  /** The update does not continue this copy: whoever made it must start from a fresh state (E11, E12). */
  | { readonly type: 'content-refused'; readonly reason: string }
  /** It builds on something that is not stored here: shown and not stored in time, that comes again (E8). */
  | { readonly type: 'too-early'; readonly missing?: readonly Reference[] }
  /** Another tab wrote: this one no longer leads (D5). */
  | { readonly type: 'fence-lost' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }

/** The next own entries of a channel, opened and sealed, not yet on disk. */
export interface Draft {
  readonly entry: SealedEntry
  readonly body: EntryBody
}

type Plan = Pick<EntryBody, 'kind' | 'payload' | 'dependencies' | 'tail'>

const EMPTY = new Uint8Array(0)
/** E9: an entry with a longer box carries its own signature. */
const SIGN_ABOVE_BYTES = 32_768

/**
 * Seals and signs the entries of one request: an empty one that begins a new life, `merge` entries while there are too
 * many dependencies, then the payload in one or more parts (E10). Only long ones and the last are signed; that covers the others (E9). The log must have eight
 * heads at most, except for the operation that joins them.
 */
export async function draftEntries(
  core: ReplicaCore,
  copy: ChannelCopy,
  device: SigningKey,
  request: AppendRequest,
): Promise<Result<readonly Draft[], AppendError>> {
  const chain = ownChain(core, copy, device.publicKey as DeviceId)
  if (request.kind === entryKind.genesis) {
    const [first] = core.keys.epochs()
    const citation = first && { heads: [], epoch: first.tag }
    return citation
      ? seal(core, copy, chain, device, [onePlan(request)], request, citation)
      : err({ type: 'not-allowed' })
  }
  const cited = citationFor(core, copy, chain)
  if (!cited) return err({ type: 'not-allowed' })
  const citation = { ...cited, epoch: request.epoch ?? cited.epoch }
  const checked = check(core, copy, chain, request, citation)
  if (!checked.ok) return checked

  const link = await linkFor(core, copy, chain)
  if (!link && chain.life > 0 && chain.judged === 0) return err({ type: 'not-allowed' })
  const dependencies = request.keeps
    ? [...request.keeps]
    : isLogName(request.channel) || request.kind === entryKind.acknowledge
      ? []
      : await dependenciesFor(core, copy, chain, checked.value)
  const plans: Plan[] = link ? [emptyPlan([link])] : []
  while (dependencies.length > MAX_DEPENDENCIES) plans.push(emptyPlan(dependencies.splice(0, MAX_DEPENDENCIES)))
  plans.push(...payloadPlans(request, dependencies))
  return seal(core, copy, chain, device, plans, request, citation)
}

/** The verdict on a request before anything is sealed; the chains (hex) that an update refers to. */
function check(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  { channel, kind, payload }: AppendRequest,
  citation: Citation,
): Result<ReadonlySet<string>, AppendError> {
  const state = core.membership.stateAt(citation.heads)
  const channelType = parseChannelName(channel)?.type
  if (!state || !channelType || !mayAppend(state, chain.device, channelType, kind)) return err({ type: 'not-allowed' })
  if (copy.opaque || core.membership.current()?.needsNewerVersion) return err({ type: 'not-allowed' })
  const current = core.membership.current()
  const isLate =
    current &&
    channelType !== 'log' &&
    endsOf(current, chain.device, channelType).some((end) => !hasEnd(state.ends, end))
  if (isLate) return err({ type: 'not-allowed' })
  if (kind !== entryKind.update) return ok(new Set())
  if (isPayloadTooLong(payload)) return err({ type: 'content-refused', reason: 'too-long' })
  const verdict = checkUpdate(payload, ownSlots(core, copy, chain), copy, chain, { channelType, state })
  if (verdict.type === 'accepted') return ok(new Set(verdict.references.map((reference) => toHex(reference.chain))))
  if (verdict.type === 'held') return err({ type: 'too-early', missing: verdict.missing })
  return err({ type: 'content-refused', reason: `content: ${verdict.reason}` })
}

const onePlan = ({ kind, payload }: AppendRequest): Plan => ({ kind, payload, dependencies: [], tail: [] })

/** An entry for what it names: too many dependencies for one, or the life before (E2), on which nothing is built by that. */
const emptyPlan = (dependencies: readonly Dependency[]): Plan => ({
  kind: entryKind.merge,
  payload: EMPTY,
  dependencies,
  tail: [],
})

function payloadPlans(request: AppendRequest, dependencies: readonly Dependency[]): Plan[] {
  const parts = request.kind === entryKind.update ? splitPayload(request.payload) : [request.payload]
  const count = parts.length
  return parts.map((payload, i) => ({
    kind: request.kind,
    payload,
    dependencies: i === 0 ? dependencies : [],
    tail: [...(count > 1 ? [partTail({ index: i + 1, count })] : []), ...(i === 0 ? (request.tail ?? []) : [])],
  }))
}

async function seal(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  device: SigningKey,
  plans: readonly Plan[],
  request: AppendRequest,
  { heads, epoch }: Citation,
): Promise<Result<readonly Draft[], AppendError>> {
  const keys = core.keys.channelKeys(epoch, copy.tag)
  if (!keys) return err({ type: 'not-allowed' })
  const createdAt = core.membership.current()?.createdAtSeconds
  const seconds = createdAt === undefined ? 0 : Math.max(0, Math.floor(core.clock.now() / 1000) - createdAt)
  const drafts: Draft[] = []
  let { seq, id: prev } = core.heads.get(chain.tag) ?? { seq: 0, id: NO_ENTRY }
  let cited = chain.heads
  for (const [i, plan] of plans.entries()) {
    seq++
    const cites =
      request.kind !== entryKind.genesis &&
      (seq === 1 || seq % MEMBERSHIP_HEADS_EVERY === 0 || !sameHeads(cited, heads))
    const name: TailValue[] = seq === 1 ? [channelNameTail(request.channel)] : []
    const body: EntryBody = {
      ...plan,
      ...(cites ? { membershipHeads: heads } : {}),
      seconds,
      tail: [...plan.tail, ...name],
    }
    const header: OuterHeader = {
      version: VERSION,
      suite: SUITE,
      lane: isLogName(request.channel) ? 'log' : 'content',
      epoch,
      channel: copy.tag,
      chain: chain.tag,
      seq,
      prev,
    }
    const sealed = sealEntry(header, body, keys, core.random)
    const mustSign = i === plans.length - 1 || sealed.box.length > SIGN_ABOVE_BYTES
    drafts.push({ entry: mustSign ? await signEntry(sealed, device) : sealed, body })
    prev = sealed.id
    cited = heads
  }
  return ok(drafts)
}

export const channelTagOf = (core: ReplicaCore, name: ChannelName): ChannelTag => channelTag(core.keys.tagKey, name)

const isLogName = (name: ChannelName): boolean => parseChannelName(name)?.type === 'log'
