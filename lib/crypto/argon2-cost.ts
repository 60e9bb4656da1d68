/** What one guess costs whoever tries out passphrases, and what every unlocking costs the person. */
export interface Argon2Cost {
  readonly memoryKib: number
  readonly passes: number
}

/** What is used for anything new: 64 MiB, three passes (docs/protocol.md V4). */
export const ARGON2_COST: Argon2Cost = { memoryKib: 64 * 1024, passes: 3 }
