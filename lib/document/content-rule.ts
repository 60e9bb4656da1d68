import { toHex } from '#lib/base/bytes'
import type { ContentIndex } from '#lib/document/content-index'
import { type Place, placeIn } from '#lib/document/place'
import { type ChannelRoots, TYPE_NAMES, type TypeName } from '#lib/document/roots'
import { type EntryPlace, rangeHolding, type StructRange, type VoidClaim } from '#lib/document/struct-range'
import { type Reference, readUpdate, type StructView } from '#lib/document/update-reader'

/**
 * E7: what a Yjs update may touch. A verdict depends on the update, its author's slots and what the causal past wrote
 * (the index), never on order of delivery, local settings or a Y.Doc.
 */

/** Clocks end here; Yjs computes with them as small integers. */
const MAX_CLOCK = 2 ** 31

export type ContentFault =
  | 'undecodable'
  | 'too-many-parts'
  | 'two-slots'
  | 'foreign-client'
  | 'skip'
  | 'zero-length'
  | 'wrong-clock'
  | 'clock-too-high'
  | 'subdocument'
  | 'unknown-content'
  | 'unknown-root'
  | 'misplaced'
  | 'two-places'
  | 'own-future'
  | 'into-void'
  | 'empty-delete'
  | 'not-ones-own'

/** Passed E7. `references` are its dependencies, named or not: the newest entry per foreign chain that it builds on. */
export interface Accepted {
  readonly type: 'accepted'
  readonly references: readonly EntryPlace[]
  readonly ranges: readonly StructRange[]
}

export type ContentVerdict =
  | Accepted
  /** Structs of others that are not here yet. Their chains may be asked for; a clock that exists nowhere never comes. */
  | { readonly type: 'held'; readonly missing: readonly Reference[] }
  | { readonly type: 'void'; readonly reason: ContentFault }

/** What an author may touch in a discussion: replies are appended, nobody rewrites another's words. */
export interface DiscussionRules {
  /** Whether the client id is a slot of any device of the author's person. */
  isOwnClient(client: number): boolean
  /** Editors may delete what others wrote. */
  readonly mayDeleteAll: boolean
}

export interface ContentQuestion {
  /** A whole payload, its parts joined (E10). Hostile. */
  readonly update: Uint8Array
  /** The client ids of the entry's chain, without any that belongs to a device admitted earlier (E7). */
  readonly slots: ReadonlySet<number>
  readonly index: ContentIndex
  readonly roots: ChannelRoots
  readonly discussion?: DiscussionRules
}

/** The verdict on one update; changes nothing. Follow it by `index.add` or by `index.addVoid(claimsOf(…))`. */
export function checkContent(question: ContentQuestion): ContentVerdict {
  const view = readUpdate(question.update)
  if (typeof view === 'string') return { type: 'void', reason: view }
  if (view.blocks.length > 1) return { type: 'void', reason: 'two-slots' }
  const check = createCheck(question)
  for (const { client, structs } of view.blocks) {
    const fault = check.block(client, structs)
    if (fault) return { type: 'void', reason: fault }
  }
  for (const { client, clock, length } of view.deletes) {
    const fault = length < 1 ? 'empty-delete' : check.deletion(client, clock, length)
    if (fault) return { type: 'void', reason: fault }
  }
  return check.verdict()
}

