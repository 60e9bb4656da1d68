import { argon2id } from 'hash-wasm'
import type { Argon2Cost } from '#lib/crypto/argon2-cost'

/**
 * 32 bytes that follow from a guessable secret and at least 8 bytes of salt (Argon2id, RFC 9106, version 0x13, one lane).
 * Takes half a second and `cost.memoryKib` of memory on purpose: in a page, `stretchInWorker` gives it a thread of its own.
 * Rejects an empty secret, and where there is no such memory.
 */
export const argon2 = (secret: Uint8Array, salt: Uint8Array, { memoryKib, passes }: Argon2Cost): Promise<Uint8Array> =>
  argon2id({
    password: secret,
    salt,
    parallelism: 1,
    iterations: passes,
    memorySize: memoryKib,
    hashLength: 32,
    outputType: 'binary',
  })
