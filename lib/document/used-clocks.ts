/**
 * A copied profile writes under the same client ids: at the clocks of an edit that waits here, other words may stand by now
 * (docs/protocol.md E2). A clock says nothing of that, so the words are compared.
 */
import * as Y from 'yjs'
import { groupBy, pushTo } from '#lib/base/group-by'
import { foldParts, type UpdateParts } from '#lib/document/fold'

type Struct = UpdateParts['structs'][number]

/** What Yjs leaves of a letter of two units that something was written into. */
const TORN = '\ufffd'

const originAt = (item: Y.Item, clock: number): Y.ID | null =>
  clock === item.id.clock ? item.origin : Y.createID(item.id.client, clock - 1)

/** Whether two structs that share `clock` are one, as far as they still say what they were: deleted words say nothing. */
function isSameAt(one: Struct, other: Struct, clock: number): boolean {
  if (!(one instanceof Y.Item) || !(other instanceof Y.Item)) return true
  if (one.content instanceof Y.ContentDeleted || other.content instanceof Y.ContentDeleted) return true
  if (one.content.constructor !== other.content.constructor) return false
  if (!Y.compareIDs(originAt(one, clock), originAt(other, clock))) return false
  if (!Y.compareIDs(one.rightOrigin, other.rightOrigin)) return false
  if (!(one.content instanceof Y.ContentString) || !(other.content instanceof Y.ContentString)) return true
  const length = Math.min(one.id.clock + one.length, other.id.clock + other.length) - clock
  const unitsOf = ({ id }: Struct, { str }: Y.ContentString) =>
    str.slice(clock - id.clock, clock - id.clock + length).split('')
  const others = unitsOf(other, other.content)
  return unitsOf(one, one.content).every((unit, i) => unit === others[i] || unit === TORN || others[i] === TORN)
}

/**
 * Tells of updates (V1) whether what a state (V2) holds at their clocks is what they wrote. The state is taken apart once, when
 * it is first asked about.
 */
export function createHolding(state: Uint8Array): (update: Uint8Array) => boolean {
  let held: ReadonlyMap<number, readonly Struct[]> | undefined
  return (update) => {
    held ??= groupBy(Y.decodeUpdateV2(state).structs, ({ id }) => id.client)
    return Y.decodeUpdate(update).structs.every((struct) =>
      (held?.get(struct.id.client) ?? []).every((other) => {
        const clock = Math.max(struct.id.clock, other.id.clock)
        const end = Math.min(struct.id.clock + struct.length, other.id.clock + other.length)
        return clock >= end || isSameAt(struct, other, clock)
      }),
    )
  }
}

/**
 * The updates (V1), each following those before it, as one that fits beside a state (V2) which holds other words at their
 * clocks: as if somebody new had written them at the same places. For looking at, never for an entry.
 */
export function besideState(state: Uint8Array, updates: readonly Uint8Array[]): Uint8Array {
  const held = Y.parseUpdateMetaV2(state).to
  const views = updates.map((update): UpdateParts => Y.decodeUpdate(update))
  /** Where the words begin that somebody new is to have written, and as whom. */
  const moves = new Map<number, { readonly begin: number; readonly client: number }>()
  let unused = 1
  for (const { id } of views.flatMap(({ structs }) => structs)) {
    if (moves.has(id.client) || id.clock >= (held.get(id.client) ?? 0)) continue
    while (held.has(unused)) unused++
    moves.set(id.client, { begin: id.clock, client: unused++ })
  }
  const moved = (id: Y.ID): Y.ID => {
    const move = moves.get(id.client)
    return move && id.clock >= move.begin ? Y.createID(move.client, id.clock - move.begin) : id
  }
  for (const { structs, ds } of views) {
    for (const struct of structs) moveStruct(struct, moved)
    moveDeletes(ds, moved)
  }
  return foldParts(views)
}

function moveStruct(struct: Struct, moved: (id: Y.ID) => Y.ID): void {
  struct.id = moved(struct.id)
  if (!(struct instanceof Y.Item)) return
  struct.origin = struct.origin && moved(struct.origin)
  struct.rightOrigin = struct.rightOrigin && moved(struct.rightOrigin)
  if (struct.parent instanceof Y.ID) struct.parent = moved(struct.parent)
}

/** Unit by unit: a range may begin in words that stay and end in others. */
function moveDeletes(ds: UpdateParts['ds'], moved: (id: Y.ID) => Y.ID): void {
  const units = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.flatMap(({ clock, len }) => Array.from({ length: len }, (_, i) => moved(Y.createID(client, clock + i)))),
  )
  ds.clients.clear()
  for (const { client, clock } of units) {
    pushTo(ds.clients, client, { clock, len: 1 })
  }
}
