import { argon2 } from '#lib/crypto/argon2'
import type { Argon2Cost } from '#lib/crypto/argon2-cost'

/** What one thread is asked: a secret, its salt and the cost of a guess. */
export interface StretchRequest {
  readonly secret: Uint8Array
  readonly salt: Uint8Array
  readonly cost: Argon2Cost
}

/** The thread that stretches one secret while the page stays quick: one request in, 32 bytes out, `undefined` where it cannot. */
addEventListener('message', ({ data: { secret, salt, cost } }: MessageEvent<StretchRequest>) => {
  argon2(secret, salt, cost).then(
    (stretched) => postMessage(stretched),
    () => postMessage(undefined),
  )
})
