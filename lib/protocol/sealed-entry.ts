import type { EntryId, Signature } from '#lib/base/ids'
import type { OuterHeader } from '#lib/protocol/outer-header'

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
