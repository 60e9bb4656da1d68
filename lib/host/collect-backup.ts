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
import type { WorkspaceStore } from '#lib/storage/storage'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** Thrown out of {@link collectBackup}: nobody is to trust half a backup. */
export class UnreadableWorkspace extends Error {}

export interface BackupPlan {
  readonly workspaces: readonly {
    readonly keys: WorkspaceKeys
    readonly store: WorkspaceStore
    readonly pieces: readonly string[]
  }[]
  /** At most, of all pieces of files. */
  readonly fileBytes: number
  close(): void
}

/** What a backup of this profile would hold. Throws {@link UnreadableWorkspace} where a workspace cannot be opened. */
export async function planBackup(vault: Vault): Promise<BackupPlan> {
  const profile = await vault.profile()
  if (!profile.ok) throw new UnreadableWorkspace()
  const workspaces: BackupPlan['workspaces'][number][] = []
  const close = () => {
    for (const { store } of workspaces) store.close()
  }
  for (const { id } of profile.value.workspaces) {
    const keys = await vault.loadWorkspaceKeys(id)
    const store = await vault.storage.workspace(toHex(id))
    if (!keys.ok || !keys.value || !store.ok) {
      close()
      throw new UnreadableWorkspace()
    }
    workspaces.push({ keys: keys.value, store: store.value, pieces: await store.value.piecePlaces() })
  }
  const fileBytes = workspaces.reduce((sum, { pieces }) => sum + pieces.length * PIECE_BYTES, 0)
  return { workspaces, fileBytes, close }
}

/**
 * Everything that this browser profile holds, as the plain bytes of a backup. Read from the disk, not through a running
 * replica: no workspace has to be open, and what is damaged keeps nobody from saving the rest. Segments go with the entries:
 * some may have come without theirs (S0).
 */
export async function* collectBackup(
  { workspaces }: BackupPlan,
  { crypto, clock, random }: Pick<Platform, 'crypto' | 'clock' | 'random'>,
  { withFiles }: { readonly withFiles: boolean },
): AsyncGenerator<Uint8Array> {
  yield encodeBackupItem({ type: 'begin', madeSeconds: Math.floor(clock.now() / 1000) })
  for (const { keys, store, pieces } of workspaces) {
    const log = await readChannel(store, channelTag(keys.tagKey, logChannelName))
    for await (const item of itemsOf(keys, store, log)) yield encodeBackupItem(item)
    for (const place of withFiles ? pieces : []) {
      const piece = await store.pieceAt(place)
      if (!piece.ok) throw new UnreadableWorkspace()
      if (piece.value) yield encodeBackupItem({ type: 'piece', bytes: piece.value })
    }
  }

  async function* itemsOf(
    keys: WorkspaceKeys,
    store: WorkspaceStore,
    log: readonly SealedEntry[],
  ): AsyncGenerator<BackupItem> {
    const { workspaceId, genesis, epochs } = keys
    if (!genesis) throw new UnreadableWorkspace()
    const secrets = epochs.map(({ secret }) => secret)
    const state = await readLog(keys, log)
    const wayBack = state && (await wayBackOf(state, keys, { crypto, random }))
    yield { type: 'workspace', workspaceId, genesisPayload: genesis, secrets, wayBack }
    for (const run of packRuns(log, { strictly: true })) yield { type: 'run', bytes: encodeStandaloneRun(run) }
    const channels = await contentChannels(keys, store)
    const segments = await segmentsByChannel(store)
    for (const key of [...new Set([...channels.map(toHex), ...segments.keys()])]) {
      for (const record of segments.get(key) ?? []) {
        const segment = await store.record(record)
        if (segment.ok && segment.value) yield { type: 'segment', bytes: segment.value }
      }
      const channel = channels.find((one) => toHex(one) === key)
      if (!channel) continue
      const entries = await readChannel(store, channel)
      for (const run of packRuns(entries, { strictly: false })) yield { type: 'run', bytes: encodeStandaloneRun(run) }
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
    for (const run of packRuns(log, { strictly: true })) await replica.receive(run)
    return replica.membership.current()
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
async function contentChannels({ tagKey }: WorkspaceKeys, store: WorkspaceStore): Promise<readonly ChannelTag[]> {
  const [log, index] = [channelTag(tagKey, logChannelName), channelTag(tagKey, indexChannelName)]
  const found = new Map((await store.heads()).map(({ channel }) => [toHex(channel), channel]))
  found.delete(toHex(log))
  const others = [...found.values()].filter((channel) => !sameBytes(channel, index))
  return [index, ...others]
}

/** Keys of the records of segments, by channel (hex). */
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
