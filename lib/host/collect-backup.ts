import { type BackupItem, encodeBackupItem } from '#lib/backup/backup-item'
import { packRuns } from '#lib/backup/pack-runs'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import type { Platform } from '#lib/host/browser-platform'
import { openOfflineReplica } from '#lib/host/offline-replica'
import { wayBackOf } from '#lib/host/way-back'
import { indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { encodeStandaloneRun } from '#lib/protocol/entry-run'
import { PIECE_BYTES } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { decodeSealedSegment } from '#lib/protocol/sealed-segment'
import { storedToEntry } from '#lib/replica/entry-record'
import { SEGMENT_RECORDS } from '#lib/replica/segment-table'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { readIntact } from '#lib/storage/read-intact'
import type { StoredHead, WorkspaceStore } from '#lib/storage/storage'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** Thrown out of {@link collectBackup}: nobody is to trust half a backup. */
export class UnreadableWorkspace extends Error {}

interface PlannedWorkspace {
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly pieces: readonly string[]
  /** How far each chain reached: the log that is read later names the author of all of it. */
  readonly heads: readonly StoredHead[]
  /** Keys of the records of segments, by channel (hex). */
  readonly segments: ReadonlyMap<string, readonly string[]>
}

export interface BackupPlan {
  readonly workspaces: readonly PlannedWorkspace[]
  /** At most, of all pieces of files. */
  readonly fileBytes: number
  close(): void
}

/** What a backup of this profile would hold. Throws {@link UnreadableWorkspace} where one of its workspaces cannot be opened. */
export async function planBackup(vault: Vault): Promise<BackupPlan> {
  const profile = await vault.profile()
  if (!profile.ok) throw new UnreadableWorkspace()
  const workspaces: BackupPlan['workspaces'][number][] = []
  const stores: WorkspaceStore[] = []
  const close = () => {
    for (const store of stores) store.close()
  }
  try {
    for (const { id } of profile.value.workspaces) {
      const opened = await vault.storage.workspace(toHex(id))
      if (!opened.ok) throw new UnreadableWorkspace()
      const store = opened.value
      stores.push(store)
      const [pieces, heads, segments] = [await store.piecePlaces(), await store.heads(), await segmentsByChannel(store)]
      // after the heads: what stands there opens with these
      const keys = await vault.loadWorkspaceKeys(id)
      if (!keys.ok || !keys.value) throw new UnreadableWorkspace()
      workspaces.push({ keys: keys.value, store, pieces, heads, segments })
    }
  } catch (error) {
    close()
    throw error
  }
  const fileBytes = workspaces.reduce((sum, { pieces }) => sum + pieces.length * PIECE_BYTES, 0)
  return { workspaces, fileBytes, close }
}

/**
 * Everything that this browser profile holds, as the plain bytes of a backup. Read from the disk, not through a running
 * replica: no workspace has to be open, and a damaged entry keeps nobody from saving those around it. Somebody may go on writing
 * meanwhile: what is newer than the plan stays out. Segments go with the entries: some may have come without theirs (S0).
 */
export async function* collectBackup(
  { workspaces }: BackupPlan,
  { crypto, clock, random }: Pick<Platform, 'crypto' | 'clock' | 'random'>,
  { withFiles }: { readonly withFiles: boolean },
): AsyncGenerator<Uint8Array> {
  yield encodeBackupItem({ type: 'begin', madeSeconds: Math.floor(clock.now() / 1000) })
  for (const planned of workspaces) {
    const { store, pieces } = planned
    for await (const item of itemsOf(planned)) yield encodeBackupItem(item)
    for (const place of withFiles ? pieces : []) {
      const piece = await store.pieceAt(place)
      if (!piece.ok) throw new UnreadableWorkspace()
      if (piece.value) yield encodeBackupItem({ type: 'piece', bytes: piece.value })
    }
  }

  async function* itemsOf({ keys, store, heads, segments }: PlannedWorkspace): AsyncGenerator<BackupItem> {
    const log = await readChannel(store, channelTag(keys.tagKey, logChannelName))
    const { workspaceId, genesis, epochs } = keys
    if (!genesis) throw new UnreadableWorkspace()
    const secrets = epochs.map(({ secret }) => secret)
    const state = await readLog(keys, log)
    const wayBack = state && (await wayBackOf(state, keys, { crypto, random }))
    yield { type: 'workspace', workspaceId, genesisPayload: genesis, secrets, wayBack }
    for (const run of packRuns(log, { strictly: true })) yield { type: 'run', bytes: encodeStandaloneRun(run) }
    const channels = contentChannels(keys, heads)
    const planned = new Map(heads.map(({ chain, seq }) => [toHex(chain), seq]))
    for (const key of [...new Set([...channels.map(toHex), ...segments.keys()])]) {
      for (const record of segments.get(key) ?? []) {
        const segment = await store.record(record)
        if (segment.ok && segment.value) yield { type: 'segment', bytes: segment.value }
      }
      const channel = channels.find((one) => toHex(one) === key)
      if (!channel) continue
      const entries = await readChannel(store, channel)
      const known = entries.filter(({ header }) => header.seq <= (planned.get(toHex(header.chain)) ?? 0))
      for (const run of packRuns(known, { strictly: false })) yield { type: 'run', bytes: encodeStandaloneRun(run) }
    }
  }

  /** The log as it stands, judged in memory: the replica that runs is somebody else's. */
  async function readLog({ workspaceId, epochs }: WorkspaceKeys, log: readonly SealedEntry[]) {
    const copy = await openMemoryStorage(createMemoryDisk()).workspace(toHex(workspaceId))
    if (!copy.ok) return undefined
    const replica = await openOfflineReplica({
      ...{ crypto, clock, random, store: copy.value, workspaceId },
      device: await crypto.signingKey(random.bytes(32)),
      secrets: epochs.map(({ secret }) => secret),
    })
    try {
      for (const run of packRuns(log, { strictly: true })) await replica.receive(run)
      return replica.membership.current()
    } finally {
      await replica.close()
    }
  }
}

async function readChannel(store: WorkspaceStore, channel: ChannelTag): Promise<readonly SealedEntry[]> {
  const { entries } = await readIntact(store, channel, 0).catch(() => {
    throw new UnreadableWorkspace()
  })
  return entries.flatMap(({ entry }) => {
    const read = storedToEntry(entry)
    return read.ok ? [read.value] : []
  })
}

/** All but the log, the index first: whoever looks into the file learns from it what is there. */
function contentChannels({ tagKey }: WorkspaceKeys, heads: readonly StoredHead[]): readonly ChannelTag[] {
  const [log, index] = [channelTag(tagKey, logChannelName), channelTag(tagKey, indexChannelName)]
  const found = new Map(heads.map(({ channel }) => [toHex(channel), channel]))
  found.delete(toHex(log))
  const others = [...found.values()].filter((channel) => !sameBytes(channel, index))
  return [index, ...others]
}

async function segmentsByChannel(store: WorkspaceStore): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (const key of await store.recordKeys(SEGMENT_RECORDS)) {
    const bytes = await store.record(key)
    const segment = bytes.ok && bytes.value ? decodeSealedSegment(bytes.value) : undefined
    if (!segment?.ok) continue
    const channel = toHex(segment.value.header.channel)
    found.set(channel, [...(found.get(channel) ?? []), key])
  }
  return found
}
