import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { isOutsider } from '#lib/workspace/ended-standing'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Notices whose standing in the log changed, so that each channel of theirs is looked at once, also after a crash. */
export interface SeenEnds {
  /** The channels that hold anything by somebody of whom that is so since `settled`. */
  changed(): Promise<readonly ChannelTag[]>
  /** Those were looked at: also written down is how far each chain is judged of which something is held back (R10). */
  settled(): Promise<void>
}

const RECORD = 'seen-ends'
const MAX_ENDS = 1_000_000

export function createSeenEnds(core: ReplicaCore): SeenEnds {
  /** By what ended (hex of the operation, or of a device that was never in): whose devices it concerns, in hex. */
  let seen: ReadonlySet<string> | undefined
  let lookedAt: MembershipState | undefined
  let current: ReadonlyMap<string, readonly string[]> = new Map()

  async function read(): Promise<ReadonlySet<string>> {
    const record = await core.store.record(RECORD)
    const ends = readAll((record.ok && record.value) || Uint8Array.of(0), (reader) =>
      reader.list(MAX_ENDS, () => toHex(reader.take(32))),
    )
    return new Set(ends.ok ? ends.value : [])
  }

  return {
    async changed() {
      const state = core.membership.current()
      if (!state || state === lookedAt) return []
      lookedAt = state
      seen ??= await read()
      const before = seen
      const after = standingEnds(state)
      const isChanged = (key: string): boolean => before.has(key) !== after.has(key)
      const devices = new Set([...after, ...current].flatMap(([key, concerned]) => (isChanged(key) ? concerned : [])))
      current = after
      if (devices.size === 0) return []
      const channels = new Map<string, ChannelTag>()
      for (const { lane, channel, chain } of core.heads.all()) {
        const author = lane === 'content' ? authorOf(core, channel, chain) : undefined
        if (author && devices.has(toHex(author.device))) channels.set(toHex(channel), channel)
      }
      return [...channels.values()]
    },
    async settled() {
      const before = seen
      if (!before || (before.size === current.size && [...current.keys()].every((key) => before.has(key)))) return
      const keys = [...current.keys()]
      const value = writeAll((writer) => writer.list(keys, (key) => writer.raw(fromHex(key) ?? new Uint8Array(32))))
      const shrunk = core.heads.limited().filter(({ chain, seq }) => core.heads.judged(chain) < seq)
      const marks = shrunk.flatMap(({ chain }) => core.unsettled.mark(chain, core.heads.judged(chain)))
      const saved = await core.store.commit({ entries: [], records: [...marks, { key: RECORD, value }] })
      if (!saved.ok) return
      seen = new Set(keys)
      for (const { chain } of shrunk) core.unsettled.marked(chain, core.heads.judged(chain))
    },
  }
}

function standingEnds(state: MembershipState): Map<string, readonly string[]> {
  const devices = [...state.devices.values()]
  const ends = state.ends.map(({ operation, person, device }): [string, readonly string[]] => {
    const concerned = device ? [device] : devices.flatMap((one) => (sameBytes(one.person, person) ? [one.device] : []))
    return [toHex(operation), concerned.map(toHex)]
  })
  const outsiders = devices.filter(({ device }) => isOutsider(state, device))
  return new Map([...ends, ...outsiders.map(({ device }): [string, string[]] => [toHex(device), [toHex(device)]])])
}
