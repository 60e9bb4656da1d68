import { sha256 } from '@noble/hashes/sha2.js'
import { concat, utf8 } from '#lib/base/bytes'
import { type NodeHashes, nodeHashes } from '#lib/crypto/node-hashes'

/** As `hash`, in scripts alone. */
export function hashInScript(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = sha256.create()
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** A text costs Node less than a buffer, which takes memory of its own. */
const hashWith =
  (node: NodeHashes): typeof hashInScript =>
  (...parts) => {
    const [first] = parts
    const text = node.hash('sha256', first && parts.length === 1 ? first : concat(...parts), 'latin1')
    const digest = new Uint8Array(32)
    for (let i = 0; i < 32; i++) digest[i] = text.charCodeAt(i)
    return digest
  }

/** SHA-256 over the concatenation of `parts`; 32 bytes. */
export const hash = nodeHashes === undefined ? hashInScript : hashWith(nodeHashes)

/** Worked out once each, since every blob and entry is hashed under one. */
const tags = new Map<string, Uint8Array>()

/** What separates one use of a hash or signature from every other: H("waxwing/" ‖ name ‖ "/1"), 32 bytes of the caller's own. */
export function tag(name: string): Uint8Array {
  const known = tags.get(name) ?? hash(utf8(`waxwing/${name}/1`))
  tags.set(name, known)
  return known.slice()
}
