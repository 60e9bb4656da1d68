/**
 * The rule on late edits (W1) over everything that was written, as plainly as it can be said: no chains that grow, no marks,
 * no order. What replicas count of ended lives must be this.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { openEntry } from '#lib/log/seal-entry'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { channelNameIn } from '#lib/protocol/entry-tail'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import { mayAppend } from '#lib/workspace/authorize'
import { isOutsider } from '#lib/workspace/ended-standing'
import type { End, MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

/** The log as somebody has it, whose chains are whose, and what entries hold. */
export interface LateView {
  readonly now: MembershipState
  stateAt(heads: readonly EntryId[]): MembershipState | undefined
  authorOf(channel: ChannelTag, chain: ChainTag): DeviceId | undefined
  /** `undefined` for operations, and where there is no key. */
  open(entry: SealedEntry): EntryBody | undefined
}

/** As a replica has it. */
export function viewOf({ membership, keys, authorOf }: Replica): LateView {
  const now = membership.current()
  if (!now) throw new Error('no log')
  return {
    now,
    stateAt: membership.stateAt,
    authorOf,
    open(entry) {
      const { header } = entry
      const channelKeys = header.lane === 'content' ? keys.channelKeys(header.epoch, header.channel) : undefined
      const opened = channelKeys && openEntry(entry, channelKeys)
      return opened?.ok ? opened.value : undefined
    },
  }
}

interface Node {
  readonly entry: SealedEntry
  readonly body: EntryBody
  /** What its life cites here. */
  readonly heads: readonly EntryId[]
  /** Cites an end of its author's standing that its life had not (W5). */
  readonly isVoid: boolean
  readonly life: Life
}

interface Life {
  readonly nodes: Node[]
  readonly cuts: readonly Dependency[]
  readonly isEnded: boolean
}

/**
 * Of each ended life (chain, in hex) of which something is here: the number of its newest entry that counts, 0 where none
 * does. `isKept` says of which entries a fork lets anything count (E3).
 */
export function countedOfEndedLives(
  view: LateView,
  entries: readonly SealedEntry[],
  isKept: (entry: SealedEntry) => boolean = () => true,
): Map<string, number> {
  const byId = new Map(entries.map((entry) => [toHex(entry.id), entry]))
  const nodes = nodesOf(view, entries.filter(isKept))
  /** The entry that is named, or what of its past is on the line that counts. One that is not here counts by its number. */
  function namedBy({ chain, seq, idPrefix }: Dependency): Node | undefined {
    const line = entries.filter(({ header }) => sameBytes(header.chain, chain))
    const there = line.filter(({ header }) => header.seq === seq)
    let entry = there.find(({ id }) => sameBytes(id.subarray(0, idPrefix.length), idPrefix))
    if (!entry) {
      const forks = line.filter((one) => line.some(({ header, id }) => header.seq === one.header.seq && id !== one.id))
      const end = Math.min(seq, ...forks.map(({ header }) => header.seq - 1))
      if (end === seq && there.length > 0) return undefined
      entry = line
        .filter(({ header }) => header.seq <= end)
        .toSorted((a, b) => a.header.seq - b.header.seq)
        .at(-1)
    }
    for (; entry; entry = byId.get(toHex(entry.header.prev))) {
      const node = nodes.get(toHex(entry.id))
      if (node) return node
    }
    return undefined
  }
  const byPlace = new Map([...nodes.values()].map((node) => [placeOf(node.entry.header), node]))
  const counted = new Set<Node>()
  const open = [...nodes.values()].filter(({ life }) => !life.isEnded)
  for (const { life } of nodes.values()) open.push(...life.cuts.flatMap((cut) => namedBy(cut) ?? []))
  for (let node = open.pop(); node; node = open.pop()) {
    if (counted.has(node)) continue
    counted.add(node)
    const { header } = node.entry
    const before = byPlace.get(placeOf({ ...header, seq: header.seq - 1 }))
    if (before) open.push(before)
    if (!mayEndorse(view, node)) continue
    open.push(...node.body.dependencies.flatMap((dependency) => namedBy(dependency) ?? []))
  }
  const newest = new Map<string, number>()
  for (const node of nodes.values()) {
    const { chain, seq } = node.entry.header
    if (!node.life.isEnded) continue
    newest.set(toHex(chain), Math.max(counted.has(node) ? seq : 0, newest.get(toHex(chain)) ?? 0))
  }
  return newest
}

