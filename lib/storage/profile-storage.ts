import type { Result } from '#lib/base/result'
import type { StorageError, WorkspaceStore } from '#lib/storage/storage'

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
