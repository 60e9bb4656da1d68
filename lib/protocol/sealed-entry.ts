import { u32 } from '#lib/base/bytes'
import type { EntryId, Signature } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import { BOX_OVERHEAD } from '#lib/crypto/secretbox'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_BOX_BYTES } from '#lib/protocol/limits'
import { decodeHeader, type OuterHeader } from '#lib/protocol/outer-header'

/** An entry as everybody carries it: sealed, named by its hash, not yet shown to be signed. */
export interface SealedEntry {
  readonly header: OuterHeader
  /** The canonical bytes of the header, that are hashed and bound into the key. */
  readonly headerBytes: Uint8Array
  /** 8 bytes. */
  readonly salt: Uint8Array
  /** secretbox of the padded body: body length + 16. */
  readonly box: Uint8Array
  readonly id: EntryId
  /** Absent inside a run, where a later entry's signature covers this one (E9). */
  readonly signature?: Signature
}

/** What makes each entry's key its own. */
export const SALT_BYTES = 8
/** Ed25519. */
export const SIGNATURE_BYTES = 64

const MAX_HEADER_BYTES = 88

/** The name of an entry in every version: over all but its signature, so that malleating one changes nothing (C2). */
export const entryId = (headerBytes: Uint8Array, salt: Uint8Array, box: Uint8Array): EntryId =>
  hash(tag('entry'), u32(headerBytes.length), headerBytes, salt, box) as EntryId

/** One entry standing alone, nothing left out; its signature at the end if it has one. */
export const encodeEntry = (entry: SealedEntry): Uint8Array =>
  writeAll((writer) => {
    writer.sized(entry.headerBytes)
    writer.raw(entry.salt)
    writer.sized(entry.box)
    if (entry.signature) writer.raw(entry.signature)
  })

/** An entry of any version from hostile bytes. Its id is computed; its signature, if any, is not checked. */
export function decodeEntry(bytes: Uint8Array): Result<SealedEntry, Malformed> {
  return readAll(bytes, (reader) => {
    const headerBytes = reader.sized(MAX_HEADER_BYTES)
    const header = decodeHeader(headerBytes)
    if (!header.ok) return reader.fail(header.error.reason)
    const salt = reader.take(SALT_BYTES)
    const box = readBox(reader)
    const entry = { header: header.value, headerBytes, salt, box, id: entryId(headerBytes, salt, box) }
    return reader.remaining() === 0 ? entry : { ...entry, signature: reader.take(SIGNATURE_BYTES) as Signature }
  })
}

/** A box after its length; what it holds is up to its version. */
export function readBox(reader: ByteReader): Uint8Array {
  const box = reader.sized(MAX_BOX_BYTES)
  return box.length < BOX_OVERHEAD ? reader.fail('box too short') : box
}

export function skipBox(reader: ByteReader): void {
  const size = reader.varUint(MAX_BOX_BYTES)
  if (size < BOX_OVERHEAD) reader.fail('box too short')
  reader.skip(size)
}
