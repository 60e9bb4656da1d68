/** What all quick histories of late edits begin with: the cast's people, what they hold, and the disk of somebody who judges. */
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import { openEntry } from '#lib/log/seal-entry'
import { logChannelName } from '#lib/protocol/channel-name'
import { type ChannelKeys, chainTag, channelKeys, channelTag } from '#lib/protocol/derive'
import type { EntryBody } from '#lib/protocol/entry-body'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { MemoryDisk } from '#lib/storage/memory-storage'
import type { Name } from '#lib/testing/late-acts'
import { createOfflineTeam } from '#lib/testing/offline-team'
import type { Cast } from '#lib/testing/simulation-cast'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { LogEntry } from '#lib/workspace/log-node'
import type { MembershipState } from '#lib/workspace/membership-state'

/** An entry, what it holds, and what a test must know of it. */
export interface Written {
  readonly entry: SealedEntry
  readonly body: EntryBody
  readonly by: Name
  /** What it writes on the page or says in the discussion. */
  readonly word: string | undefined
  /** It is, or stands behind, what crosses an end (W5): nobody ever shows it. */
  readonly isVoid: boolean
}

/** A channel of the workspace, with what seals it. */
export interface StageChannel {
  readonly name: ChannelName
  readonly tag: ChannelTag
  readonly keys: ChannelKeys
  /** The chain of a device's life; the same for every history. */
  chainOf(device: DeviceId, life: number): ChainTag
}

export interface LateStage {
  readonly cast: Cast
  readonly page: StageChannel
  readonly discussion: StageChannel
  readonly log: StageChannel
  keysOf(name: Name): WorkspaceKeys
  /** The operations that everybody has, and the newest of them. */
  readonly operations: readonly LogEntry[]
  readonly heads: readonly EntryId[]
  /** What they come to. */
  readonly state: MembershipState
  /** What the first epoch's entries name. */
  readonly epoch: EpochTag
  /** The newest entry of each chain (hex) that was begun. */
  readonly begun: ReadonlyMap<string, { readonly seq: number; readonly id: EntryId }>
  /** The page as everybody has it. */
  readonly first: readonly Written[]
  /** Somebody's who holds all this: copy it before use. */
  readonly disk: MemoryDisk
}

/** Who judges writes nothing by themselves: the founder's second device. */
export const JUDGE = 'alice 2'

/** `cast` is `createLateCast`'s. */
export async function createLateStage(cast: Cast): Promise<LateStage> {
  const team = await createOfflineTeam(cast)
  const [alice, judge] = [await team.start('alice'), await team.start(JUDGE)]
  await team.carry(alice, judge)
  await judge.replica.tidy('end')
  const keysOf = (name: string): WorkspaceKeys => {
    const keys = cast.devices.find((device) => device.name === name)?.keys
    if (!keys) throw new Error('nobody')
    return keys
  }
  const { workspaceId, tagKey, epochs } = keysOf('alice')
  const state = judge.replica.membership.current()
  if (!state) throw new Error('no log')
  const [epoch] = epochs
  if (!epoch) throw new Error('no epoch')
  const { secret } = epoch

  function channelOf(name: ChannelName): StageChannel {
    const tag = channelTag(tagKey, name)
    const known = new Map<string, ChainTag>()
    return {
      name,
      tag,
      keys: channelKeys(secret, workspaceId, tag),
      chainOf(device, life) {
        const key = `${toHex(device)} ${life}`
        const chain = known.get(key) ?? chainTag(tagKey, device, life, tag)
        known.set(key, chain)
        return chain
      },
    }
  }
  const [page, discussion, log] = [channelOf(team.page), channelOf(team.discussion), channelOf(logChannelName)]
  const first = cast.entries.flatMap((entry): Written[] => {
    const opened = toHex(entry.header.channel) === toHex(page.tag) ? openEntry(entry, page.keys) : undefined
    return opened?.ok ? [{ entry, body: opened.value, by: 'alice', word: undefined, isVoid: false }] : []
  })
  return {
    ...{ cast, page, discussion, log, keysOf, first },
    operations: judge.replica.membership.entries(),
    heads: judge.replica.membership.heads(),
    state,
    epoch: epoch.tag,
    begun: new Map(judge.replica.heads().map(({ chain, seq, id }) => [toHex(chain), { seq, id }])),
    disk: judge.disk,
  }
}
