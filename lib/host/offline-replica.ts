import type { Clock } from '#lib/base/clock'
import type { EpochSecret, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { epochTag, tagKey } from '#lib/protocol/derive'
import { createKeyRing, type HeldEpoch } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import type { ReplicaEvents } from '#lib/replica/replica-events'
import type { WorkspaceStore } from '#lib/storage/storage'

export interface OfflineReplicaOptions extends Partial<ReplicaEvents> {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly store: WorkspaceStore
  readonly device: SigningKey
  readonly workspaceId: WorkspaceId
  /** Oldest first, E_0 among them; at least one. */
  readonly secrets: readonly EpochSecret[]
}

/** The epochs of a workspace, as they are kept. */
export const epochsOf = (workspaceId: WorkspaceId, secrets: readonly EpochSecret[]): readonly HeldEpoch[] =>
  secrets.map((secret) => ({ tag: epochTag(workspaceId, secret), secret }))

/** A replica that no tab looks at: for what is read from a file, or written into one, or brought back by a kit. */
export function openOfflineReplica({
  crypto,
  clock,
  random,
  store,
  device,
  workspaceId,
  secrets,
  ...events
}: OfflineReplicaOptions): Promise<Replica> {
  const [first] = secrets
  if (!first) throw new Error('A workspace has a first secret')
  const keys = createKeyRing(workspaceId, tagKey(first, workspaceId), epochsOf(workspaceId, secrets))
  return openReplica(
    { crypto, clock, random, store, keys, device },
    {
      onStored: () => {},
      onMembership: () => {},
      onAccepted: () => {},
      onRebuilt: () => {},
      onRefused: () => {},
      onStorageError: () => {},
      onCovered: () => {},
      onFolded: () => {},
      ...events,
    },
  )
}
