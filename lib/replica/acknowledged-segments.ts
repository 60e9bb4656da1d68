import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, PersonId } from '#lib/base/ids'
import type { Acknowledged, SegmentPlace } from '#lib/replica/acknowledgement-table'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { ChainSegments } from '#lib/replica/segment-table'
import { isStraight } from '#lib/replica/straight-chain'
import type { EntryRange } from '#lib/sync/entry-source'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Says which segments are acknowledged (S1), as the log stands now: by two members besides their author, or by all there are. */
export interface AcknowledgedSegments {
  /**
   * What acknowledged segments of a chain stand for, rising. None where the chain is doubted or anything in its channel parted
   * (E3): newcomers need the entries there.
   */
  ranges(chain: ChainTag): readonly EntryRange[]
  has(chain: ChainTag, segment: SegmentPlace): boolean
  /** As `has`, and somebody looked: where its author is the only member, nobody else can. */
  isChecked(chain: ChainTag, segment: SegmentPlace): boolean
  /**
   * Whether it may stand for what relays may have dropped by it (S3): somebody besides its author acknowledged it, in or not by
   * now, or it is this person's own, or this device is nobody's: a backup that is read (V7). Who was enough when it was dropped may not be any more.
   */
  isVouchedFor(chain: ChainTag, segment: SegmentPlace): boolean
  /** Whether a device of that person acknowledged it. */
  isBy(person: PersonId, chain: ChainTag, segment: SegmentPlace): boolean
}

/** Two others are enough. */
const ENOUGH = 2

/** Who has to acknowledge the segments of a chain. */
interface Judges {
  readonly author: PersonId
  readonly enough: number
}

interface Known {
  readonly state: MembershipState | undefined
  readonly version: number
  readonly segments: ChainSegments | undefined
  readonly ranges: readonly EntryRange[]
}

export function createAcknowledgedSegments(core: ReplicaCore): AcknowledgedSegments {
  const { acknowledgements, membership, segments } = core
  /** By chain (hex): what was found, and from what. */
  const known = new Map<string, Known>()

  function judgesOf(chain: ChainTag): Judges | undefined {
    const channel = core.heads.get(chain)?.channel
    const state = membership.current()
    const author = channel && authorOf(core, channel, chain)
    const person = author && state?.devices.get(toHex(author.device))?.person
    if (!state || !person) return undefined
    const others = state.members.size - (state.members.has(toHex(person)) ? 1 : 0)
    return { author: person, enough: Math.min(ENOUGH, others) }
  }

  /** Each person counts once, while a member. */
  function isEnough(said: Acknowledged | undefined, { author, enough }: Judges): boolean {
    const state = membership.current()
    const people = new Set<string>()
    for (const device of said?.devices ?? []) {
      const person = state?.devices.get(device)?.person
      if (person && !sameBytes(person, author) && state?.members.has(toHex(person))) people.add(toHex(person))
    }
    return people.size >= enough
  }

  function find(chain: ChainTag): readonly EntryRange[] {
    const channel = core.heads.get(chain)?.channel
    const judges = judgesOf(chain)
    if (!channel || !judges) return []
    const said = [...acknowledgements.of(channel, chain)].filter((one) => isEnough(one, judges))
    const alone = judges.enough === 0 ? (segments.chain(chain)?.held ?? []) : []
    const ranges = new Map([...said, ...alone].map(({ from, to }) => [`${from}/${to}`, { from, to }]))
    return [...ranges.values()].sort((a, b) => a.from - b.from || a.to - b.to)
  }

  const saidOf = (chain: ChainTag, segment: SegmentPlace): Acknowledged | undefined => {
    const channel = core.heads.get(chain)?.channel
    return channel && acknowledgements.at(channel, chain, segment)
  }
  const has = (chain: ChainTag, segment: SegmentPlace): boolean => {
    const judges = judgesOf(chain)
    return judges !== undefined && isEnough(saidOf(chain, segment), judges)
  }

  const personOf = (device: string): PersonId | undefined => membership.current()?.devices.get(device)?.person

  return {
    has,
    isVouchedFor(chain, segment) {
      const author = judgesOf(chain)?.author
      const own = personOf(toHex(core.device))
      if (!author) return false
      const others = [...(saidOf(chain, segment)?.devices ?? [])].map(personOf)
      return !own || sameBytes(own, author) || others.some((person) => person && !sameBytes(person, author))
    },
    isChecked: (chain, segment) => saidOf(chain, segment) !== undefined && has(chain, segment),
    ranges(chain) {
      if (!isStraight(core, chain)) return []
      const held = segments.chain(chain)
      const [key, state, { version }] = [toHex(chain), membership.current(), acknowledgements]
      const before = known.get(key)
      if (before && before.state === state && before.version === version && before.segments === held)
        return before.ranges
      const ranges = find(chain)
      known.set(key, { state, version, segments: held, ranges })
      return ranges
    },
    isBy(person, chain, segment) {
      return [...(saidOf(chain, segment)?.devices ?? [])].some((device) => {
        const by = personOf(device)
        return by !== undefined && sameBytes(by, person)
      })
    },
  }
}
