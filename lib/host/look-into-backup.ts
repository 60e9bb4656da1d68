import { type BackedUpWorkspace, type BackupItem, readBackupItems } from '#lib/backup/backup-item'
import type { BackupBytes, BackupError } from '#lib/backup/backup-stream'
import { openBackupStream } from '#lib/backup/backup-stream'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { listPages } from '#lib/document/workspace-index'
import type { Platform } from '#lib/host/browser-platform'
import { openOfflineReplica } from '#lib/host/offline-replica'
import { indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { channelTag, tagKey } from '#lib/protocol/derive'
import { decodeStandaloneRun } from '#lib/protocol/entry-run'
import { decodeSealedSegment } from '#lib/protocol/sealed-segment'
import type { Replica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import { seededRoot } from '#lib/vault/device-keys'
import { openGenesis } from '#lib/workspace/genesis'

/** What a backup holds, told from what is in it and not from what it claims. */
export interface BackupContents {
  /** Milliseconds since 1970, by the clock of the device that made it. */
  readonly madeAt: number
  readonly workspaces: readonly WorkspaceInBackup[]
}

export interface WorkspaceInBackup {
  readonly id: WorkspaceId
  readonly name: string
  /** The trash not counted. */
  readonly pages: number
  /** Of pieces of files. */
  readonly fileBytes: number
  /** Whether its person can come in again by it. */
  readonly hasWayBack: boolean
}

/** How far a file was read, of all its bytes, and a way to stop. */
export interface Reading {
  readonly signal: AbortSignal
  onRead(bytes: number): void
}

type Ports = Pick<Platform, 'crypto' | 'clock' | 'random'>

/**
 * Reads a whole backup without writing anything: opens every chunk, takes log and index of every workspace as a peer would, and
 * counts the rest. A file that passes can be restored. Safe on hostile bytes.
 */
export async function lookIntoBackup(
  file: BackupBytes,
  code: string,
  ports: Ports,
  reading: Reading,
): Promise<Result<BackupContents, BackupError | { readonly type: 'stopped' }>> {
  const opened = await openBackupStream(file, code)
  if (!opened.ok) return opened
  const workspaces: WorkspaceInBackup[] = []
  let look: Look | undefined
  let madeAt = 0
  for await (const placed of readBackupItems(opened.value.chunks())) {
    if (reading.signal.aborted) return err({ type: 'stopped' })
    if (!placed.ok) return placed
    reading.onRead(placed.value.read)
    const { item } = placed.value
    if (item.type === 'begin') madeAt = item.madeSeconds * 1000
    else if (item.type === 'workspace') {
      const ended = await look?.end()
      if (look && !ended) return err({ type: 'damaged-backup' })
      if (ended) workspaces.push(ended)
      look = await beginLook(item, ports)
      if (!look || workspaces.some(({ id }) => sameBytes(id, item.workspaceId))) return err({ type: 'damaged-backup' })
    } else if (!(await look?.take(item))) return err({ type: 'damaged-backup' })
  }
  const ended = await look?.end()
  if (look && !ended) return err({ type: 'damaged-backup' })
  if (ended) workspaces.push(ended)
  return reading.signal.aborted ? err({ type: 'stopped' }) : ok({ madeAt, workspaces })
}

interface Look {
  /** False for what is not what it should be. */
  take(item: Exclude<BackupItem, { type: 'begin' | 'workspace' }>): Promise<boolean>
  /** Undefined where its log does not even found it. */
  end(): Promise<WorkspaceInBackup | undefined>
}

/** Undefined where its parts do not belong together. */
async function beginLook({ workspaceId, genesisPayload, secrets, wayBack }: BackedUpWorkspace, ports: Ports) {
  const { crypto, clock, random } = ports
  const [first] = secrets
  const store = await openMemoryStorage(createMemoryDisk()).workspace(toHex(workspaceId))
  if (!first || !store.ok || !(await openGenesis(crypto, genesisPayload, workspaceId, first)).ok) return undefined
  const device = await crypto.signingKey(random.bytes(32))
  const replica = await openOfflineReplica({ crypto, clock, random, store: store.value, device, workspaceId, secrets })
  const channels = [logChannelName, indexChannelName].map((name) => channelTag(tagKey(first, workspaceId), name))
  let fileBytes = 0
  const look: Look = {
    async take({ type, bytes }) {
      if (type === 'piece') {
        fileBytes += bytes.length
        return true
      }
      if (type === 'segment') {
        const segment = decodeSealedSegment(bytes)
        const isIndex = segment.ok && channels.some((channel) => sameBytes(channel, segment.value.header.channel))
        if (isIndex) await replica.receiveSegment(bytes)
        return segment.ok
      }
      const run = decodeStandaloneRun(bytes)
      const channel = run.ok ? run.value[0]?.header.channel : undefined
      if (!run.ok || !channel) return false
      if (channels.some((one) => sameBytes(one, channel))) await replica.receive(run.value)
      return true
    },
    async end() {
      const state = replica.membership.current()
      const root = wayBack && (await seededRoot(crypto, wayBack.rootSeed))
      const hasWayBack = root !== undefined && state?.members.has(toHex(root.publicKey)) === true
      const pages = await countPages(replica)
      await replica.close()
      return state && { id: workspaceId, name: state.name, pages, fileBytes, hasWayBack }
    },
  }
  return look
}

async function countPages(replica: Replica): Promise<number> {
  const index = await replica.open(indexChannelName)
  if (!index.ok) return 0
  const doc = createQuietDoc()
  applyAcceptedV2(doc, index.value.state)
  index.value.release()
  return listPages(doc).pages.length
}
