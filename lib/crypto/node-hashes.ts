interface NodeDigest {
  update(part: Uint8Array): NodeDigest
  digest(): Uint8Array
}

/** What Node does faster than any script, at once. */
export interface NodeHashes {
  /** Each character stands for a byte. */
  hash(name: 'sha256', bytes: Uint8Array, as: 'latin1'): string
  createHmac(name: 'sha256', key: Uint8Array): NodeDigest
  hkdfSync(name: 'sha256', secret: Uint8Array, salt: Uint8Array, info: Uint8Array, size: number): ArrayBuffer
  pbkdf2Sync(input: Uint8Array, salt: Uint8Array, rounds: number, size: number, name: 'sha256'): Uint8Array
}

interface NodeGlobal {
  readonly process?: { getBuiltinModule?(name: 'node:crypto'): NodeHashes }
}

/** Node's own SHA-256 in all its uses; a browser has none that answers at once. */
export const nodeHashes = (globalThis as NodeGlobal).process?.getBuiltinModule?.('node:crypto')
