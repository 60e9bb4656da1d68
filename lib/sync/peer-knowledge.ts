import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { type HeadClaim, ID_PREFIX_BYTES } from '#lib/protocol/frame-fields'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/**
 * What the other end of a link is known to hold, from what it said and what it was sent: so that nothing is sent twice or
 * back to its source, and `prev` can be left out (P5). A belief, not a proof: where it is wrong the other side asks.
 */
export interface PeerKnowledge {
  /** Entries of a chain, or of a branch, up to this one are there. */
  note(claim: HeadClaim): void
  /** `line`: the name of the line on which the last of them stands. */
  noteRun(run: readonly SealedEntry[], line: ChainTag): void
  /** The newest known number, 0 if none. */
  newest(chain: ChainTag): number
  /** Whether exactly this entry is known to be there as the newest. */
  endsWith(chain: ChainTag, seq: number, id: EntryId): boolean
  /** The other side lacks what was thought to be there. */
  forget(chain: ChainTag): void
}

/** Chains kept per link; beyond, knowledge begins anew. */
const MAX_CHAINS = 65_536

export function createPeerKnowledge(): PeerKnowledge {
  const claims = new Map<string, HeadClaim>()

  const note = (claim: HeadClaim) => {
    const key = toHex(claim.chain)
    const known = claims.get(key)
    if (known && known.seq > claim.seq) return
    if (claims.size >= MAX_CHAINS) claims.clear()
    claims.set(key, claim)
  }

  return {
    note,
    noteRun(run, line) {
      const last = run.at(-1)
      if (!last) return
      note({ chain: line, seq: last.header.seq, idPrefix: last.id.slice(0, ID_PREFIX_BYTES) })
    },
    newest: (chain) => claims.get(toHex(chain))?.seq ?? 0,
    endsWith(chain, seq, id) {
      const known = claims.get(toHex(chain))
      return known?.seq === seq && sameBytes(known.idPrefix, id.subarray(0, ID_PREFIX_BYTES))
    },
    forget: (chain) => void claims.delete(toHex(chain)),
  }
}
