import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag, DeviceId, PersonId } from '#lib/base/ids'
import { randomBelow } from '#lib/base/random'
import { encodeAcknowledgement } from '#lib/document/acknowledgement'
import type { ChainAuthor } from '#lib/log/find-chain'
import { entryKind } from '#lib/protocol/entry-kind'
import { MAX_ACKNOWLEDGED } from '#lib/protocol/limits'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import type { AcknowledgedSegments } from '#lib/replica/acknowledged-segments'
import { beginComparison, type Compared, type Comparison, isComparable } from '#lib/replica/compare-segment'
import type { KnownHeads } from '#lib/replica/heads-before'
import type { OwnWriting } from '#lib/replica/own-writing'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'
import { isStraight } from '#lib/replica/straight-chain'
import { authenticSegment } from '#lib/replica/take-segment'
import type { UncomparedSegment } from '#lib/replica/uncompared-segments'
import type { SegmentComparison } from '#lib/sync/entry-source'

/** Compares the segments of others with the entries that are held here, and acknowledges those that are their fold (S1). */
export interface Acknowledging {
  /**
   * A segment of which this device has the first entries: to be compared when nobody writes, or to stand for the others once it
   * is acknowledged. Its author signed it.
   */
  keep(sealed: SealedSegment, author: ChainAuthor): Promise<void>
  /** One slice; the channel in which to `write`, where that is what comes next. */
  step(): Promise<'more' | 'nothing' | ChannelTag>
  /** One acknowledge entry for all that was compared in the channel and still wants one. Not while another `step` runs. */
  write(channel: ChannelTag): Promise<void>
  /** Compares this one at once: the answer, or what comes to it in steps. */
  begin(bytes: Uint8Array): Promise<SegmentComparison | (() => Promise<SegmentComparison | undefined>)>
}

interface Wanted {
  readonly channel: ChannelTag
  readonly segments: readonly UncomparedSegment[]
}

const NOTHING: ReadonlyMap<string, Wanted> = new Map()

/** Devices compare a random while after they could, so that two of them are enough. */
const LEAST_WAIT_MS = 2000
const MOST_WAIT_MS = 30_000
/** After an entry could not be written. */
const AGAIN_MS = 600_000

