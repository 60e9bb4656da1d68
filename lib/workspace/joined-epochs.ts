/** Epochs that several rotations make together (docs/protocol.md K3), at any heads that somebody may have cited. */
import { compareBytes } from '#lib/base/bytes'
import type { EpochTag, WorkspaceId } from '#lib/base/ids'
import { epochTagOf } from '#lib/protocol/derive'
import { joinedCommitment } from '#lib/workspace/epochs-of-log'

export interface JoinedEpoch {
  readonly tag: EpochTag
  /** Of the rotations that it joins, sorted. */
  readonly commitments: readonly Uint8Array[]
}

/** Whoever makes many rotations at once has no more of their combinations looked at. */
const MAX_JOINED = 256

/**
 * Every set of two or more rotations none of which has seen another, small sets first. `commitments` are those of all
 * rotations; `areConcurrent` compares two by their index.
 */
export function joinedEpochs(
  workspaceId: WorkspaceId,
  commitments: readonly Uint8Array[],
  areConcurrent: (a: number, b: number) => boolean,
): readonly JoinedEpoch[] {
  let sets: readonly (readonly number[])[] = commitments.map((_, i) => [i])
  const joined: JoinedEpoch[] = []
  while (sets.length > 0 && joined.length < MAX_JOINED) {
    const larger: (readonly number[])[] = []
    for (const set of sets) {
      for (let i = (set.at(-1) ?? 0) + 1; i < commitments.length && larger.length < MAX_JOINED; i++) {
        if (set.every((one) => areConcurrent(one, i))) larger.push([...set, i])
      }
    }
    for (const set of larger) {
      const parts = set.flatMap((i) => commitments[i] ?? []).sort(compareBytes)
      joined.push({ tag: epochTagOf(joinedCommitment(workspaceId, parts)), commitments: parts })
    }
    sets = larger
  }
  return joined.slice(0, MAX_JOINED)
}
