/**
 * Operations that this device took in, as one piece of bytes: what a device keeps for itself, so that it need not open
 * every entry of the log again. No wire format; whoever reads it trusts the one who wrote it.
 */
import type { DeviceId, EntryId } from '#lib/base/ids'
import { type ByteReader, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { optional } from '#lib/protocol/format'
import { MAX_KIND, MAX_PAYLOAD_BYTES, MAX_SEQ } from '#lib/protocol/limits'
import { inviteNoteFormat } from '#lib/workspace/invite-note'
import type { LogEntry } from '#lib/workspace/log-node'
import type { Operation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation, operationKinds } from '#lib/workspace/operation-format'

const MAX_OPERATIONS = 1_000_000
const MAX_KINDS = 1024
const MAX_PARENTS = 1024

const note = optional(inviteNoteFormat)

/** `entries` come each after its parents. */
export const encodeLogEntries = (entries: readonly LogEntry[]): Uint8Array =>
  writeAll((writer) => {
    writer.list(operationKinds, writer.varUint)
    writer.list(entries, (entry) => writeEntry(writer, entry))
  })

/**
 * The entries as they were written; `undefined` for anything else, and for what a version wrote that knew other
 * operations: what it left unread must be read from the entries.
 */
export function decodeLogEntries(bytes: Uint8Array): readonly LogEntry[] | undefined {
  const read = readAll(bytes, (reader) => {
    const kinds = reader.list(MAX_KINDS, () => reader.varUint())
    if (kinds.join() !== operationKinds.join()) return reader.fail('other operations')
    return reader.list(MAX_OPERATIONS, () => readEntry(reader))
  })
  return read.ok ? read.value : undefined
}

function writeEntry(writer: ByteWriter, entry: LogEntry): void {
  const { kind, payload } = bytesOf(entry.operation)
  writer.raw(entry.id)
  writer.list(entry.parents, writer.raw)
  writer.raw(entry.device)
  writer.varUint(entry.life)
  writer.varUint(entry.seq)
  writer.varInt(entry.seconds ?? 0)
  writer.byte(entry.proofsValid ? 1 : 0)
  writer.varUint(kind)
  writer.sized(payload)
  note.write(writer, entry.note)
}

function readEntry(reader: ByteReader): LogEntry {
  const id = reader.take(32) as EntryId
  const parents = reader.list(MAX_PARENTS, () => reader.take(32) as EntryId)
  const device = reader.take(32) as DeviceId
  const place = { life: reader.varUint(), seq: reader.varUint(MAX_SEQ), seconds: reader.varInt() }
  const proofsValid = reader.byte() === 1
  const operation = decodeOperation(reader.varUint(MAX_KIND), reader.sized(MAX_PAYLOAD_BYTES))
  const beside = note.read(reader)
  if (!operation.ok) return reader.fail(operation.error.reason)
  const entry = { id, parents, device, ...place, operation: operation.value, proofsValid }
  return beside ? { ...entry, note: beside } : entry
}

const bytesOf = (operation: Operation): { readonly kind: number; readonly payload: Uint8Array } =>
  operation.type === 'unknown' ? { kind: operation.kind, payload: new Uint8Array(0) } : encodeOperation(operation)
