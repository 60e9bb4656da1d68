/**
 * What must be true of every device at every moment (DESIGN §1), told from what was written and never from what a replica
 * says of itself: the oracle opens every entry that some device made and puts together on its own what it amounts to.
 */
import * as Y from 'yjs'
import { concat, sameBytes, toHex } from '#lib/base/bytes'
import { pushTo } from '#lib/base/group-by'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { canonicalState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { openEntry } from '#lib/log/seal-entry'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partOf } from '#lib/protocol/entry-tail'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { KeyRing } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import type { AcceptedContent } from '#lib/replica/replica-events'

/** An entry as it was written, with the name of the device that wrote it. */
export interface WrittenEntry {
  readonly entry: SealedEntry
  /** Its id and that of the one before it, in hex. */
  readonly id: string
  readonly previous: string
  readonly by: string
  /** Honest entries count in the end; of others some must never count. */
  readonly nature: 'honest' | 'hostile' | 'void'
  readonly body: EntryBody | undefined
  /** Joined parts; `undefined` for all but the last part, and for what is no update. */
  readonly update: Uint8Array | undefined
}

export interface SimulationOracle {
  /** Somebody made this entry; `keys` are the writer's, where they may have more than the founder began with. */
  wrote(by: string, entry: SealedEntry, nature?: WrittenEntry['nature'], keys?: KeyRing): void
  isWritten(id: EntryId): boolean
  /** What a device shows as accepted must have been written so. */
  checkAccepted(content: AcceptedContent): void
  /** Whether a device's copy of a channel is exactly what its judged entries amount to. */
  checkCopy(name: string, replica: Replica, channel: ChannelTag, state: Uint8Array): void
  /** The entries that a replica counts as judged, of one channel or of all. */
  judged(replica: Replica, channel?: ChannelTag): Map<string, WrittenEntry>
  /** Everything that replicas hold of a channel, on all lines. */
  held(replicas: readonly Replica[], channel: ChannelTag): readonly WrittenEntry[]
  /** Throws with everything that was found wrong. */
  verdict(): void
  complain(about: string): void
}

export function createSimulationOracle(firstKeys: KeyRing): SimulationOracle {
  const written = new Map<string, WrittenEntry>()
  /** Those that may count, by chain (hex) and number. */
  const atPlace = new Map<string, WrittenEntry[]>()
  const placeOf = (chain: ChainTag, seq: number): string => `${toHex(chain)} ${seq}`
  const complaints: string[] = []
  /** What was found right last, by device and channel. */
  const checked = new Map<string, string>()
  /** What sets of entries amount to, and what copies hold: devices have many of both in common. */
  const amounts = new Map<string, Uint8Array | 'gaps'>()
  const copies = new Map<string, Uint8Array>()

  const previous = (item: WrittenEntry): WrittenEntry | undefined => written.get(item.previous)

  function updateOf(entry: SealedEntry, body: EntryBody | undefined): Uint8Array | undefined {
    if (body?.kind !== entryKind.update) return undefined
    const part = partOf(body.tail)
    if (!part) return body.payload
    if (part.index < part.count) return undefined
    const payloads = [body.payload]
    let before = written.get(toHex(entry.header.prev))
    for (let left = part.count - 1; left > 0 && before; left--, before = previous(before)) {
      payloads.unshift(before.body?.payload ?? new Uint8Array(0))
    }
    return concat(...payloads)
  }

  function judged(replica: Replica, channel?: ChannelTag): Map<string, WrittenEntry> {
    const found = new Map<string, WrittenEntry>()
    for (const head of replica.judgedHeads()) {
      if (channel && !sameBytes(head.channel, channel)) continue
      let entry = written.get(toHex(head.id))
      if (!entry) complaints.push(`an entry that nobody wrote is judged: ${toHex(head.id).slice(0, 8)}`)
      for (; entry && !found.has(entry.id); entry = previous(entry)) found.set(entry.id, entry)
    }
    return found
  }

  function amountOf(entries: Iterable<WrittenEntry>): Uint8Array | 'gaps' {
    const doc = createQuietDoc()
    const updates = [...entries].flatMap(({ nature, update }) => (update && nature !== 'void' ? [update] : []))
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update)
    })
    return doc.store.pendingStructs || doc.store.pendingDs ? 'gaps' : canonicalState(doc)
  }

  return {
    wrote(by, entry, nature = 'honest', keys = firstKeys) {
      const id = toHex(entry.id)
      if (written.has(id)) return
      const channelKeys = keys.channelKeys(entry.header.epoch, entry.header.channel)
      const opened = channelKeys && openEntry(entry, channelKeys)
      const body = opened?.ok ? opened.value : undefined
      const item = { entry, by, nature, body, update: updateOf(entry, body), id, previous: toHex(entry.header.prev) }
      written.set(id, item)
      if (nature !== 'void') pushTo(atPlace, placeOf(entry.header.chain, entry.header.seq), item)
    },
    isWritten: (id) => written.has(toHex(id)),
    checkAccepted({ chain, seq, update, isFolded }) {
      if (isFolded) return // what a segment amounts to, checkCopy says
      const known = atPlace.get(placeOf(chain, seq))?.some((item) => item.update && sameBytes(item.update, update))
      if (!known) complaints.push(`accepted what nobody entitled wrote: ${toHex(chain).slice(0, 8)} ${seq}`)
    },
    checkCopy(name, replica, channel, state) {
      const entries = judged(replica, channel)
      const ids = [...entries.keys()].sort().join()
      const shown = toHex(hash(state))
      const key = `${name} ${toHex(channel)}`
      if (checked.get(key) === `${ids} ${shown}`) return
      checked.set(key, `${ids} ${shown}`)
      const expected = once(amounts, ids, () => amountOf(entries.values()))
      if (expected === 'gaps') return void complaints.push(`${name}: accepted entries leave gaps`)
      const copied = once(copies, shown, () => {
        const copy = createQuietDoc()
        Y.applyUpdateV2(copy, state)
        return canonicalState(copy)
      })
      if (!sameBytes(expected, copied))
        complaints.push(`${name}: the copy of ${toHex(channel).slice(0, 8)} is not its ${entries.size} judged entries`)
    },
    judged,
    held(replicas, channel) {
      const found = new Map<string, WrittenEntry>()
      for (const head of replicas.flatMap((replica) => replica.heads())) {
        let entry = sameBytes(head.channel, channel) ? written.get(toHex(head.id)) : undefined
        for (; entry && !found.has(entry.id); entry = previous(entry)) found.set(entry.id, entry)
      }
      return [...found.values()]
    },
    complain: (about) => complaints.push(about),
    verdict() {
      if (complaints.length > 0) throw new Error([...new Set(complaints)].join('\n'))
    },
  }
}

/** What `make` comes to under this key, made at most once. */
function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const value = made.get(key) ?? make()
  made.set(key, value)
  return value
}