const placeOf = ({ chain, seq }: { chain: Uint8Array; seq: number }): string => `${toHex(chain)} ${seq}`

const endsOf = (state: MembershipState | undefined, view: LateView, entry: SealedEntry, isDiscussion: boolean) => {
  const device = view.authorOf(entry.header.channel, entry.header.chain)
  const person = device && state?.devices.get(toHex(device))?.person
  return (state?.ends ?? []).filter(
    (end) =>
      person &&
      sameBytes(end.person, person) &&
      (!end.device || sameBytes(end.device, device)) &&
      !hasAtLeast(end.role, isDiscussion ? 'commenter' : 'editor'),
  )
}

/** Those of others; where somebody only left, the one of their own words that claims least. */
function cutsFrom(ends: readonly End[], chain: Uint8Array): readonly Dependency[] {
  const marks = (end: End): Dependency[] =>
    end.cuts
      .filter((cut) => sameBytes(cut.chain, chain))
      .map((cut) => ({ chain: cut.chain, seq: cut.seq, idPrefix: cut.id.slice(0, 16) }))
  const byOthers = ends.filter((end) => !end.isLeaving)
  if (byOthers.length > 0) return byOthers.flatMap(marks)
  const least = Math.min(...ends.map((end) => marks(end)[0]?.seq ?? 0))
  const words = ends.flatMap(marks).filter(({ seq }) => seq === least)
  return words.sort((a, b) => (toHex(a.idPrefix) < toHex(b.idPrefix) ? -1 : 1)).slice(0, 1)
}

const hasEnd = (ends: readonly End[], { operation }: End): boolean =>
  ends.some((end) => sameBytes(end.operation, operation))

function nodesOf(view: LateView, entries: readonly SealedEntry[]): Map<string, Node> {
  const nodes = new Map<string, Node>()
  const lives = new Map<string, Life>()
  for (const entry of entries.toSorted((a, b) => a.header.seq - b.header.seq)) {
    const { channel, chain } = entry.header
    const body = view.open(entry)
    if (!body) continue
    const key = toHex(chain)
    const known = lives.get(key)
    const before = known?.nodes.at(-1)?.heads
    const cited = body.membershipHeads ?? before ?? []
    const isDiscussion = typeOf(known?.nodes[0]?.body ?? body) === 'discussion'
    const endsAt = (heads: readonly EntryId[]) => endsOf(view.stateAt(heads), view, entry, isDiscussion)
    const isVoid = before !== undefined && endsAt(cited).some((end) => !hasEnd(endsAt(before), end))
    let life = known
    if (!life) {
      const ends = endsOf(view.now, view, entry, isDiscussion).filter((end) => !hasEnd(endsAt(cited), end))
      const device = view.authorOf(channel, chain)
      const isEnded = ends.length > 0 || (!!device && isOutsider(view.now, device))
      life = { nodes: [], cuts: cutsFrom(ends, chain), isEnded }
      lives.set(key, life)
    }
    const node = { entry, body, heads: isVoid ? before : cited, isVoid, life }
    life.nodes.push(node)
    nodes.set(toHex(entry.id), node)
  }
  return nodes
}

/** What kind of channel the first entry of a life names. */
const typeOf = ({ tail }: EntryBody) => parseChannelName(channelNameIn(tail) ?? new Uint8Array())?.type

/** Whether it may write where it stands, and is not the link of a new life to the one before. */
function mayEndorse({ stateAt, authorOf }: LateView, { entry, body, heads, isVoid, life }: Node): boolean {
  const first = life.nodes[0]?.body
  const type = first && typeOf(first)
  const state = stateAt(heads)
  const device = authorOf(entry.header.channel, entry.header.chain)
  const isLink = entry.header.seq === 1 && body.kind === entryKind.merge
  return !isLink && !isVoid && !!state && !!device && !!type && mayAppend(state, device, type, entryKind.update)
}
