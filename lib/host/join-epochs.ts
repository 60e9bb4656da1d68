/** Finds the secrets that follow from those of several rotations (docs/protocol.md K3). */
import { compareBytes, toHex } from '#lib/base/bytes'
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
  /** The operation, in hex. */
  readonly id: string
  readonly operation: EntryId
  readonly commitment: Uint8Array
  readonly secret: EpochSecret
}

export function createEpochJoining({ keys, membership }: Pick<Replica, 'keys' | 'membership'>): EpochJoining {
  const { workspaceId } = keys
  /** Operations looked at, each with those that know nothing of it nor it of them, which nothing changes. */
  const rivals = new Map<string, { readonly operation: EntryId; readonly of: Set<string> }>()
  /** For which rotations joined epochs were last looked for. */
  let joinedFrom = ''

  function compareWithOthers({ id, operation }: HeldRotation): void {
    if (rivals.has(id)) return
    const own = new Set<string>()
    for (const [other, known] of rivals) {
      if (membership.covers([operation], [known.operation]) || membership.covers([known.operation], [operation]))
        continue
      own.add(other)
      known.of.add(id)
    }
    rivals.set(id, { operation, of: own })
  }

  /** Those whose author could make them, one of each secret. */
  function heldRotations(rotations: ReadonlyMap<string, EpochTag>): readonly HeldRotation[] {
    const held = new Map<string, HeldRotation>()
    for (const { operation, rotation } of membership.handedOut()) {
      const secret = rotation && keys.secretOf(epochTagOf(rotation.commitment))
      const id = toHex(operation)
      if (!rotation || !secret || !rotations.has(id)) continue
      const one = { id, operation, commitment: rotation.commitment, secret }
      held.set(toHex(rotation.commitment), one)
      compareWithOthers(one)
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
    const rivalsOf = rotations.map(({ id }) => rivals.get(id)?.of)
    const isRival = (a: number, b: number): boolean => rivalsOf[a]?.has(rotations[b]?.id ?? '') === true
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
      const among = (operations: readonly EntryId[]): HeldRotation[] => {
        const ids = new Set(operations.map(toHex))
        return held.filter(({ id }) => ids.has(id))
      }
      const now = among(state.epoch.operations)
      const isWhole = now.length > 1 && now.length === state.epoch.operations.length
      const isNew =
        isWhole &&
        add(
          state.epoch.tag,
          now.map(({ secret }) => secret),
        )
      const counting = among(state.epochs.flatMap(({ operations }) => operations))
      const isMore = joinAmong(counting)
      return (held.length > counting.length && joinAmong(held)) || isMore || isNew
    },
  }
}
