import type { ChainTag, EntryId } from '#lib/base/ids'

/** One point of the causal frontier: an entry of another chain of the same channel (E4). */
export interface Dependency {
  readonly chain: ChainTag
  readonly seq: number
  /** First 16 bytes of the entry's id. */
  readonly idPrefix: Uint8Array
}

/** A typed value at the end of a body. Unknown even types may be ignored; unknown odd types make the entry opaque (E1). */
export interface TailValue {
  readonly type: number
  readonly value: Uint8Array
}

/** What the seal hides. */
export interface EntryBody {
  readonly kind: number
  /** 1–8 sorted heads of the membership log; written when they change (E4). */
  readonly membershipHeads?: readonly EntryId[]
  /** Up to 64, sorted by chain. */
  readonly dependencies: readonly Dependency[]
  /** Seconds since the workspace's genesis; shown, never decides (E6). */
  readonly seconds: number
  readonly payload: Uint8Array
  readonly tail: readonly TailValue[]
}
