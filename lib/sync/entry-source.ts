import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { HeadClaim, WantItem } from '#lib/protocol/frame-fields'
import type { Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** The newest signature-covered entry of a chain, whatever its verdict; of a forked chain, of one of its lines (R2, E3). */
export interface Head {
  readonly lane: Lane
  readonly channel: ChannelTag
  /** The chain's name, or that of a branch. */
  readonly chain: ChainTag
  /** Of a branch: number of its first entry. */
  readonly from?: number
  readonly seq: number
  readonly id: EntryId
}

/** What became of a run. Only `bad` blames the link it came by. */
export type Reception =
  | { readonly type: 'taken' }
  | { readonly type: 'known' }
  /**
   * Entries before it are missing, from this number on or before; or, where none is named, the log that tells of its
   * device. `covered`: a segment stands for them here, and the chain is held beyond them (S0).
   */
  | { readonly type: 'waiting'; readonly from?: number; readonly covered?: true }
  | { readonly type: 'bad'; readonly reason: string }

/** What became of a segment (S0). Only `bad` blames the link it came by. */
export type SegmentReception =
  | { readonly type: 'taken' }
  | { readonly type: 'known' }
  /** Kept until what it needs has come, as far as there is room; not where nobody knows yet who might have signed it. */
  | { readonly type: 'waiting'; readonly isUnsigned?: true }
  /** Of no use here: its entries are needed. `isFull`: or it once more, since there was no room to wait in. */
  | { readonly type: 'refused'; readonly chain: ChainTag; readonly from: number; readonly isFull?: true }
  | { readonly type: 'bad'; readonly reason: string }

/** A segment as it travels, up to entry `to`. */
export interface HeldPiece {
  readonly bytes: Uint8Array
  readonly to: number
}

/** The next piece of a chain. */
export type FoldedPiece =
  | ({ readonly type: 'segment' } & HeldPiece)
  | { readonly type: 'run'; readonly run: readonly SealedEntry[] }

/** Consecutive entries of one chain, both ends included. */
export interface EntryRange {
  readonly from: number
  readonly to: number
}

/**
 * A segment beside the entries that are held here (S1): it is their fold, and acknowledged by enough or not yet; or it is
 * not; or they cannot tell, since some are not here or not judged, their chain is doubted or parted, or nobody can open it.
 * `unsigned`: the author of the chain did not make it, and nobody takes it.
 */
export type SegmentComparison = 'acknowledged' | 'same' | 'unlike' | 'unknown' | 'unsigned'

/** A segment on this device's disk. */
export interface SegmentHere extends EntryRange {
  /** Its entries are not here: it stands in their place. */
  readonly covers: boolean
}

/** What replication needs of a workspace's copy; the replica implements it, the engine judges nothing itself. */
export interface EntrySource {
  heads(): readonly Head[]
  /** Of a chain or a branch. */
  head(line: ChainTag): Head | undefined
  /** Whether the entry that somebody tells of is held, on whatever line; `undefined` where only the disk knows. */
  holds(claim: HeadClaim): boolean | undefined
  /** The name of the line on which an entry stands: its chain's own, or that of a branch. */
  lineOf(entry: SealedEntry): ChainTag
  /** Id of an entry that is held at a place before any fork, to put together the header of a run whose prev was left out. */
  idAt(chain: ChainTag, seq: number): EntryId | undefined
  /**
   * Consecutive entries of a chain or a branch from `from` on, at least one if held, about `maxBytes`; the last carries its
   * signature (E9). What a branch continues is no part of it.
   */
  read(line: ChainTag, from: number, maxBytes: number): Promise<readonly SealedEntry[]>
  /** As `read`, but a segment where one begins, and entries only up to the next. */
  readFolded(chain: ChainTag, from: number, maxBytes: number): Promise<FoldedPiece>
  /** The first segment of a chain that begins at `from` or later, where one is held (S0). */
  nextSegment(chain: ChainTag, from: number): Promise<HeldPiece | undefined>
  /** A segment in hostile bytes. Resolves when it is on disk, kept in waiting or refused. */
  receiveSegment(bytes: Uint8Array): Promise<SegmentReception>
  /** Ranges of this chain for which an acknowledged segment stands (S1), rising; none of a doubted chain or in a channel where one parted. Cheap. */
  acknowledged(chain: ChainTag): readonly EntryRange[]
  /** Whether this very segment is acknowledged; none is of a chain that is not straight. `id`: 32 bytes. Cheap. */
  isAcknowledged(chain: ChainTag, segment: EntryRange & { readonly id: Uint8Array }): boolean
  /** Compares a segment in hostile bytes, as it lies at a relay, with the entries that are held here (S1). */
  compareSegment(bytes: Uint8Array): Promise<SegmentComparison>
  /** Those on disk, rising; none of a branch. */
  segments(chain: ChainTag): readonly SegmentHere[]
  /** The newest entry of this chain that counts though its author's standing ended (W1), endless where it did not: a segment that reaches beyond is judged by its entries. Cheap. */
  countsTo(chain: ChainTag): number
  /** Whether nothing parts in the channel of this chain (E3), and no segment of it was found false (S0). */
  isStraight(chain: ChainTag): boolean
  /** Entries for which segments stand here; they may be fetched at leisure. */
  covered(): readonly WantItem[]
  /** Consecutive entries linked by prev, the last signed. Resolves when they are on disk, held or refused (E8). */
  receive(run: readonly SealedEntry[]): Promise<Reception>
}
