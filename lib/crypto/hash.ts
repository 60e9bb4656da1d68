import { sha256 } from '@noble/hashes/sha2.js'
import { utf8 } from '#lib/base/bytes'

interface NodeDigest {
  update(part: Uint8Array): NodeDigest
  digest(): Uint8Array
}
interface NodeCrypto {
  createHash(name: 'sha256'): NodeDigest
}
interface NodeGlobal {
  readonly process?: { getBuiltinModule?(name: 'node:crypto'): NodeCrypto }
}

/** Browsers have no SHA-256 that answers at once; Node has, at half the price. */
const nodeCrypto = (globalThis as NodeGlobal).process?.getBuiltinModule?.('node:crypto')

/** As `hash`, in scripts alone. */
export function hashInScript(...parts: readonly Uint8Array[]): Uint8Array {
  const digest = sha256.create()
  for (const part of parts) digest.update(part)
  return digest.digest()
}

const hashWith =
  (crypto: NodeCrypto): typeof hashInScript =>
  (...parts) => {
    const digest = crypto.createHash('sha256')
    for (const part of parts) digest.update(part)
    return new Uint8Array(digest.digest())
  }

/** SHA-256 over the concatenation of `parts`; 32 bytes. */
export const hash = nodeCrypto === undefined ? hashInScript : hashWith(nodeCrypto)

/** Worked out once each, since every blob and entry is hashed under one. */
const tags = new Map<string, Uint8Array>()

/** What separates one use of a hash or signature from every other: H("waxwing/" ‖ name ‖ "/1"), 32 bytes of the caller's own. */
export function tag(name: string): Uint8Array {
  const known = tags.get(name) ?? hash(utf8(`waxwing/${name}/1`))
  tags.set(name, known)
  return known.slice()
}
