import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { insertedText } from '#lib/document/inserted-text'
import { readUpdate } from '#lib/document/update-reader'
import type { Dependency } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { anewIn } from '#lib/protocol/entry-tail'
import { chainRows } from '#lib/replica/chain-rows'
import type { ForkTree } from '#lib/replica/fork-tree'
import { createPartJoiner } from '#lib/replica/join-parts'
import { readRow } from '#lib/replica/read-row'
import { authorOf } from '#lib/replica/receive-run'
import { fitsPrefix } from '#lib/replica/reckon-forks'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'

/** What devices of this person wrote on a losing side of a fork (E3), or building on one, and what nobody has written anew. */
export interface SetAside {
  readonly channel: ChannelTag
  readonly name: ChannelName
  readonly device: DeviceId
  /** What `anewTail` names once all of it stands anew. */
  readonly newest: Dependency & { readonly id: EntryId }
  readonly edits: number
  /** When the first of them was written, in seconds since 1970, as its author's clock had it. */
  readonly sinceSeconds: number
  /** The beginning of what they say. */
  readonly text: string
  /** The edits themselves, V1, in order: they fit beside what counts, not into it. */
  readonly updates: readonly Uint8Array[]
}

/** What is set aside of this person's, as far as this device can open it. */
export interface SetAsideList {
  list(): Promise<readonly SetAside[]>
}

/** Entries that do not count: from a number on, along these ids where the chain parted. */
interface Way {
  readonly head: Head
  readonly from: number
  readonly to: number
  readonly ids: ReadonlySet<string> | undefined
}

/** Edits of one way that are written anew at once: what follows mostly builds on them, and fits with them alone. */
const MAX_EDITS = 16_384
const MAX_TEXT = 240

export function createSetAsideList(core: ReplicaCore, device: DeviceId, editsAtOnce = MAX_EDITS): SetAsideList {
  /** By chain (hex): what its entries up to a number say stands anew, and what that was read from. */
  const anew = new Map<
    string,
    { readonly basis: string; readonly seq: number; readonly named: readonly Dependency[] }
  >()
  /** By the way's first place. */
  let known = new Map<string, { readonly basis: string; readonly item: SetAside | undefined }>()

  const personOf = (one: DeviceId) => core.membership.current()?.devices.get(toHex(one))?.person
  const isMine = ({ channel, chain }: Head): boolean => {
    const author = authorOf(core, channel, chain)
    const [me, person] = [personOf(device), author && personOf(author.device)]
    return me !== undefined && person !== undefined && sameBytes(me, person)
  }

  /** Of a chain that only grew, what came since is looked at. */
  async function anewBy({ chain, seq }: Head): Promise<readonly Dependency[]> {
    const key = toHex(chain)
    const lines = core.forks.tree(chain)?.lines() ?? []
    const basis = `${lines.map(({ ids }) => ids.length).join()} ${core.keys.all().length}`
    const before = anew.get(key)
    const isOlder = before?.basis === basis
    if (isOlder && before.seq === seq) return before.named
    const named = isOlder ? [...before.named] : []
    for await (const row of chainRows(core, chain, isOlder ? before.seq + 1 : 1, seq))
      named.push(...anewIn(readRow(core, row)?.tail ?? []))
    anew.set(key, { basis, seq, named })
    return named
  }

  /** The ways of a chain that do not count, each named once however often it parted. */
  function waysOf(head: Head, tree: ForkTree | undefined): readonly Way[] {
    const goal = core.heads.forkGoal(head.chain)
    if (!tree) return goal < head.seq ? [{ head, from: goal + 1, to: head.seq, ids: undefined }] : []
    const path = core.forks.path(head.chain)
    const taken = new Set(path.map(toHex))
    const beyond = path.slice(Math.max(0, goal + 1 - tree.base))
    const ways = beyond.length > 0 ? [wayOf(head, tree.base + path.length - beyond.length, beyond)] : []
    for (const fork of tree.forks()) {
      for (const id of fork.ids) {
        const line = taken.has(toHex(id)) ? undefined : tree.lineOf(id)
        if (!line) continue
        const ids = [...line.ids, ...tree.beyond(line.tag)]
        for (const one of ids) taken.add(toHex(one))
        ways.push(wayOf(head, fork.seq, ids))
      }
    }
    return ways
  }

  /** The number after the newest place of a way that is named. */
  async function afterNamed({ head: { chain }, from, to, ids }: Way, named: readonly Dependency[]): Promise<number> {
    const within = named.filter((one) => one.seq >= from && one.seq <= to && sameBytes(one.chain, chain))
    for (const one of within.sort((a, b) => b.seq - a.seq))
      for await (const { id } of chainRows(core, chain, one.seq, one.seq))
        if ((!ids || ids.has(toHex(id))) && fitsPrefix(id, one)) return one.seq + 1
    return from
  }

  async function read(way: Way, named: readonly Dependency[]): Promise<SetAside | undefined> {
    const { head, to, ids } = way
    const { channel, chain } = head
    const author = authorOf(core, channel, chain)
    const name = core.shelf.loaded(channel)?.name
    if (!author || !name) return undefined
    let newest: SetAside['newest'] | undefined
    let seconds = 0
    const updates: Uint8Array[] = []
    const join = createPartJoiner()
    for await (const row of chainRows(core, chain, await afterNamed(way, named), to)) {
      if (ids && !ids.has(toHex(row.id))) continue
      const body = readRow(core, row)
      if (!body) break
      if (body.kind === entryKind.update) {
        if (updates.length === 0) seconds = body.seconds
        const update = join(body)
        if (!update) continue
        if (typeof readUpdate(update) === 'object') updates.push(update)
      }
      newest = { chain, seq: row.seq, idPrefix: row.id.slice(0, 16), id: row.id }
      if (updates.length >= editsAtOnce) break
    }
    const created = core.membership.current()?.createdAtSeconds ?? 0
    const text = insertedText(updates, MAX_TEXT)
    return newest && updates.length > 0
      ? {
          channel,
          name,
          device: author.device,
          newest,
          edits: updates.length,
          sinceSeconds: created + seconds,
          text,
          updates,
        }
      : undefined
  }

  return {
    async list() {
      const items: SetAside[] = []
      const seen: typeof known = new Map()
      for (const channel of core.forks.channels()) {
        if (sameBytes(channel, core.logChannel)) continue
        const mine = core.heads.inChannel(channel).filter(isMine)
        const ways = mine.flatMap((head) => waysOf(head, core.forks.tree(head.chain)))
        const named = ways.length > 0 ? (await Promise.all(mine.map(anewBy))).flat() : []
        for (const way of ways) {
          const key = `${toHex(way.head.chain)} ${way.from} ${[...(way.ids ?? [])][0]}`
          const basis = `${way.to} ${named.length} ${core.keys.all().length} ${core.shelf.loaded(channel) !== undefined}`
          const before = known.get(key)
          const item = before?.basis === basis ? before.item : await read(way, named)
          seen.set(key, { basis, item })
          if (item) items.push(item)
        }
      }
      known = seen
      return items
    },
  }
}

const wayOf = (head: Head, from: number, ids: readonly EntryId[]): Way => ({
  ...{ head, from, to: from + ids.length - 1 },
  ids: new Set(ids.map(toHex)),
})
