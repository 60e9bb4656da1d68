import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import { createAcknowledgedSegments } from '#lib/replica/acknowledged-segments'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { isStraight } from '#lib/replica/straight-chain'
import type { UncomparedSegment } from '#lib/replica/uncompared-segments'

/**
 * Whether this device holds the first entries of a segment and not the others, and all of it may count. Where somebody
 * acknowledged it (S1), relays may have dropped those (S3): then it stands for them (S0).
 */
function isHalfHeld(core: ReplicaCore, { chain, from, to }: UncomparedSegment): boolean {
  const { heads } = core
  const seq = heads.get(chain)?.seq ?? 0
  const isBetween = from <= seq && seq < to && heads.judged(chain) === seq
  const isHere = core.segments.coverIn(chain, from, seq) === undefined
  return isBetween && isHere && isStraight(core, chain) && to <= (heads.limit(chain) ?? to)
}

/** Chains of a channel that such a segment might carry on. */
export const chainsHalfHeld = (core: ReplicaCore, channel: ChannelTag): readonly ChainTag[] =>
  core.uncompared
    .all()
    .filter((one) => isHalfHeld(core, one))
    .map(({ chain }) => chain)
    .filter((chain) => sameBytes(core.heads.get(chain)?.channel ?? new Uint8Array(0), channel))

/** The segment that somebody acknowledged and that carries this chain on from its newest entry, all of what is here being judged. */
export async function restOfSegment(core: ReplicaCore, chain: ChainTag): Promise<SealedSegment | undefined> {
  const found = core.uncompared.all().filter((one) => sameBytes(one.chain, chain) && isHalfHeld(core, one))
  if (found.length === 0) return undefined
  const acknowledged = createAcknowledgedSegments(core)
  const segment = found.find((one) => acknowledged.isVouchedFor(chain, one))
  return segment && core.uncompared.read(segment)
}

/** It was of no use, and is not looked at again. */
export const dropRest = (core: ReplicaCore, sealed: SealedSegment): Promise<void> =>
  core.uncompared.drop(core.uncompared.all().filter(({ id }) => sameBytes(id, sealed.id)))
