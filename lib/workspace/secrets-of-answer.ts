/** Which secrets somebody who comes in is handed (docs/protocol.md K2). */
import { toHex } from '#lib/base/bytes'
import type { EpochSecret, EpochTag } from '#lib/base/ids'
import { MAX_SECRETS } from '#lib/workspace/admission-answer'
import type { MembershipState } from '#lib/workspace/membership-state'

type Epochs = Pick<MembershipState, 'epochs' | 'rotations'>

/**
 * The first, then as many of the newest as an answer holds, as far as this device has them: of epochs that count before
 * those in which somebody may have written all the same. A key ring may hold more: what others put into it.
 */
export function secretsOfAnswer(
  state: Epochs,
  keys: { secretOf(epoch: EpochTag): EpochSecret | undefined },
): readonly EpochSecret[] {
  const [first, ...later] = state.epochs
  const wanted = [...later.map(({ tag }) => tag).reverse(), ...[...state.rotations.values()].reverse()]
  const tags = [...new Map(wanted.map((tag) => [toHex(tag), tag])).values()]
  const newest = tags.flatMap((tag) => keys.secretOf(tag) ?? []).slice(0, MAX_SECRETS - 1)
  const start = first && keys.secretOf(first.tag)
  return start ? [start, ...newest.reverse()] : []
}

/** Epochs that count and may have found no place in an answer: `key.share` brings these. */
export const epochsBeyondAnswer = ({ epochs }: Pick<MembershipState, 'epochs'>): readonly EpochTag[] =>
  epochs.slice(1, Math.max(1, epochs.length - MAX_SECRETS + 1)).map(({ tag }) => tag)
