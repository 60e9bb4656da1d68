import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** The newest signature-covered entry of a chain, whatever its verdict (R2). */
export interface Head {
  readonly lane: Lane
  readonly channel: ChannelTag
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
}

/** What became of a run. Only `bad` blames the link it came by. */
export type Reception =
  | { readonly type: 'taken' }
  | { readonly type: 'known' }
  /** Entries before it, or the log that names its device, are missing: ask for them. */
  | { readonly type: 'waiting'; readonly missing: readonly { readonly chain: ChainTag; readonly from: number }[] }
  | { readonly type: 'bad'; readonly reason: string }

/** What replication needs of a workspace's copy; the replica implements it, the engine judges nothing itself. */
export interface EntrySource {
  heads(): readonly Head[]
  head(chain: ChainTag): Head | undefined
  /** Id of an entry that is held, to put together the header of a run whose prev was left out. */
  idAt(chain: ChainTag, seq: number): EntryId | undefined
  /** Consecutive entries of a chain from `from` on, at least one if held, about `maxBytes`; the last carries its signature (E9). */
  read(chain: ChainTag, from: number, maxBytes: number): Promise<readonly SealedEntry[]>
  /** Consecutive entries linked by prev, the last signed. Resolves when they are on disk, held or refused (E8). */
  receive(run: readonly SealedEntry[]): Promise<Reception>
}