function createCheck({ slots, index, roots, discussion }: ContentQuestion) {
  const references = new Map<string, EntryPlace>()
  /** Highest missing clock by client. */
  const missing = new Map<number, number>()
  const ranges: StructRange[] = []
  let own: number | undefined
  let next = 0

  /** What holds a struct: a range of the past or of this update; `undefined` while it is missing. */
  const rangeAt = ({ client, clock }: Reference): StructRange | undefined =>
    client === own && clock >= index.nextClock(client)
      ? ranges[rangeHolding(ranges, (range) => ranges[range]?.end ?? 0, clock)]
      : index.rangeAt(client, clock)

  /** Notes that the entry builds on clocks up to `end`. */
  function refer(client: number, end: number): ContentFault | undefined {
    if (end <= (client === own ? next : index.nextClock(client))) {
      const entry = slots.has(client) ? undefined : index.entryAt(client, end - 1)
      const chain = entry && toHex(entry.chain)
      if (entry && chain && (references.get(chain)?.seq ?? 0) < entry.seq) references.set(chain, entry)
      return undefined
    }
    if (slots.has(client)) return 'own-future'
    if (end > index.limitOf(client)) return 'into-void'
    missing.set(client, Math.max(end - 1, missing.get(client) ?? 0))
    return undefined
  }

  /** Where a struct stands; `undefined` for nowhere: beside something collected or below what is no type, Yjs collects it. */
  function placeOf(struct: StructView): Place | undefined | { readonly fault: ContentFault } {
    if (struct.parent && 'root' in struct.parent) {
      return Object.hasOwn(roots.roots, struct.parent.root)
        ? placeIn(struct.parent, struct.key)
        : { fault: 'unknown-root' }
    }
    if (struct.parent) {
      const holder = rangeAt(struct.parent)
      if (!holder?.place || !holder.type) return undefined
      return placeIn({ ...struct.parent, type: holder.type }, struct.key)
    }
    const [left, right] = [struct.origin, struct.rightOrigin].map((reference) => reference && rangeAt(reference))
    if (left && right && left.place?.id !== right.place?.id) return { fault: 'two-places' }
    return (left ?? right)?.place
  }

  function mayStand(content: StructView['content'], place: Place): boolean {
    if (content === 'deleted') return true
    const { holder, key } = place
    const rule = 'root' in holder ? roots.roots[holder.root] : roots.types[holder.type]
    const allowed: readonly string[] = (key === undefined ? rule?.items : rule?.values) ?? []
    return allowed.includes(content)
  }

  function mayDiscuss(rules: DiscussionRules, struct: StructView, { holder, key }: Place): boolean {
    if ('root' in holder) return key === undefined || !struct.origin
    return rules.isOwnClient(holder.client) || (holder.type === 'array' && key === undefined)
  }

  function struct(client: number, view: StructView): ContentFault | undefined {
    const end = view.clock + view.length
    if (view.content === 'skip') return 'skip'
    if (view.length < 1) return 'zero-length'
    if (end > MAX_CLOCK) return 'clock-too-high'
    if (view.content === 'subdocument') return 'subdocument'
    if (view.content === 'unknown') return 'unknown-content'
    if (view.clock !== next || end > index.limitOf(client)) return 'wrong-clock'
    for (const reference of [view.origin, view.rightOrigin, view.parent]) {
      if (!reference || 'root' in reference) continue
      const fault = refer(reference.client, reference.clock + 1)
      if (fault) return fault
    }
    const place = view.content === 'gone' || missing.size > 0 ? undefined : placeOf(view)
    if (place && 'fault' in place) return place.fault
    if (place && !mayStand(view.content, place)) return 'misplaced'
    if (place && discussion && !mayDiscuss(discussion, view, place)) return 'not-ones-own'
    ranges.push({ client, clock: view.clock, end, place, type: typeName(view.content) })
    next = end
    return undefined
  }

  return {
    block(client: number, structs: readonly StructView[]): ContentFault | undefined {
      if (!slots.has(client)) return 'foreign-client'
      own = client
      next = index.nextClock(client)
      if (structs.length === 0) return 'zero-length'
      for (const view of structs) {
        const fault = struct(client, view)
        if (fault) return fault
      }
      return undefined
    },
    deletion(client: number, clock: number, length: number): ContentFault | undefined {
      if (discussion && !discussion.mayDeleteAll && !discussion.isOwnClient(client)) return 'not-ones-own'
      return refer(client, clock + length)
    },
    verdict(): ContentVerdict {
      if (missing.size > 0) return { type: 'held', missing: [...missing].map(([client, clock]) => ({ client, clock })) }
      return { type: 'accepted', references: [...references.values()], ranges }
    },
  }
}

const typeName = (content: StructView['content']): TypeName | undefined => TYPE_NAMES.find((name) => name === content)

/** The clocks of its own slots that a void entry names: recorded, so that nothing ever stands on them or refers to them. */
export function claimsOf(update: Uint8Array, slots: ReadonlySet<number>): VoidClaim[] {
  const view = readUpdate(update)
  if (typeof view === 'string') return []
  return view.blocks.flatMap(({ client, structs }) => {
    const first = structs[0]
    const last = structs.at(-1)
    if (!slots.has(client) || !first || !last) return []
    return [{ client, clock: first.clock, end: Math.min(last.clock + last.length, MAX_CLOCK) }]
  })
}
