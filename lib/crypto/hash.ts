import { sha256 } from '@noble/hashes/sha2.js'
import { utf8 } from '#lib/base/bytes'

/** SHA-256 over the concatenation of `parts`; 32 bytes. */
export function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = sha256.create()
  for (const part of parts) digest.update(part)
  return digest.digest()
}

const tags = new Map<string, Uint8Array>()

/** What separates one use of a hash or signature from every other: H("waxwing/" ‖ name ‖ "/1"), 32 bytes, for all to share. */
export function tag(name: string): Uint8Array {
  const known = tags.get(name) ?? hash(utf8(`waxwing/${name}/1`))
  tags.set(name, known)
  return known
}
