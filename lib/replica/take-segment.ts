import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { openSegment, verifySegment } from '#lib/document/seal-segment'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { ChannelKeys } from '#lib/protocol/derive'
import { SUITE, VERSION } from '#lib/protocol/outer-header'
import { decodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import { isHeld } from '#lib/replica/place-entries'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { SegmentReception } from '#lib/sync/entry-source'
import { roleOfDevice } from '#lib/workspace/authorize'
import type { MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

export type SegmentIntake =
  | { readonly type: 'offered'; readonly channel: ChannelTag; readonly sealed: SealedSegment; readonly again: boolean }
  | { readonly type: 'done'; readonly reception: SegmentReception }

/** A segment that somebody known signed; or why it is not taken for one. */
export type SegmentReading =
  | { readonly type: 'authentic'; readonly sealed: SealedSegment; readonly author: ChainAuthor }
  | { readonly type: 'bad'; readonly reason: 'malformed-segment' | 'lane' | 'signature' }
  | { readonly type: 'stranger' }

/** Safe on hostile bytes: form → author known → signature. */
export async function authenticSegment(core: ReplicaCore, bytes: Uint8Array): Promise<SegmentReading> {
  const decoded = decodeSealedSegment(bytes)
  if (!decoded.ok) return { type: 'bad', reason: 'malformed-segment' }
  const sealed = decoded.value
  const { channel, chain } = sealed.header
  if (sameBytes(channel, core.logChannel)) return { type: 'bad', reason: 'lane' }
  const author = authorOf(core, channel, chain)
  if (!author) return { type: 'stranger' }
  const isSigned = await verifySegment(core.crypto, author.device, sealed)
  return isSigned ? { type: 'authentic', sealed, author } : { type: 'bad', reason: 'signature' }
}

/**
 * The first half of a segment's way (S0), once it was read: whether it is of use. It waits in memory then, sealed: what
 * inflates to a thousand times its size does so only when it is due. Only what was judged comes to disk. A device takes no
 * segment of a life that it goes on with: what it lacks of that it must see (E2). `keep` is handed what stands for entries
 * that are here.
 */
export async function takeInSegment(
  core: ReplicaCore,
  read: SegmentReading,
  isGoingOn: (channel: ChannelTag, author: ChainAuthor) => boolean,
  keep: (sealed: SealedSegment, author: ChainAuthor) => Promise<void>,
): Promise<SegmentIntake> {
  const done = (reception: SegmentReception): SegmentIntake => ({ type: 'done', reception })
  if (read.type !== 'authentic') return done(read.type === 'bad' ? read : { type: 'waiting', isUnsigned: true })
  const { sealed, author } = read
  const { channel, chain, seq, epoch, version, suite } = sealed.header
  const refused = done({ type: 'refused', chain, from: seq })
  const to = seq + sealed.count - 1
  const keys = core.keys.channelKeys(epoch, channel)
  const isKnown = to <= (core.heads.get(chain)?.seq ?? 0)
  if (isKnown && (await leadsElsewhere(core, sealed, to, keys))) return refused
  const isDoubted = core.forks.isForked(channel) || core.segments.chain(chain)?.doubtedAfter !== undefined
  if (isKnown || core.heads.judged(chain) >= seq) {
    if (keys && !isDoubted && version === VERSION && suite === SUITE) await keep(sealed, author)
    return isKnown ? done({ type: 'known' }) : refused
  }
  if (isGoingOn(channel, author) || isDoubted || !keys || version !== VERSION || suite !== SUITE) return refused
  if (!mayHaveWritten(core, author.device, sealed, keys)) return refused
  const waiting = core.segments.offered(chain, seq)
  const again = waiting !== undefined && sameBytes(waiting.id, sealed.id)
  core.segments.offer(sealed, author.device)
  return { type: 'offered', channel, sealed, again }
}

/** Whether it stands for entries beside those that are held (E3): only these can tell where the lines part. */
async function leadsElsewhere(
  core: ReplicaCore,
  sealed: SealedSegment,
  to: number,
  keys: ChannelKeys | undefined,
): Promise<boolean> {
  const { chain } = sealed.header
  const opened = keys && openSegment(sealed, keys)
  if (!opened?.ok) return false
  await core.recallIds(chain, to, to)
  const isToldApart = core.idAt(chain, to) !== undefined || (core.forks.tree(chain)?.base ?? to + 1) <= to
  return isToldApart && !isHeld(core, chain, to, opened.value.lastId)
}

/** Whoever only reads now may have written once: then the heads that the segment cites say so. */
function mayHaveWritten(core: ReplicaCore, device: DeviceId, sealed: SealedSegment, keys: ChannelKeys): boolean {
  const isWriter = (state: MembershipState | undefined): boolean =>
    state !== undefined && hasAtLeast(roleOfDevice(state, device), 'commenter')
  if (isWriter(core.membership.current())) return true
  const opened = openSegment(sealed, keys)
  return opened.ok && isWriter(core.membership.stateAt(opened.value.heads))
}
