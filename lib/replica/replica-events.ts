import type { ChainTag, ChannelName, ChannelTag, DeviceId } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { StorageError } from '#lib/storage/storage'

/** What a replica tells of: entries on their way to the disk, the screen and the network, and what it refused. */

/** An accepted entry of a content channel, for whoever shows or counts it. */
export interface AcceptedContent {
  readonly channel: ChannelTag
  readonly name: ChannelName
  readonly chain: ChainTag
  readonly device: DeviceId
  /** Of the newest entry, where it is a segment's. */
  readonly seq: number
  /** It is a segment's, which stands for several entries (S0). */
  readonly isFolded: boolean
  /** The Yjs update, V1. */
  readonly update: Uint8Array
}

export interface Refusal {
  /**
   * `fork`: a device wrote two entries at one place (E3). `held-back`: own entries do not count, since they lie on or build on
   * the losing side of a fork; told once a run and life. `copied-profile`: others write with this device's keys (E2).
   */
  readonly type: 'void' | 'fork' | 'opaque' | 'held-back' | 'copied-profile'
  readonly device: DeviceId
  readonly reason: string
}

export interface ReplicaEvents {
  /** On disk and signature-covered, linked by prev: to be pushed on every link. */
  onStored(run: readonly SealedEntry[]): void
  /** To be shown. What others wrote may not be on disk yet: where it cannot be stored, it comes again (E8). */
  onAccepted(content: AcceptedContent): void
  onMembership(): void
  /** The copy of a channel was built anew: documents made from it must be, too (E11, W4). */
  onRebuilt(channel: ChannelTag): void
  onRefused(refusal: Refusal): void
  onStorageError(error: StorageError): void
  /** A chain moved without entries: segments carried it further, or are not believed any more (S0). */
  onCovered(chain: ChainTag): void
  /** An own segment was made; `nextSegment` gives it (S0). */
  onFolded(chain: ChainTag): void
}
