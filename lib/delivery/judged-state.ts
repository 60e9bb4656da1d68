import { compareBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { headsDigest } from '#lib/protocol/have-digest'

/** The newest judged place of a chain. */
export interface JudgedHead {
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
}

/** What was judged at one moment, and the digest that says it in 16 bytes: two devices with one digest hold the same. */
export interface JudgedState {
  readonly digest: Uint8Array
  /** By chain (hex). What the digest does not cover is not here, so an old state claims nothing new. */
  readonly newestByChain: ReadonlyMap<string, number>
}

/** The state of these heads, in whatever order. */
export const judgedState = (heads: readonly JudgedHead[]): JudgedState => ({
  digest: headsDigest(heads.toSorted((a, b) => compareBytes(a.chain, b.chain))),
  newestByChain: new Map(heads.map(({ chain, seq }) => [toHex(chain), seq])),
})
