import { createDecoder, hasContent, readUint8Array, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import type { Signature } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { decodeHeader } from '#lib/protocol/outer-header'
import { entryId, type SealedEntry } from '#lib/protocol/sealed-entry'
import type { StoredEntry } from '#lib/storage/storage'

/**
 * An entry at rest: the same bytes that travelled, with the signature only where one was kept (E9).
 * varbytes header ‖ salt[8] ‖ varbytes box ‖ 0 | 1 ‖ signature[64].
 */
export function entryToStored(entry: SealedEntry): StoredEntry {
  const encoder = createEncoder()
  writeVarUint8Array(encoder, entry.headerBytes)
  writeUint8Array(encoder, entry.salt)
  writeVarUint8Array(encoder, entry.box)
  writeVarUint(encoder, entry.signature ? 1 : 0)
  if (entry.signature) writeUint8Array(encoder, entry.signature)
  const { channel, chain, seq } = entry.header
  return { channel, chain, seq, id: entry.id, bytes: toUint8Array(encoder) }
}

/** The entry of a stored record; the id is computed anew, so a damaged record cannot pass for another entry. */
export function storedToEntry(stored: StoredEntry): Result<SealedEntry, { type: 'damaged-record' }> {
  try {
    const decoder = createDecoder(stored.bytes)
    const headerBytes = readVarUint8Array(decoder)
    const salt = readUint8Array(decoder, 8)
    const box = readVarUint8Array(decoder)
    const signature = readVarUint(decoder) === 1 ? (readUint8Array(decoder, 64) as Signature) : undefined
    const header = decodeHeader(headerBytes)
    if (!header.ok || hasContent(decoder)) return err({ type: 'damaged-record' })
    const id = entryId(headerBytes, salt, box)
    return ok({ header: header.value, headerBytes, salt, box, id, ...(signature ? { signature } : {}) })
  } catch {
    return err({ type: 'damaged-record' })
  }
}
