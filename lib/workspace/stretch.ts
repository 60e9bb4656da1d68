/**
 * Makes guessing slow: 32 bytes from a secret short enough to be said aloud, and 16 bytes of salt (Argon2id, 64 MiB,
 * t = 3, p = 1). A port, because that much work belongs into a thread of its own.
 */
export type Stretch = (secret: Uint8Array, salt: Uint8Array) => Promise<Uint8Array>
