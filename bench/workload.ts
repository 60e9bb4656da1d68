/** What was measured twice within seconds of each other: the product and its peer on the same work. */
export interface Pair {
  readonly ours: number
  readonly peer: number
}

/** One line of the table. */
export interface Measure {
  readonly name: string
  readonly unit: 'ms' | 'µs' | 'bytes' | 'messages' | 'links'
  readonly pairs: readonly Pair[]
  /** Ours ÷ peer, at most; `undefined` where none was set. */
  readonly target: number | undefined
  /** What keeps the ratio from going lower. */
  readonly limit: string
}

export interface Workload {
  readonly name: string
  readonly title: string
  readonly peer: string
  run(): Promise<readonly Measure[]>
}

/** The value below which that part (0 to 1) of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

export const ratioOf = (pairs: readonly Pair[]): number => median(pairs.map(({ ours, peer }) => ours / peer))

/** Somebody else goes first each time, so that whatever else the machine does meets all sides alike. */
export async function inTurns(rounds: number, ...sides: readonly ((round: number) => Promise<void>)[]): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < sides.length; i++) await sides[(round + i) % sides.length]?.(round)
  }
}
