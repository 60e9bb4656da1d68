import type { Clock } from '#lib/base/clock'

/** A rate with room for bursts: `perSecond` on average, `burst` at once. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

export interface TokenBucket {
  /** Spends `amount` and tells how many milliseconds the spender is ahead of the rate: 0 means go on. */
  spend(amount: number): number
  /** Spends `amount` if it is there; false leaves the bucket as it was. */
  trySpend(amount: number): boolean
}

/** Starts full. Debt is allowed by `spend`, so that one large item passes and the next ones wait for it. */
export function createTokenBucket(rate: Rate, clock: Clock): TokenBucket {
  let tokens = rate.burst
  let at = clock.now()
  const refill = () => {
    const now = clock.now()
    tokens = Math.min(rate.burst, tokens + (Math.max(0, now - at) * rate.perSecond) / 1000)
    at = now
  }
  return {
    spend(amount) {
      refill()
      tokens -= amount
      return tokens >= 0 ? 0 : Math.ceil((-tokens * 1000) / rate.perSecond)
    },
    trySpend(amount) {
      refill()
      if (tokens < amount) return false
      tokens -= amount
      return true
    },
  }
}
