import { toHex, u32 } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag, DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import { logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { type ChannelShelf, createChannelShelf } from '#lib/replica/channel-shelf'
import { createHeadTable, type HeadTable } from '#lib/replica/head-table'
import { createIdTable, type IdTable } from '#lib/replica/id-table'
import type { KeyRing } from '#lib/replica/key-ring'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createMembershipLog, type MembershipLog } from '#lib/workspace/membership-log'

/** What the parts of a replica share: ports, secrets, and the tables that say what is held. */
export interface ReplicaCore {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly store: WorkspaceStore
  readonly keys: KeyRing
  readonly logChannel: ChannelTag
  readonly membership: MembershipLog
  readonly heads: HeadTable
  readonly ids: IdTable
  readonly shelf: ChannelShelf
  /** Author by chain (hex), as far as chains were met since the start. */
  readonly authors: Map<string, { readonly device: DeviceId; readonly life: number }>
  /** Newest life by channel and device (hex + hex), where it is above 0. */
  readonly lives: Map<string, number>
  idAt(chain: ChainTag, seq: number): EntryId | undefined
  /** Brings the ids of these places into memory where they are only on disk. */
  recallIds(chain: ChainTag, from: number, to: number): Promise<void>
  newestLife(device: DeviceId, channel: ChannelTag): number
  noteLife(device: DeviceId, channel: ChannelTag, life: number): Promise<void>
}

export interface ReplicaParts {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly store: WorkspaceStore
  readonly keys: KeyRing
}

const LIFE_RECORD = 'life/'

function firstEpochOf(keys: KeyRing): EpochTag {
  const [first] = keys.epochs()
  if (!first) throw new Error('A workspace cannot be opened without its first epoch')
  return first.tag
}

export async function createReplicaCore(parts: ReplicaParts): Promise<ReplicaCore> {
  const { store, keys } = parts
  const logChannel = channelTag(keys.tagKey, logChannelName)
  const heads = createHeadTable(logChannel, await store.heads())
  const ids = createIdTable()
  const lives = new Map<string, number>()
  for (const key of await store.recordKeys(LIFE_RECORD)) {
    const record = await store.record(key)
    const [a = 0, b = 0, c = 0, d = 0] = (record.ok && record.value) || []
    lives.set(key.slice(LIFE_RECORD.length), a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d)
  }
  const idAt = (chain: ChainTag, seq: number): EntryId | undefined => {
    const head = heads.get(chain)
    return head?.seq === seq ? head.id : ids.get(chain, seq)
  }
  return {
    ...parts,
    logChannel,
    membership: createMembershipLog(keys.workspaceId, firstEpochOf(keys)),
    heads,
    ids,
    shelf: createChannelShelf(store, heads),
    authors: new Map(),
    lives,
    idAt,
    async recallIds(chain, from, to) {
      const newest = heads.get(chain)?.seq ?? 0
      const last = Math.min(to, newest)
      const first = Math.max(1, from)
      const missing = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).find(
        (seq) => !idAt(chain, seq),
      )
      if (missing === undefined) return
      const rows = await store.readChain(chain, missing, last - missing + 1)
      if (rows.ok) for (const row of rows.value) ids.set(chain, row.seq, row.id)
    },
    newestLife: (device, channel) => lives.get(toHex(channel) + toHex(device)) ?? 0,
    async noteLife(device, channel, life) {
      const key = toHex(channel) + toHex(device)
      if (life <= (lives.get(key) ?? 0)) return
      lives.set(key, life)
      await store.commit({ entries: [], records: [{ key: LIFE_RECORD + key, value: u32(life) }] })
    },
  }
}
