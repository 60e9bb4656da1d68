import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { insertedText } from '#lib/document/inserted-text'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { Dependency } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { chainRows } from '#lib/replica/chain-rows'
import { createFirstEntries } from '#lib/replica/first-entries'
import { headsBefore } from '#lib/replica/heads-before'
import { createPartJoiner } from '#lib/replica/join-parts'
import { readRow } from '#lib/replica/read-row'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'
import { mayAppend } from '#lib/workspace/authorize'
import { endsOf, hasEnd } from '#lib/workspace/ended-standing'

/** What of one life is held back (§5): kept and passed on, not applied, until somebody who may write adopts it. */
export interface HeldBack {
  readonly channel: ChannelTag
  readonly name: ChannelName
  readonly device: DeviceId
  /** Number of its first entry. */
  readonly from: number
  /** What an adopt names to keep all of it. */
  readonly newest: Dependency & { readonly id: EntryId }
  readonly edits: number
  /** When the first of them was written, in seconds since 1970, as its author's clock had it. */
  readonly sinceSeconds: number
  /** The beginning of what they say. */
  readonly text: string
}

/** What is held back of the whole workspace, as far as this device can open it. */
export interface HeldBackList {
  list(): Promise<readonly HeldBack[]>
}

/** Entries of one life that are looked at. */
const MAX_ENTRIES = 2048
const MAX_TEXT = 240

export function createHeldBackList(core: ReplicaCore): HeldBackList {
  const first = createFirstEntries(core)
  /** By chain (hex), and what it was read from. */
  const known = new Map<string, { readonly basis: string; readonly item: HeldBack | undefined }>()

  /** More secrets may open more of it; where nothing was found, so may a longer log. */
  const basisOf = (from: number, to: number): string => `${from} ${to} ${core.keys.all().length}`
  const orLog = (basis: string): string => `${basis} ${core.membership.size}`

  async function read(head: Head, from: number, to: number): Promise<HeldBack | undefined> {
    const { channel, chain } = head
    const author = authorOf(core, channel, chain)
    const name = await first.channelName(channel, [head, ...core.heads.inChannel(channel)])
    const type = name && parseChannelName(name)?.type
    if (!author || !name || !type || type === 'log') return undefined
    const begun = (await headsBefore(core, chain, from)) ?? (await first.of(channel, chain))?.heads ?? []
    let state = core.membership.stateAt(begun)
    const seen = state ? endsOf(state, author.device, type) : []
    let newest: HeldBack['newest'] | undefined
    let seconds = 0
    const updates: Uint8Array[] = []
    const join = createPartJoiner()
    for await (const row of chainRows(core, chain, from, Math.min(to, from + MAX_ENTRIES - 1))) {
      const counted = core.countedId(chain, row.seq)
      if (row.seq > to || (counted && !sameBytes(counted, row.id))) continue
      const body = readRow(core, row)
      if (!body) break
      if (body.membershipHeads) state = core.membership.stateAt(body.membershipHeads)
      if (state && endsOf(state, author.device, type).some((end) => !hasEnd(seen, end))) break
      // Void whoever adopts it (E5): a reader's, say.
      if (state && !mayAppend(state, author.device, type, body.kind)) continue
      newest = { chain, seq: row.seq, idPrefix: row.id.slice(0, 16), id: row.id }
      if (body.kind !== entryKind.update) continue
      seconds ||= body.seconds
      const update = join(body)
      if (update) updates.push(update)
    }
    const created = core.membership.current()?.createdAtSeconds ?? 0
    const text = insertedText(updates, MAX_TEXT)
    return newest && updates.length > 0
      ? {
          ...{ channel, name, device: author.device, from, newest, text },
          ...{ edits: updates.length, sinceSeconds: created + seconds },
        }
      : undefined
  }

  return {
    async list() {
      const items: HeldBack[] = []
      for (const head of core.heads.limited()) {
        const from = core.heads.goal(head.chain) + 1
        const to = Math.min(head.seq, core.heads.forkGoal(head.chain))
        const key = toHex(head.chain)
        if (from > to) {
          known.delete(key)
          continue
        }
        const basis = basisOf(from, to)
        const before = known.get(key)
        const isKnown = before?.basis === (before?.item ? basis : orLog(basis))
        const item = isKnown ? before.item : await read(head, from, to)
        known.set(key, { basis: item ? basis : orLog(basis), item })
        if (item) items.push(item)
      }
      return items
    },
  }
}
