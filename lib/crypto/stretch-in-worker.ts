import { ARGON2_COST, type Argon2Cost } from '#lib/crypto/argon2-cost'
import type { StretchRequest } from '#lib/crypto/argon2-worker'

/**
 * Makes guessing slow: 32 bytes from a secret that a person can remember or say aloud (Argon2id). Salt of at least 8 bytes.
 * The thread, its memory and what it knew end with the work. Rejects where the browser gives no thread or too little room.
 */
export function stretchInWorker(
  secret: Uint8Array,
  salt: Uint8Array,
  cost: Argon2Cost = ARGON2_COST,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./argon2-worker.ts', import.meta.url), { type: 'module' })
    const settle = (stretched: Uint8Array | undefined): void => {
      worker.terminate()
      if (stretched) resolve(stretched)
      else reject(new Error('The browser did not run Argon2'))
    }
    worker.addEventListener('message', ({ data }: MessageEvent<Uint8Array | undefined>) => settle(data))
    worker.addEventListener('error', () => settle(undefined))
    worker.postMessage({ secret, salt, cost } satisfies StretchRequest)
  })
}
