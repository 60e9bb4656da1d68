import type { Result } from '#lib/base/result'

/**
 * A private key as an adapter keeps it: structured-cloneable (a non-extractable CryptoKey where the platform has
 * them, else 32 seed bytes). Only the vault stores it.
 */
export type StoredKey =
  | { readonly kind: 'platform'; readonly key: unknown }
  | { readonly kind: 'seed'; readonly seed: Uint8Array }

/** An Ed25519 key pair that signs without showing its secret. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** Signature of 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>
  readonly stored: StoredKey
}

/** An X25519 key pair. */
export interface ExchangeKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** The raw shared secret, 32 bytes; `low-order-key` when the other key is one (C3). */
  agree(theirs: Uint8Array): Promise<Result<Uint8Array, { type: 'low-order-key' }>>
  readonly stored: StoredKey
}

/** AES-256-GCM under a key that never leaves the platform; `context` is bound as additional data. */
export interface StorageKey {
  /** nonce (12) ‖ ciphertext ‖ tag (16). */
  seal(plain: Uint8Array, context: Uint8Array): Promise<Uint8Array>
  open(sealed: Uint8Array, context: Uint8Array): Promise<Result<Uint8Array, { type: 'damaged' }>>
  readonly stored: StoredKey
}

/** AES-256-GCM under a secret that its caller holds. No two different plains may be sealed under one nonce (12 bytes). */
export interface PieceKey {
  /** ciphertext ‖ tag (16); `data` is bound beside it. */
  seal(plain: Uint8Array, nonce: Uint8Array, data: Uint8Array): Promise<Uint8Array>
  open(sealed: Uint8Array, nonce: Uint8Array, data: Uint8Array): Promise<Result<Uint8Array, { type: 'damaged' }>>
}

/** The asynchronous primitives of a platform. Hashes, KDF and secretbox are synchronous and the same everywhere. */
export interface Crypto {
  /** `undefined` makes a fresh, non-extractable key. A seed is 32 bytes. */
  signingKey(seed?: Uint8Array): Promise<SigningKey>
  exchangeKey(seed?: Uint8Array): Promise<ExchangeKey>
  storageKey(): Promise<StorageKey>
  /** The same keys from what `stored` held, with their public half. */
  restoreSigningKey(stored: StoredKey, publicKey: Uint8Array): Promise<SigningKey>
  restoreExchangeKey(stored: StoredKey, publicKey: Uint8Array): Promise<ExchangeKey>
  restoreStorageKey(stored: StoredKey): Promise<StorageKey>
  /** `secret` is 32 bytes; a browser works on pieces beside the page's own thread. */
  pieceKey(secret: Uint8Array): Promise<PieceKey>
  /** SHA-256 of something long, 32 bytes, beside the page's own thread. */
  digest(bytes: Uint8Array): Promise<Uint8Array>
  /** Strict, cofactorless verdict of protocol.md C1; false for any malformed input, never throws. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>
}
