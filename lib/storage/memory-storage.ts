import { toHex } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type {
  Commit,
  KeyStore,
  ProfileStorage,
  StorageError,
  StoredEntry,
  StoredHead,
  WorkspaceStore,
} from '#lib/storage/storage'

/**
 * Storage in memory, for tests and the simulation. What is on the disk outlives the stores opened on it, so a crash is
 * dropping the store and a restored backup is a copied disk. Nothing is sealed: there is no disk to read.
 */
interface MemoryWorkspace {
  readonly channels: Map<string, { position: number; entry: StoredEntry }[]>
  readonly chains: Map<string, StoredEntry[]>
  readonly heads: Map<string, StoredHead>
  readonly records: Map<string, Uint8Array>
  readonly pieces: Map<string, Uint8Array>
  taken: number
}

export interface MemoryDisk {
  readonly workspaces: Map<string, MemoryWorkspace>
  readonly records: Map<string, Uint8Array>
  readonly keys: Map<string, unknown>
  /** Set to refuse every write the way a full disk does. */
  full: boolean
}

export function createMemoryDisk(): MemoryDisk {
  return { workspaces: new Map(), records: new Map(), keys: new Map(), full: false }
}

/** The same contents on a disk of their own. */
export function copyMemoryDisk(disk: MemoryDisk): MemoryDisk {
  const copyLists = <T>(lists: Map<string, T[]>) => new Map([...lists].map(([key, list]) => [key, [...list]]))
  const workspaces = [...disk.workspaces].map(
    ([id, { channels, chains, heads, records, pieces, taken }]) =>
      [
        id,
        {
          channels: copyLists(channels),
          chains: copyLists(chains),
          heads: new Map(heads),
          records: new Map(records),
          pieces: new Map(pieces),
          taken,
        },
      ] as const,
  )
  return {
    workspaces: new Map(workspaces),
    records: new Map(disk.records),
    keys: new Map(disk.keys),
    full: disk.full,
  }
}

/** Puts a disk back to how `before` was; stores that are open on it see that. */
export function restoreMemoryDisk(disk: MemoryDisk, before: MemoryDisk): void {
  const copy = copyMemoryDisk(before)
  disk.workspaces.clear()
  for (const [id, workspace] of copy.workspaces) disk.workspaces.set(id, workspace)
}

export function openMemoryStorage(
  disk: MemoryDisk = createMemoryDisk(),
  durability: 'strict' | 'relaxed' = 'strict',
): ProfileStorage {
  let closed = false
  const refusal = (): StorageError | undefined => {
    if (closed) return { type: 'storage-failed', reason: 'closed' }
    return disk.full ? { type: 'storage-full' } : undefined
  }
  const put = (key: string, value: Uint8Array | undefined): Result<void, StorageError> => {
    const refused = refusal()
    if (refused) return err(refused)
    if (value === undefined) disk.records.delete(key)
    else disk.records.set(key, value.slice())
    return ok(undefined)
  }
  return {
    durability,
    onLost: undefined,
    workspace: async (id) => {
      const workspace = disk.workspaces.get(id) ?? createMemoryWorkspace()
      disk.workspaces.set(id, workspace)
      return ok(openMemoryWorkspace(workspace, durability, refusal))
    },
    deleteWorkspace: async (id) => {
      disk.workspaces.delete(id)
      return ok(undefined)
    },
    record: async (key) => ok(disk.records.get(key)?.slice()),
    putRecord: async (key, value) => put(key, value),
    updateRecord: async (key, change) => put(key, change(disk.records.get(key)?.slice())),
    close() {
      closed = true
    },
  }
}

const createMemoryWorkspace = (): MemoryWorkspace => ({
  channels: new Map(),
  chains: new Map(),
  heads: new Map(),
  records: new Map(),
  pieces: new Map(),
  taken: 0,
})

function openMemoryWorkspace(
  workspace: MemoryWorkspace,
  durability: 'strict' | 'relaxed',
  refusal: () => StorageError | undefined,
): WorkspaceStore {
  let closed = false
  return {
    durability,
    heads: async () => [...workspace.heads.values()],
    commit: async (commit) => {
      const refused = closed ? ({ type: 'storage-failed', reason: 'closed' } as const) : refusal()
      if (refused) return err(refused)
      const lost = commit.fences?.find(({ chain, expected }) => {
        const head = workspace.heads.get(toHex(chain))
        return head?.seq !== expected?.seq || (head && expected && toHex(head.id) !== toHex(expected.id))
      })
      if (lost) return err({ type: 'fence-lost', chain: lost.chain })
      applyCommit(workspace, commit)
      return ok(undefined)
    },
    readChannel: async (channel, after, before = Number.POSITIVE_INFINITY) => {
      const placed = workspace.channels.get(toHex(channel)) ?? []
      return ok(placed.filter(({ position }) => position > after && position < before))
    },
    readChain: async (chain, from, limit) => {
      const found = (workspace.chains.get(toHex(chain)) ?? []).filter(({ seq }) => seq >= from)
      return ok(found.sort((a, b) => a.seq - b.seq).slice(0, limit))
    },
    record: async (key) => ok(workspace.records.get(key)?.slice()),
    piece: async (name) => ok(workspace.pieces.get(toHex(name))?.slice()),
    piecePlaces: async () => [...workspace.pieces.keys()],
    pieceAt: async (place) => ok(workspace.pieces.get(place)?.slice()),
    recordKeys: async (prefix) => [...workspace.records.keys()].filter((key) => key.startsWith(prefix)).sort(),
    close() {
      closed = true
    },
  }
}

function applyCommit(workspace: MemoryWorkspace, commit: Commit): void {
  for (const { channel, chain, seq, id, bytes } of commit.entries) {
    const entry: StoredEntry = { channel, chain, seq, id, bytes: bytes.slice() }
    workspace.taken += 1
    listIn(workspace.channels, toHex(channel)).push({ position: workspace.taken, entry })
    listIn(workspace.chains, toHex(chain)).push(entry)
    const head = workspace.heads.get(toHex(chain))
    if (head === undefined || head.seq < seq) workspace.heads.set(toHex(chain), { channel, chain, seq, id })
  }
  for (const { key, value } of commit.records ?? []) {
    if (value === undefined) workspace.records.delete(key)
    else workspace.records.set(key, value.slice())
  }
  for (const { name, bytes } of commit.pieces ?? []) workspace.pieces.set(toHex(name), bytes.slice())
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

export function openMemoryKeyStore(disk: MemoryDisk = createMemoryDisk()): KeyStore {
  const putAll = (values: ReadonlyMap<string, unknown>) => {
    for (const [name, value] of values) disk.keys.set(name, value)
  }
  return {
    get: async (name) => ok(disk.keys.get(name)),
    put: async (values) => {
      if (disk.full) return err({ type: 'storage-full' })
      putAll(values)
      return ok(undefined)
    },
    add: async (values) => {
      if (disk.full) return err({ type: 'storage-full' })
      if ([...values.keys()].some((name) => disk.keys.has(name))) return ok(false)
      putAll(values)
      return ok(true)
    },
    deleteAll: async (prefix) => {
      for (const name of disk.keys.keys()) if (name.startsWith(prefix)) disk.keys.delete(name)
      return ok(undefined)
    },
    close() {},
  }
}
