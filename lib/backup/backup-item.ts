/**
 * What a backup holds, one item after the other: kind u8 ‖ length u32 ‖ bytes. A workspace begins with what opens it; its runs
 * and segments follow as they travel (the log first, then the index), then pieces of files.
 */
import type { BackupError } from '#lib/backup/backup-stream'
import { concat, u32 } from '#lib/base/bytes'
import type { EpochSecret, WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type DoorStatement, doorStatementFormat } from '#lib/protocol/door'
import { bytesOf, decodeWith, encodeWith, listOf, optional, record, sizedBytes, unsigned } from '#lib/protocol/format'

/** How the person comes in again as a new device: what their root signs with, and a place at each relay's door. */
export interface WayBack {
  /** 32 bytes. */
  readonly rootSeed: Uint8Array
  /** 32 bytes, of the relay key that the new device will show. */
  readonly relaySeed: Uint8Array
  /** That this key may come in, signed by the device that made the backup. */
  readonly doors: readonly DoorStatement[]
}

/** What opens a workspace. */
export interface BackedUpWorkspace {
  readonly workspaceId: WorkspaceId
  readonly genesisPayload: Uint8Array
  /** Oldest first, the first of all among them. */
  readonly secrets: readonly EpochSecret[]
  /** Absent where the person's root is on another device, or is no member any more. */
  readonly wayBack: WayBack | undefined
}

export type BackupItem =
  /** The first of all. */
  | { readonly type: 'begin'; readonly madeSeconds: number }
  | ({ readonly type: 'workspace' } & BackedUpWorkspace)
  /** A run with nothing left out (§3). */
  | { readonly type: 'run'; readonly bytes: Uint8Array }
  /** A segment, sealed (S0). */
  | { readonly type: 'segment'; readonly bytes: Uint8Array }
  /** A piece of a file, sealed (F1). */
  | { readonly type: 'piece'; readonly bytes: Uint8Array }

const MAX_ITEM_BYTES = 2 * 1024 * 1024
const MAX_SECRETS = 4096
const MAX_DOORS = 256
const HEAD_BYTES = 5

const beginFormat = unsigned(Number.MAX_SAFE_INTEGER)
const workspaceFormat = record<BackedUpWorkspace>({
  workspaceId: bytesOf<WorkspaceId>(32),
  genesisPayload: sizedBytes(1024),
  secrets: listOf(bytesOf<EpochSecret>(32), MAX_SECRETS),
  wayBack: optional(
    record<WayBack>({
      rootSeed: bytesOf(32),
      relaySeed: bytesOf(32),
      doors: listOf(doorStatementFormat, MAX_DOORS),
    }),
  ),
})

/** The order is part of the format. */
const KINDS = ['begin', 'workspace', 'run', 'segment', 'piece'] as const

export function encodeBackupItem(item: BackupItem): Uint8Array {
  const bytes = contentOf(item)
  return concat(Uint8Array.of(KINDS.indexOf(item.type)), u32(bytes.length), bytes)
}

function contentOf(item: BackupItem): Uint8Array {
  switch (item.type) {
    case 'begin':
      return encodeWith(beginFormat, item.madeSeconds)
    case 'workspace':
      return encodeWith(workspaceFormat, item)
    default:
      return item.bytes
  }
}

function decodeContent(type: BackupItem['type'] | undefined, bytes: Uint8Array): BackupItem | undefined {
  switch (type) {
    case 'begin': {
      const read = decodeWith(beginFormat, bytes)
      return read.ok ? { type, madeSeconds: read.value } : undefined
    }
    case 'workspace': {
      const read = decodeWith(workspaceFormat, bytes)
      return read.ok && read.value.secrets.length > 0 ? { type, ...read.value } : undefined
    }
    case undefined:
      return undefined
    default:
      return { type, bytes }
  }
}

/** An item and how many bytes of the plain stream were read with it. */
export interface PlacedItem {
  readonly item: BackupItem
  readonly read: number
}

/**
 * The items that `chunks` hold together; ends with an error where they do not. Safe on hostile bytes: an item that claims to be
 * longer than any is refused before it is waited for.
 */
export async function* readBackupItems(
  chunks: AsyncIterable<Result<Uint8Array, BackupError>>,
): AsyncGenerator<Result<PlacedItem, BackupError>> {
  const damaged = err({ type: 'damaged-backup' } as const)
  let rest = new Uint8Array(0)
  let read = 0
  let isFirst = true
  for await (const chunk of chunks) {
    if (!chunk.ok) return yield chunk
    rest = new Uint8Array(concat(rest, chunk.value))
    let at = 0
    for (;;) {
      const size = sizeAt(rest, at)
      if (size > MAX_ITEM_BYTES) return yield damaged
      if (rest.length - at < HEAD_BYTES + size) break
      const from = at + HEAD_BYTES
      const item = decodeContent(KINDS[rest[at] ?? KINDS.length], rest.slice(from, from + size))
      if (!item || (item.type === 'begin') !== isFirst) return yield damaged
      isFirst = false
      at = from + size
      read += HEAD_BYTES + size
      yield ok({ item, read })
    }
    rest = rest.slice(at)
  }
  if (rest.length > 0 || isFirst) yield damaged
}

/** Of the item at `at`; 0 while its head is not there yet. */
function sizeAt(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < HEAD_BYTES) return 0
  return new DataView(bytes.buffer, bytes.byteOffset + at + 1, 4).getUint32(0)
}
