/**
 * By what a device knows a relay's past again (protocol.md R4): the newest blob that lay there. Where another one lies at its
 * cursor, the relay was set back and has got others since, and what they brought below that cursor would be missed.
 */
import { sameBytes } from '#lib/base/bytes'
import { blobHash } from '#lib/protocol/blob'
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { RelayMemory } from '#lib/sync/relay-memory'

export interface KnownPast {
  /** A connection begins to read: the newest blob is to come again. */
  begin(): void
  /** What the relay shows; false where it has another past. */
  shown(items: readonly PlacedBlob[]): boolean
  /** An own blob was stored at `cursor`. */
  stored(hash: Uint8Array, cursor: number): void
  /** All that there was has been read: it is the past that was known. */
  caughtUp(): void
}

/** Further back it is not read for this. */
const MOST_AGAIN = 64

export function createKnownPast(memory: () => RelayMemory): KnownPast {
  let expected: RelayMemory['newest']
  /** Of this connection. */
  let newest: RelayMemory['newest']
  let isCaughtUp = false

  const keep = () => {
    if (isCaughtUp && newest && newest.cursor > (memory().newest?.cursor ?? 0)) memory().newest = newest
  }
  const note = (cursor: number, hashOf: () => Uint8Array) => {
    if (cursor <= (newest?.cursor ?? 0)) return
    newest = { cursor, hash: hashOf() }
    keep()
  }

  return {
    begin() {
      expected = memory().newest
      newest = undefined
      isCaughtUp = false
      const back = expected ? memory().cursor - expected.cursor : -1
      if (expected && back >= 0 && back < MOST_AGAIN) memory().cursor = expected.cursor - 1
    },
    shown(items) {
      const again = items.find(({ cursor }) => cursor === expected?.cursor)
      if (again && expected && !sameBytes(blobHash(again.bytes), expected.hash)) return false
      const last = items.at(-1)
      if (last) note(last.cursor, () => blobHash(last.bytes))
      return true
    },
    stored: (hash, cursor) => note(cursor, () => hash.slice()),
    caughtUp() {
      isCaughtUp = true
      keep()
    },
  }
}
