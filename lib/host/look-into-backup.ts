import type { BackedUpWorkspace } from '#lib/backup/backup-item'
import type { BackupBytes, BackupError } from '#lib/backup/backup-stream'
import { type BackupContent, type Reading, readBackup, type WorkspaceReading } from '#lib/backup/read-backup'
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
  const workspaces: WorkspaceInBackup[] = []
  const read = await readBackup<BackupError>(file, code, reading, async (item) => {
    const isTwice = workspaces.some(({ id }) => sameBytes(id, item.workspaceId))
    const look = isTwice ? undefined : await beginLook(item, ports, (found) => workspaces.push(found))
    return look ? ok(look) : err(DAMAGED)
  })
  if (!read.ok) return read
  return reading.signal.aborted ? err({ type: 'stopped' }) : ok({ madeAt: read.value, workspaces })
}

const DAMAGED = { type: 'damaged-backup' } as const

/** Undefined where its parts do not belong together. */
async function beginLook(
  { workspaceId, genesisPayload, secrets, wayBack }: BackedUpWorkspace,
  { crypto, clock, random }: Ports,
  tell: (found: WorkspaceInBackup) => void,
): Promise<WorkspaceReading<BackupError> | undefined> {
  const [first] = secrets
  const store = await openMemoryStorage(createMemoryDisk()).workspace(toHex(workspaceId))
  if (!first || !store.ok || !(await openGenesis(crypto, genesisPayload, workspaceId, first)).ok) return undefined
  const device = await crypto.signingKey(random.bytes(32))
  const replica = await openOfflineReplica({ crypto, clock, random, store: store.value, device, workspaceId, secrets })
  const channels = [logChannelName, indexChannelName].map((name) => channelTag(tagKey(first, workspaceId), name))
  let fileBytes = 0

  /** False for what is not what it should be. */
  async function take({ type, bytes }: BackupContent): Promise<boolean> {
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
  }

  return {
    take: async (item) => ((await take(item)) ? undefined : DAMAGED),
    async finish() {
      const state = replica.membership.current()
      if (!state) return DAMAGED
      const root = wayBack && (await seededRoot(crypto, wayBack.rootSeed))
      const hasWayBack = root !== undefined && state.members.has(toHex(root.publicKey))
      const pages = await countPages(replica)
      await replica.close()
      tell({ id: workspaceId, name: state.name, pages, fileBytes, hasWayBack })
      return undefined
    },
    giveUp: () => replica.close(),
  }
}

async function countPages(replica: Replica): Promise<number> {
  const index = await replica.open(indexChannelName)
  if (!index.ok) return 0
  const doc = createQuietDoc()
  applyAcceptedV2(doc, index.value.state)
  index.value.release()
  return listPages(doc).pages.length
}
