import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag, DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { ChainAuthor } from '#lib/log/find-chain'
import { logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { type AcknowledgementTable, loadAcknowledgementTable } from '#lib/replica/acknowledgement-table'
import { type ChannelShelf, createChannelShelf } from '#lib/replica/channel-shelf'
import { storedToEntry } from '#lib/replica/entry-record'
import { type ForkTable, loadForkTable } from '#lib/replica/fork-table'
import { createHeadTable, type HeadTable } from '#lib/replica/head-table'
import { createIdTable, type IdTable } from '#lib/replica/id-table'
import type { Obstacle } from '#lib/replica/judge-structure'
import type { KeyRing } from '#lib/replica/key-ring'
import { type LifeTable, loadLifeTable } from '#lib/replica/life-table'
import { readLinked } from '#lib/replica/linked-rows'
import { createProofTable, type ProofTable } from '#lib/replica/proof-table'
import { loadSegmentTable, type SegmentTable } from '#lib/replica/segment-table'
import { loadUncomparedSegments, type UncomparedSegments } from '#lib/replica/uncompared-segments'
import { loadUnsettled, type Unsettled } from '#lib/replica/unsettled'
import type { StoredHead, WorkspaceStore } from '#lib/storage/storage'
import { createMembershipLog, type MembershipLog } from '#lib/workspace/membership-log'

/** What the parts of a replica share: ports, secrets, and the tables that say what is held. */
export interface ReplicaCore {
  /** This one. */
  readonly device: DeviceId
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly store: WorkspaceStore
  readonly keys: KeyRing
  readonly logChannel: ChannelTag
  readonly membership: MembershipLog
  readonly heads: HeadTable
  readonly ids: IdTable
  readonly forks: ForkTable
  readonly segments: SegmentTable
  readonly acknowledgements: AcknowledgementTable
  readonly uncompared: UncomparedSegments
  readonly lives: LifeTable
  readonly unsettled: Unsettled
  readonly shelf: ChannelShelf
  readonly proofs: ProofTable
  /** Author by chain (hex), as far as chains were met since the start. */
  readonly authors: Map<string, ChainAuthor & { readonly channel: ChannelTag }>
  /** Chain and channel (hex) for which nobody was found to be the author, as things were then. */
  readonly strangers: Map<string, string>
  /** What the entry after the judged ones waits for, by chain (hex). */
  readonly obstacles: Map<string, Obstacle>
  /** The entry at a place of the line that counts. Recall ids of older places first. */
  countedId(chain: ChainTag, seq: number): EntryId | undefined
  /** The entry held at a place; `undefined` also where several are (E3). Recall ids of older places first. */
  idAt(chain: ChainTag, seq: number): EntryId | undefined
  /** Brings the ids of these places into memory where they are only on disk. */
  recallIds(chain: ChainTag, from: number, to: number): Promise<void>
}

export interface ReplicaParts {
  readonly device: SigningKey
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly store: WorkspaceStore
  readonly keys: KeyRing
}

const LINKED_ROWS = 512

function firstEpochOf(keys: KeyRing): EpochTag {
  const [first] = keys.epochs()
  if (!first) throw new Error('A workspace cannot be opened without its first epoch')
  return first.tag
}

/** A chain goes as far as its newest segment, if that stands for more than what is here of its entries (S0). */
async function withSegments(
  store: WorkspaceStore,
  stored: readonly StoredHead[],
  segments: SegmentTable,
): Promise<readonly StoredHead[]> {
  const heads = new Map(stored.map((head) => [toHex(head.chain), head]))
  for (const [chain, { channel, held, doubtedAfter }] of segments.chains()) {
    const last = held.findLast(({ covers }) => covers)
    const head = heads.get(toHex(chain))
    if (last && last.to > (head?.seq ?? 0)) heads.set(toHex(chain), { channel, chain, seq: last.to, id: last.lastId })
    else if (doubtedAfter && head) heads.set(toHex(chain), await linkedHead(store, head, doubtedAfter))
  }
  return [...heads.values()]
}

/** The newest entry that is linked to the one at `seq`; what lies beyond a gap counts as not there. */
async function linkedHead(store: WorkspaceStore, newest: StoredHead, seq: number): Promise<StoredHead> {
  const first = await store.readChain(newest.chain, seq, 1)
  let head = { ...newest, seq, id: (first.ok && first.value[0]?.id) || newest.id }
  for (let before = seq - 1; before < head.seq; ) {
    before = head.seq
    const rows = await store.readChain(newest.chain, head.seq + 1, LINKED_ROWS)
    for (const row of rows.ok ? rows.value : []) {
      const entry = row.seq === head.seq + 1 ? storedToEntry(row) : undefined
      if (entry?.ok && sameBytes(entry.value.header.prev, head.id)) head = { ...head, seq: row.seq, id: row.id }
    }
  }
  return head
}

export async function createReplicaCore(parts: ReplicaParts): Promise<ReplicaCore> {
  const { store, keys } = parts
  const logChannel = channelTag(keys.tagKey, logChannelName)
  const [names, stored] = await Promise.all([store.recordKeys(''), store.heads()])
  const [segments, acknowledgements, uncompared, forks, unsettled, lives] = await Promise.all([
    loadSegmentTable(store, names),
    loadAcknowledgementTable(store, names),
    loadUncomparedSegments(store, names),
    loadForkTable(store, names),
    loadUnsettled(store, names),
    loadLifeTable(store, names),
  ])
  const heads = createHeadTable(logChannel, await withSegments(store, stored, segments))
  const ids = createIdTable()
  for (const head of heads.all()) {
    const tree = forks.tree(head.chain)
    if (tree) heads.set({ ...head, ...tree.deepest() })
    const judged = unsettled.marks.get(toHex(head.chain))
    if (judged === undefined) continue
    const rows = await store.readChain(head.chain, judged, 1)
    const id = rows.ok && rows.value[0]?.seq === judged ? rows.value[0].id : segments.endId(head.chain, judged)
    heads.setJudged(head.chain, judged, id)
  }

  const idAt = (chain: ChainTag, seq: number): EntryId | undefined => {
    const tree = forks.tree(chain)
    if (tree && seq >= tree.base) return undefined
    const head = heads.get(chain)
    return head?.seq === seq ? head.id : (ids.get(chain, seq) ?? segments.endId(chain, seq))
  }
  const readChain: WorkspaceStore['readChain'] = (chain, from, limit) => {
    const after = forks.tree(chain) ? undefined : segments.chain(chain)?.doubtedAfter
    if (after === undefined) return store.readChain(chain, from, limit)
    return readLinked(store.readChain, chain, after, segments.endId(chain, after), from, limit)
  }
  const membership = createMembershipLog(keys.workspaceId, firstEpochOf(keys))
  return {
    ...parts,
    device: parts.device.publicKey as DeviceId,
    store: { ...store, readChain },
    logChannel,
    membership,
    heads,
    ids,
    forks,
    segments,
    acknowledgements,
    uncompared,
    lives,
    unsettled,
    shelf: createChannelShelf(store, { channel: logChannel, membership }, (channel) => !forks.isForked(channel)),
    proofs: createProofTable(store),
    authors: new Map(),
    strangers: new Map(),
    obstacles: new Map(),
    idAt,
    countedId(chain, seq) {
      const tree = forks.tree(chain)
      return tree && seq >= tree.base ? forks.path(chain)[seq - tree.base] : idAt(chain, seq)
    },
    async recallIds(chain, from, to) {
      const tree = forks.tree(chain)
      const last = Math.min(to, tree ? tree.base - 1 : (heads.get(chain)?.seq ?? 0))
      let missing = Math.max(1, from)
      while (missing <= last && idAt(chain, missing)) missing++
      if (missing > last) return
      const rows = await readChain(chain, missing, last - missing + 1)
      if (rows.ok) for (const row of rows.value) ids.set(chain, row.seq, row.id)
    },
  }
}
