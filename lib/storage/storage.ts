import type { ChainTag, ChannelTag, EntryId, PieceName } from '#lib/base/ids'
import type { Result } from '#lib/base/result'

export type StorageError =
  | { readonly type: 'fence-lost'; readonly chain: ChainTag }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed'; readonly reason: string }
  /** What was read is not what was written; the entries around these stay readable (`readIntact`). */
  | {
      readonly type: 'entries-damaged'
      readonly chain: ChainTag
      readonly fromSeq: number
      readonly toSeq: number
      /** Positions of the first and the last damaged entry. */
      readonly first: number
      readonly last: number
    }
  | { readonly type: 'record-damaged'; readonly key: string }
  | { readonly type: 'piece-damaged'; readonly name: PieceName }

/** One entry at rest. `bytes` is opaque here; the adapter seals it. */
export interface StoredEntry {
  readonly channel: ChannelTag
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
  readonly bytes: Uint8Array
}

/** The newest stored place of a chain: its greatest seq; of two entries with one seq the one committed first. */
export interface StoredHead {
  readonly channel: ChannelTag
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
}

/** All or nothing, durable when it resolves (E12). */
export interface Commit {
  readonly entries: readonly StoredEntry[]
  /** Each chain's newest place must be exactly this (`undefined`: none yet), compared as the transaction finds it (D5). */
  readonly fences?: readonly {
    readonly chain: ChainTag
    readonly expected: { readonly seq: number; readonly id: EntryId } | undefined
  }[]
  /** Named values put (`undefined` deletes). */
  readonly records?: readonly { readonly key: string; readonly value: Uint8Array | undefined }[]
  /** Pieces of files put, by name (F1). */
  readonly pieces?: readonly { readonly name: PieceName; readonly bytes: Uint8Array }[]
}

/** One workspace on disk, everything sealed under the storage key except pseudonymous keys of the index. */
export interface WorkspaceStore {
  heads(): Promise<readonly StoredHead[]>
  commit(commit: Commit): Promise<Result<void, StorageError>>
  /**
   * Entries of a channel in the order in which they were committed, with positions rising from `after` (exclusive;
   * 0 = all) and below `before`, if given.
   */
  readChannel(
    channel: ChannelTag,
    after: number,
    before?: number,
  ): Promise<Result<readonly { position: number; entry: StoredEntry }[], StorageError>>
  /** Entries of a chain with seq from `from` on in order, at most `limit`. */
  readChain(chain: ChainTag, from: number, limit: number): Promise<Result<readonly StoredEntry[], StorageError>>
  record(key: string): Promise<Result<Uint8Array | undefined, StorageError>>
  /** A piece of a file as it was put. */
  piece(name: PieceName): Promise<Result<Uint8Array | undefined, StorageError>>
  /** Where pieces stand, in no meaningful order: the disk does not say what they are called. */
  piecePlaces(): Promise<readonly string[]>
  /** The piece at one of {@link piecePlaces}; `undefined` where it is damaged or gone. */
  pieceAt(place: string): Promise<Result<Uint8Array | undefined, StorageError>>
  /** Keys of records starting with `prefix`, sorted. */
  recordKeys(prefix: string): Promise<readonly string[]>
  /** Whether commits really are strict here (E2, E12). */
  readonly durability: 'strict' | 'relaxed'
  close(): void
}

/** Everything of one browser profile: its workspaces and a few named values of its own. Sealed like they are. */
export interface ProfileStorage {
  /** `id` is the workspace id in lower-case hex. Opening one that does not exist yet gives an empty store. */
  workspace(id: string): Promise<Result<WorkspaceStore, StorageError>>
  /** Forgets everything of a workspace, durably. Stores of it that are still open fail from then on or find nothing. */
  deleteWorkspace(id: string): Promise<Result<void, StorageError>>
  record(key: string): Promise<Result<Uint8Array | undefined, StorageError>>
  /** `undefined` deletes. */
  putRecord(key: string, value: Uint8Array | undefined): Promise<Result<void, StorageError>>
  /**
   * Replaces a value by what `change` makes of the present one; no change of another tab is lost in between, so
   * `change` may run several times and must have no effect of its own.
   */
  updateRecord(
    key: string,
    change: (value: Uint8Array | undefined) => Uint8Array | undefined,
  ): Promise<Result<void, StorageError>>
  /** Whether commits really are strict here (E2, E12). */
  readonly durability: 'strict' | 'relaxed'
  /** Called once if the platform takes the storage away: another tab runs a newer version, or the data was cleared. */
  onLost: ((reason: 'newer-version' | 'taken-away') => void) | undefined
  close(): void
}

/**
 * Where key objects live that cannot be turned into bytes. Values are what a structured clone keeps; they are not
 * sealed, so nothing readable belongs here.
 */
export interface KeyStore {
  get(name: string): Promise<Result<unknown, StorageError>>
  put(values: ReadonlyMap<string, unknown>): Promise<Result<void, StorageError>>
  /** Puts all, unless one of the names is taken: then `false` and nothing is put. */
  add(values: ReadonlyMap<string, unknown>): Promise<Result<boolean, StorageError>>
  /** Deletes every name starting with `prefix`. */
  deleteAll(prefix: string): Promise<Result<void, StorageError>>
  close(): void
}
