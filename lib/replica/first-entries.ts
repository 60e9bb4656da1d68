import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, EntryId } from '#lib/base/ids'
import { channelTag } from '#lib/protocol/derive'
import { channelNameIn } from '#lib/protocol/entry-tail'
import { readRow } from '#lib/replica/read-row'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'

/** What the first entry of a life cites, and calls its channel. */
interface Beginning {
  readonly heads: readonly EntryId[]
  readonly name: ChannelName | undefined
}

/** How lives began. Read from disk once a chain. */
export interface FirstEntries {
  /** `undefined` where it cannot be opened here. */
  of(channel: ChannelTag, chain: ChainTag): Promise<Beginning | undefined>
  /** Whether `of` will answer the same as long as the chain does not fork. */
  isKnown(chain: ChainTag): boolean
  /** What the channel is called, if any of its lives says so. */
  channelName(channel: ChannelTag, heads: readonly Head[]): Promise<ChannelName | undefined>
}

export function createFirstEntries(core: ReplicaCore): FirstEntries {
  /** By chain (hex). */
  const known = new Map<string, Beginning & { readonly id: EntryId }>()
  const names = new Map<string, ChannelName>()

  async function of(channel: ChannelTag, chain: ChainTag): Promise<Beginning | undefined> {
    const counted = core.countedId(chain, 1)
    const before = known.get(toHex(chain))
    if (before && (!counted || sameBytes(before.id, counted))) return before
    const rows = await core.store.readChain(chain, 1, core.forks.linesOf(chain))
    const row = rows.ok
      ? rows.value.find(({ seq, id }) => seq === 1 && (!counted || sameBytes(id, counted)))
      : undefined
    const body = row && sameBytes(row.channel, channel) ? readRow(core, row) : undefined
    if (!row || !body) return undefined
    const { membershipHeads: heads = [], tail } = body
    const begun = { id: row.id, heads, name: channelNameIn(tail) }
    known.set(toHex(chain), begun)
    return begun
  }

  return {
    of,
    isKnown: (chain) => known.has(toHex(chain)),
    async channelName(channel, heads) {
      const key = toHex(channel)
      for (const { chain } of names.has(key) ? [] : heads) {
        const name = (await of(channel, chain))?.name
        if (!name || !sameBytes(channelTag(core.keys.tagKey, name), channel)) continue
        names.set(key, name)
        break
      }
      return names.get(key)
    },
  }
}
