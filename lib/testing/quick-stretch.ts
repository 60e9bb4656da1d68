import { argon2 } from '#lib/crypto/argon2'
import type { PassphraseStretch } from '#lib/vault/storage-key'

/** The true derivation at a cost that tests can pay a hundred times. */
export const quickStretch: PassphraseStretch = {
  cost: { memoryKib: 8, passes: 1 },
  run: argon2,
}
