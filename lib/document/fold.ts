import { writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'

/**
 * The fold of protocol.md S0: many updates of one chain as one update, with neighbouring items joined, which
 * Y.mergeUpdates never does. Linear. Each update must have passed E7 and they must be in chain order, so that the
 * structs of a client continue one another.
 */

type Struct = Y.Item | Y.GC
interface Span {
  clock: number
  end: number
}

const sameId = (a: Y.ID | null, b: Y.ID | null): boolean =>
  a === b || (a !== null && b !== null && a.client === b.client && a.clock === b.clock)

/** Whether `right`, the next struct of the same client, went into `left`; changes `left`'s content then. */
function join(left: Struct, right: Struct): boolean {
  if (left instanceof Y.GC || right instanceof Y.GC) return left instanceof Y.GC && right instanceof Y.GC
  return (
    sameId(right.origin, left.lastId) &&
    sameId(left.rightOrigin, right.rightOrigin) &&
    left.content.constructor === right.content.constructor &&
    left.content.mergeWith(right.content)
  )
}

const listIn = <T>(lists: Map<number, T[]>, client: number): T[] => {
  const known = lists.get(client)
  if (known) return known
  const list: T[] = []
  lists.set(client, list)
  return list
}

const clientsFalling = <T>(lists: Map<number, T>): [number, T][] => [...lists].sort(([a], [b]) => b - a)

function united(spans: Span[]): Span[] {
  const merged: Span[] = []
  for (const span of spans.sort((a, b) => a.clock - b.clock)) {
    const last = merged.at(-1)
    if (last && span.clock <= last.end) last.end = Math.max(last.end, span.end)
    else merged.push(span)
  }
  return merged
}

/** An update as Yjs takes it apart; the structs are the caller's to change. */
export type UpdateParts = Pick<ReturnType<typeof Y.decodeUpdate>, 'structs' | 'ds'>

/** One V1 update with the effect of `updates`: what followers of a keystroke travel as, and the content of a segment. */
export const foldV1 = (updates: readonly Uint8Array[]): Uint8Array => foldParts(updates.map(Y.decodeUpdate))

/** The same of what was taken apart already, and is spent by this. */
export function foldParts(views: readonly UpdateParts[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const structs = new Map<number, Struct[]>()
  const deleted = new Map<number, Span[]>()
  for (const view of views) {
    for (const struct of view.structs) {
      if (struct instanceof Y.Skip) throw new Error('a skip never passes E7')
      const list = listIn(structs, struct.id.client)
      const last = list.at(-1)
      if (last && join(last, struct)) last.length += struct.length
      else list.push(struct)
    }
    for (const [client, ranges] of view.ds.clients) {
      for (const { clock, len } of ranges) listIn(deleted, client).push({ clock, end: clock + len })
    }
  }
  const { restEncoder } = encoder
  writeVarUint(restEncoder, structs.size)
  for (const [client, list] of clientsFalling(structs)) {
    writeVarUint(restEncoder, list.length)
    encoder.writeClient(client)
    writeVarUint(restEncoder, list[0]?.id.clock ?? 0)
    for (const struct of list) struct.write(encoder, 0)
  }
  writeVarUint(restEncoder, deleted.size)
  for (const [client, spans] of clientsFalling(deleted)) {
    const ranges = united(spans)
    encoder.resetDsCurVal()
    writeVarUint(restEncoder, client)
    writeVarUint(restEncoder, ranges.length)
    for (const { clock, end } of ranges) {
      encoder.writeDsClock(clock)
      encoder.writeDsLen(end - clock)
    }
  }
  return encoder.toUint8Array()
}
