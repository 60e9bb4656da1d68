import { inflateSync } from 'fflate'
import { err, ok, type Result } from '#lib/base/result'

/**
 * Reads zip archives (APPNOTE 6.3) of anybody: names are cleaned of ways out of the archive, sizes are checked before
 * anything is unpacked, and all that is unpacked together stays within one budget, so that a small file cannot fill the
 * memory. What is damaged is refused, never cut short.
 */

export type ZipError =
  | { readonly type: 'not-zip' }
  | { readonly type: 'locked-archive' }
  | { readonly type: 'too-many-files'; readonly limit: number }
  /** What it holds, unpacked. */
  | { readonly type: 'archive-too-large'; readonly limitMegabytes: number }

/** One file of an archive. */
export interface ZipFile {
  /** Folders parted by '/', no '.', '..' or empty one among them. */
  readonly path: string
  /** Bytes, unpacked, as the archive says. */
  readonly size: number
  /** Unpacks it: `undefined` where it is damaged, packed in an unknown way, or there is no room left for it. */
  bytes(): Uint8Array | undefined
}

const MEGABYTE = 1_048_576
const MAX_FILES = 20_000
/** Everything that is unpacked of an archive, and of the archives in it. */
const BUDGET_MEGABYTES = 256
/** Deflate packs no better: a greater size is a lie. */
const MAX_GROWTH = 1032

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const MAX_COMMENT_BYTES = 65_535

/** How much may still be unpacked. */
export interface ZipBudget {
  left: number
}

export const fullBudget = (): ZipBudget => ({ left: BUDGET_MEGABYTES * MEGABYTE })

/** The files of an archive in its own order, folders left out. */
export function readZip(bytes: Uint8Array, budget: ZipBudget): Result<readonly ZipFile[], ZipError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) return err({ type: 'not-zip' })
  const count = view.getUint16(end + 10, true)
  if (count > MAX_FILES) return err({ type: 'too-many-files', limit: MAX_FILES })
  const files: ZipFile[] = []
  let at = view.getUint32(end + 16, true)
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== ENTRY) return err({ type: 'not-zip' })
    const nameLength = view.getUint16(at + 28, true)
    const flags = view.getUint16(at + 8, true)
    const path = pathFrom(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength), (flags & 0x800) !== 0)
    if (path !== undefined && (flags & 1) !== 0) return err({ type: 'locked-archive' })
    if (path !== undefined) files.push(fileAt(view, at, path, budget))
    at += ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return ok(files)
}

function findEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES)
  for (let at = view.byteLength - END_BYTES; at >= first; at--) if (view.getUint32(at, true) === END) return at
  return undefined
}

/** `undefined` for a folder, and for a name that leads out of the archive. */
function pathFrom(bytes: Uint8Array, isUtf8: boolean): string | undefined {
  const name = decodeName(bytes, isUtf8)
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  return /[/\\]$/.test(name) || parts.length === 0 || parts.includes('..')
    ? undefined
    : parts.join('/').normalize('NFC')
}

/** Many programs write UTF-8 without saying so. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isUtf8 }).decode(bytes)
  } catch {
    return new TextDecoder('latin1').decode(bytes)
  }
}

function fileAt(view: DataView, at: number, path: string, budget: ZipBudget): ZipFile {
  const method = view.getUint16(at + 10, true)
  const checksum = view.getUint32(at + 16, true)
  const packedSize = view.getUint32(at + 20, true)
  const size = view.getUint32(at + 24, true)
  const local = view.getUint32(at + 42, true)
  return {
    path,
    size,
    bytes() {
      if (local + LOCAL_BYTES > view.byteLength || view.getUint32(local, true) !== LOCAL) return undefined
      const start = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      if (start + packedSize > view.byteLength || size > budget.left || size > packedSize * MAX_GROWTH) return undefined
      budget.left -= size
      const plain = unpack(new Uint8Array(view.buffer, view.byteOffset + start, packedSize), method, size)
      return plain && checksumOf(plain) === checksum ? plain : undefined
    },
  }
}

function unpack(packed: Uint8Array, method: number, size: number): Uint8Array | undefined {
  if (method === 0) return packed.length === size ? packed : undefined
  if (method !== 8) return undefined
  try {
    const plain = inflateSync(packed, { out: new Uint8Array(size + 1) })
    return plain.length === size ? plain : undefined
  } catch {
    return undefined // fflate reports damage by throwing
  }
}

/** CRC-32 (ISO 3309), four bits at a time. */
function checksumOf(bytes: Uint8Array): number {
  const table = Uint32Array.from({ length: 16 }, (_, index) => {
    let value = index
    for (let bit = 0; bit < 4; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    return value
  })
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum = (table[(sum ^ byte) & 15] ?? 0) ^ (sum >>> 4)
    sum = (table[(sum ^ (byte >>> 4)) & 15] ?? 0) ^ (sum >>> 4)
  }
  return (sum ^ 0xffffffff) >>> 0
}
