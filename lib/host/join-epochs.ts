/** Finds the secrets that follow from those of several rotations (docs/protocol.md K3). */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId, EpochSecret, EpochTag } from '#lib/base/ids'
import { epochTagOf } from '#lib/protocol/derive'
import type { Replica } from '#lib/replica/replica'
import { joinSecrets } from '#lib/workspace/epoch'
import { joinedEpochs } from '#lib/workspace/joined-epochs'

export interface EpochJoining {
  /** For every set of rotations that somebody may have seen side by side; whether anything is new. */
  join(): boolean
}

interface HeldRotation {
  readonly operation: EntryId
  readonly commitment: Uint8Array
  readonly secret: EpochSecret
}

export function createEpochJoining({ keys, membership }: Pick<Replica, 'keys' | 'membership'>): EpochJoining {
  const { workspaceId } = keys
  /** By two operations: whether neither has seen the other, which nothing changes. */
  const concurrent = new Map<string, boolean>()
  /** For which rotations joined epochs were last looked for. */
  let joinedFrom = ''

  function areConcurrent(a: EntryId, b: EntryId): boolean {
    const key = `${toHex(a)} ${toHex(b)}`
    const isKnown = concurrent.get(key)
    if (isKnown !== undefined) return isKnown
    const are = !membership.covers([a], [b]) && !membership.covers([b], [a])
    concurrent.set(key, are)
    return are
  }

  /** Those whose author could make them, one of each secret. */
  function heldRotations(rotations: ReadonlyMap<string, EpochTag>): readonly HeldRotation[] {
    const held = new Map<string, HeldRotation>()
    for (const { operation, rotation } of membership.handedOut()) {
      const secret = rotation && keys.secretOf(epochTagOf(rotation.commitment))
      if (!rotation || !secret || !rotations.has(toHex(operation))) continue
      held.set(toHex(rotation.commitment), { operation, commitment: rotation.commitment, secret })
    }
    return [...held.values()].sort((a, b) => compareBytes(a.commitment, b.commitment))
  }

  function add(tag: EpochTag, secrets: readonly EpochSecret[]): boolean {
    if (keys.secretOf(tag)) return false
    keys.addJoined({ tag, secret: joinSecrets(workspaceId, secrets) })
    return true
  }

  function joinAmong(rotations: readonly HeldRotation[]): boolean {
    const secrets = new Map(rotations.map(({ commitment, secret }) => [toHex(commitment), secret]))
    const isRival = (a: number, b: number): boolean => {
      const [one, other] = [rotations[a], rotations[b]]
      return one !== undefined && other !== undefined && areConcurrent(one.operation, other.operation)
    }
    const commitments = rotations.map(({ commitment }) => commitment)
    const joined = joinedEpochs(workspaceId, commitments, isRival)
    const added = joined.filter(({ tag, commitments: parts }) =>
      add(
        tag,
        parts.flatMap((part) => secrets.get(toHex(part)) ?? []),
      ),
    )
    return added.length > 0
  }

  return {
    join() {
      const state = membership.current()
      if (!state) return false
      const held = heldRotations(state.rotations)
      const from = [state.epoch.tag, ...held.map(({ commitment }) => commitment)].map(toHex).join()
      if (from === joinedFrom) return false
      joinedFrom = from
      const isOneOf = (operations: readonly EntryId[]) => (one: HeldRotation) =>
        operations.some((operation) => sameBytes(operation, one.operation))
      const now = held.filter(isOneOf(state.epoch.operations))
      const isWhole = now.length > 1 && now.length === state.epoch.operations.length
      const isNew =
        isWhole &&
        add(
          state.epoch.tag,
          now.map(({ secret }) => secret),
        )
      const counting = held.filter(isOneOf(state.epochs.flatMap(({ operations }) => operations)))
      const isMore = joinAmong(counting)
      return (held.length > counting.length && joinAmong(held)) || isMore || isNew
    },
  }
}
