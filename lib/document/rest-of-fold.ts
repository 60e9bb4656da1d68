import * as Y from 'yjs'
import { readUpdate } from '#lib/document/update-reader'
import { writeAll } from '#lib/protocol/byte-writer'

/**
 * What of a segment's fold (S0) is new where its first entries are held: the structs from that clock of its slot on, and all it
 * deletes. `undefined` for what is no update of one slot.
 */
export function restOfFold(payload: Uint8Array, nextClock: (client: number) => number): Uint8Array | undefined {
  const view = readUpdate(payload)
  if (typeof view === 'string' || view.blocks.length > 1) return undefined
  const client = view.blocks[0]?.client
  if (client === undefined) return payload
  const held = writeAll((writer) => {
    writer.varUint(1)
    writer.varUint(client)
    writer.varUint(nextClock(client))
  })
  return Y.diffUpdate(payload, held)
}
