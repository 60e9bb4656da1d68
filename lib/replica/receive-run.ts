import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { type ChainAuthor, findChain } from '#lib/log/find-chain'
import { openEntry, verifyEntry } from '#lib/log/seal-entry'
import type { EntryBody } from '#lib/protocol/entry-body'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { founderOf } from '#lib/replica/founder'
import { isHeld, placeEntries } from '#lib/replica/place-entries'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Reception } from '#lib/sync/entry-source'

/** An entry that is signature-covered, has its place in its chain and is opened as far as this device can. */
export interface PlacedEntry {
  readonly entry: SealedEntry
  /** `no-secret`: of an epoch that this device lacks; `opaque`: from a newer version (E1). */
  readonly content: EntryBody | 'no-secret' | 'opaque'
}

export type Intake =
  | {
      readonly type: 'placed'
      readonly author: ChainAuthor
      readonly entries: readonly PlacedEntry[]
      /** They stand beside others that are held: their author wrote two at one place (E3). */
      readonly fork: boolean
    }
  | {
      readonly type: 'done'
      readonly reception: Reception
      /** Who signed the run, where that was found out. */
      readonly author: ChainAuthor | undefined
    }

/** Chains of nobody known, remembered so that they are looked up once for each state of the log. */
const MAX_STRANGERS = 4096

const done = (reception: Reception, author?: ChainAuthor): Intake => ({ type: 'done', reception, author })
const bad = (reason: string): Intake => done({ type: 'bad', reason })

/** What is left of a signature-covered run, or what became of all of it. */
type Left = Promise<Reception | readonly SealedEntry[]>

/** What runs have to do with segments that stand in their places (S0). */
export interface SegmentsUnder {
  /** Puts entries beside the segment that stands for them. */
  fill(run: readonly SealedEntry[], author: ChainAuthor): Left
  /** Before a run may part its chain at `seq`. */
  part(run: readonly SealedEntry[], seq: number, author: ChainAuthor): Left
}

/**
 * The first half of the acceptance path (E8): chain known → covered by a signature (E9) → place in the chain (E2, E3) →
 * open. Changes nothing but what `segments` does.
 */
export async function takeInRun(
  core: ReplicaCore,
  whole: readonly SealedEntry[],
  segments: SegmentsUnder,
): Promise<Intake> {
  let run = whole
  const [first] = run
  const last = run.at(-1)
  if (!first || !last?.signature) return bad('unsigned')
  const { channel, chain, lane } = first.header
  if ((lane === 'log') !== sameBytes(channel, core.logChannel)) return bad('lane')
  const isCovered = core.segments.coverIn(chain, first.header.seq, last.header.seq) !== undefined
  if (!isCovered && isHeld(core, chain, last.header.seq, last.id)) return done({ type: 'known' })
  const author = authorOf(core, channel, chain) ?? founderOf(core, first)
  if (!author) return done({ type: 'waiting' })
  if (!(await verifyEntry(core.crypto, author.device, last))) return bad('signature')

  if (core.segments.chain(chain)) {
    const left = await segments.fill(run, author)
    if ('type' in left) return done(left, author)
    run = left
  }
  await core.recallIds(chain, first.header.seq - 1, last.header.seq)
  const place = placeEntries(core, run)
  if (place.type === 'broken') return bad('broken-run')
  if (place.type === 'known') return done({ type: 'known' }, author)
  if (place.type === 'gap') return done({ type: 'waiting', from: place.from }, author)

  if (place.fork) {
    const left = await segments.part(run, place.next[0]?.header.seq ?? 1, author)
    if ('type' in left) return done(left, author)
  }
  const entries: PlacedEntry[] = []
  for (const entry of place.next) {
    const placed = openPlaced(core, entry)
    if (typeof placed === 'string') return bad(placed)
    entries.push(placed)
  }
  return { type: 'placed', author, entries, fork: place.fork }
}

/** An entry opened as far as this device can, or why nobody can. */
export function openPlaced(core: ReplicaCore, entry: SealedEntry): PlacedEntry | 'wrong-key' | 'malformed-body' {
  const keys = core.keys.channelKeys(entry.header.epoch, entry.header.channel)
  if (!keys) return { entry, content: 'no-secret' }
  const opened = openEntry(entry, keys)
  if (opened.ok) return { entry, content: opened.value }
  return opened.error.type === 'opaque' ? { entry, content: 'opaque' } : opened.error.type
}

/** Whoever may have written in a channel: members' devices, and in the log their roots (M1). */
function authorsIn({ membership, logChannel }: ReplicaCore, channel: ChannelTag): readonly DeviceId[] {
  const state = membership.current()
  const devices = [...(state?.devices.values() ?? [])].map((record) => record.device)
  if (!state || !sameBytes(channel, logChannel)) return devices
  const people = [...state.members.values(), ...state.formerMembers.values()]
  return [...devices, ...people.map(({ person }) => person as Uint8Array as DeviceId)]
}

/** The device of a chain: known already, or found among the members' devices by its pseudonym (§3). */
export function authorOf(core: ReplicaCore, channel: ChannelTag, chain: ChainTag): ChainAuthor | undefined {
  const key = toHex(chain)
  const known = core.authors.get(key)
  if (known) return sameBytes(known.channel, channel) ? known : undefined
  const asOf = `${core.membership.size}/${core.lives.version}`
  const stranger = key + toHex(channel)
  if (core.strangers.get(stranger) === asOf) return undefined
  const found = findChain(core.keys.tagKey, authorsIn(core, channel), channel, chain, (device) =>
    core.lives.newest(device, channel),
  )
  if (found) {
    core.authors.set(key, { ...found, channel })
    core.strangers.delete(stranger)
    return found
  }
  if (core.strangers.size >= MAX_STRANGERS) core.strangers.clear()
  core.strangers.set(stranger, asOf)
  return undefined
}