export function createAcknowledging(
  core: ReplicaCore,
  settling: Settling,
  writing: Pick<OwnWriting, 'append'>,
  acknowledged: AcknowledgedSegments,
  device: DeviceId,
  /** Its author did not make it of its entries. */
  onUnlike: (sealed: SealedSegment) => Promise<void>,
): Acknowledging {
  const { uncompared } = core
  /** When a channel is looked at, by its tag (hex). */
  let dueAt = new Map<string, number>()
  /** Ids (hex) of segments that were found to be the same, and of those that nothing can be said of in this run. */
  const compared = new Set<string>()
  const skipped = new Set<string>()
  /** By chain (hex): what the last entry cites of the segment that was found to be the same last. */
  const ends = new Map<string, KnownHeads>()
  let work:
    | { readonly segment: UncomparedSegment; readonly sealed: SealedSegment; readonly comparison: Comparison }
    | undefined
  let beside: { readonly basis: readonly unknown[]; readonly segments: readonly UncomparedSegment[] } | undefined

  /** This device's person, while it may acknowledge anything. */
  function person(): PersonId | undefined {
    const state = core.membership.current()
    const own = state?.devices.get(toHex(device))
    return own?.active && !state?.needsNewerVersion ? own.person : undefined
  }

  const isOf = (author: ChainAuthor | undefined, own: PersonId): boolean => {
    const by = author && core.membership.current()?.devices.get(toHex(author.device))?.person
    return by !== undefined && sameBytes(by, own)
  }

  /** Segments that stand beside their entries. */
  function heldBeside(): readonly UncomparedSegment[] {
    const basis = [core.segments.version, core.acknowledgements.version, core.membership.current()]
    if (beside && basis.every((one, i) => one === beside?.basis[i])) return beside.segments
    const segments: UncomparedSegment[] = []
    for (const [chain, { held }] of core.segments.chains())
      for (const { covers, from, to, id } of held) if (!covers) segments.push({ chain, from, to, id })
    beside = { basis, segments: segments.filter((one) => !acknowledged.has(one.chain, one)) }
    return beside.segments
  }

  /** What this person should acknowledge and can, by channel (hex). */
  function wantedBy(own: PersonId): ReadonlyMap<string, Wanted> {
    const wanted = new Map<string, Wanted & { readonly segments: UncomparedSegment[] }>()
    for (const segment of [...uncompared.all(), ...heldBeside()]) {
      const channel = core.heads.get(segment.chain)?.channel
      if (!channel || skipped.has(toHex(segment.id)) || !isComparable(core, segment)) continue
      if (acknowledged.has(segment.chain, segment) || acknowledged.isBy(own, segment.chain, segment)) continue
      if (isOf(authorOf(core, channel, segment.chain), own)) continue
      const key = toHex(channel)
      const known = wanted.get(key) ?? { channel, segments: [] }
      wanted.set(key, known)
      known.segments.push(segment)
    }
    return wanted
  }

  /** Kept for nothing: enough acknowledged it, or this person did, or it can stand for nothing any more. */
  const isSpent = (own: PersonId, segment: UncomparedSegment): boolean => {
    const { chain, to } = segment
    const isSaid = acknowledged.has(chain, segment) || acknowledged.isBy(own, chain, segment)
    return !isStraight(core, chain) || (isSaid && (core.heads.get(chain)?.seq ?? 0) >= to)
  }

  const waitMs = (): number => LEAST_WAIT_MS + randomBelow(core.random, MOST_WAIT_MS - LEAST_WAIT_MS + 1)

  async function note(outcome: Compared, segment: UncomparedSegment, sealed: SealedSegment): Promise<void> {
    if (outcome === 'same') compared.add(toHex(segment.id))
    if (outcome === 'unsure') skipped.add(toHex(segment.id))
    if (outcome !== 'unlike') return
    skipped.add(toHex(segment.id))
    await onUnlike(sealed)
    await uncompared.drop(uncompared.all().filter(({ chain }) => sameBytes(chain, segment.chain)))
  }

  async function compareNext(segment: UncomparedSegment): Promise<void> {
    const sealed = (await uncompared.read(segment)) ?? (await core.segments.read(segment.chain, segment.from))
    const comparison =
      sealed && sameBytes(sealed.id, segment.id)
        ? await beginComparison(core, settling, sealed, ends.get(toHex(segment.chain)))
        : undefined
    if (sealed && comparison) work = { segment, sealed, comparison }
    else skipped.add(toHex(segment.id))
  }

  async function keep(sealed: SealedSegment, author: ChainAuthor): Promise<void> {
    const own = person()
    const { chain, seq: from } = sealed.header
    const segment: UncomparedSegment = { chain, from, to: from + sealed.count - 1, id: sealed.id }
    const isHeld = sameBytes(core.segments.at(chain, from)?.id ?? new Uint8Array(0), sealed.id)
    const isWhole = (core.heads.get(chain)?.seq ?? 0) >= segment.to
    const isToSay = own && !isOf(author, own) && !acknowledged.isBy(own, chain, segment)
    if (isHeld || (isWhole && !isToSay)) return
    await uncompared.keep(sealed)
  }

  return {
    keep,
    async step() {
      if (work) {
        const { segment, sealed, comparison } = work
        const outcome = await comparison.step()
        if (!outcome) return 'more'
        work = undefined
        if (outcome === 'same') ends.set(toHex(segment.chain), comparison.end)
        await note(outcome, segment, sealed)
        return 'more'
      }
      const own = person()
      if (own) await uncompared.drop(uncompared.all().filter((one) => isSpent(own, one)))
      const wanted = own ? wantedBy(own) : NOTHING
      const now = core.clock.now()
      dueAt = new Map([...wanted.keys()].map((key) => [key, dueAt.get(key) ?? now + waitMs()]))
      const due = [...wanted].find(([key]) => (dueAt.get(key) ?? now) <= now)?.[1]
      if (!due) return 'nothing'
      const next = due.segments.find(({ id }) => !compared.has(toHex(id)))
      if (!next) return due.channel
      await compareNext(next)
      return 'more'
    },
    async write(channel) {
      const own = person()
      const key = toHex(channel)
      const wanted = (own && wantedBy(own).get(key)?.segments) ?? []
      const name = (await settling.load(channel))?.name
      const byPlace = new Map(
        wanted.filter(({ id }) => compared.has(toHex(id))).map((one) => [`${toHex(one.chain)}/${one.from}`, one]),
      )
      const segments = [...byPlace.values()].slice(0, MAX_ACKNOWLEDGED)
      dueAt.delete(key)
      if (!name || segments.length === 0) return
      const payload = encodeAcknowledgement(
        segments.map(({ chain, from, to, id }) => ({ chain, from, count: to - from + 1, segment: id })),
      )
      const written = await writing.append({ channel: name, kind: entryKind.acknowledge, payload })
      if (written.ok) await uncompared.drop(segments)
      else dueAt.set(key, core.clock.now() + AGAIN_MS)
    },
    async begin(bytes) {
      const read = await authenticSegment(core, bytes)
      if (read.type !== 'authentic') return read.type === 'bad' ? 'unsigned' : 'unknown'
      const { sealed, author } = read
      const { chain, seq: from } = sealed.header
      const segment: UncomparedSegment = { chain, from, to: from + sealed.count - 1, id: sealed.id }
      if (!isComparable(core, segment)) return 'unknown'
      const answer = (): SegmentComparison => (acknowledged.has(chain, segment) ? 'acknowledged' : 'same')
      const said = core.acknowledgements.at(sealed.header.channel, chain, segment)
      const isOwn = sameBytes(author.device, device)
      const isMade = isOwn && sameBytes(core.segments.at(chain, from)?.id ?? new Uint8Array(0), sealed.id)
      if (isMade || said?.devices.has(toHex(device)) || compared.has(toHex(sealed.id))) return answer()
      const comparison = await beginComparison(core, settling, sealed)
      if (!comparison) return 'unknown'
      return async () => {
        const outcome = await comparison.step()
        if (!outcome) return undefined
        await note(outcome, segment, sealed)
        if (outcome !== 'same') return outcome === 'unlike' ? 'unlike' : 'unknown'
        await keep(sealed, author)
        return answer()
      }
    },
  }
}
