import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Dependency } from '#lib/protocol/entry-body'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** New lives in one channel within a day after which the profile must have been copied (E2). */
const MANY_LIVES = 3
const DAY_MS = 86_400_000
const RECORD = 'new-lives'
const MAX_KEPT = 256

/** Begins new lives of this device (E2), and notices when somebody else lives with its keys. */
export interface OwnLives {
  /**
   * The device cannot go on after `ended` in that channel. `unknown`: an own entry came that it does not hold. Resolves to
   * whether a life began, or one that nothing was written in yet goes on.
   */
  begin(
    channel: ChannelTag,
    ended: Pick<ChainAuthor, 'life'>,
    link: Dependency | undefined,
    unknown: boolean,
  ): Promise<boolean>
}

export function createOwnLives(core: ReplicaCore, device: DeviceId, onCopied: () => void): OwnLives {
  interface Begun {
    readonly channel: ChannelTag
    readonly at: number
  }
  let begun: readonly Begun[] | undefined

  async function history(): Promise<readonly Begun[]> {
    const record = await core.store.record(RECORD)
    const read = readAll((record.ok && record.value) || Uint8Array.of(0), (reader) =>
      reader.list(MAX_KEPT, () => ({ channel: reader.take(16) as ChannelTag, at: reader.varUint() })),
    )
    return read.ok ? read.value : []
  }

  async function note(channel: ChannelTag): Promise<void> {
    const now = core.clock.now()
    const kept = (begun ?? (await history())).filter(({ at }) => now - at < DAY_MS)
    begun = [...kept, { channel, at: now }].slice(-MAX_KEPT)
    const value = writeAll((writer) =>
      writer.list(begun ?? [], (item) => {
        writer.raw(item.channel)
        writer.varUint(item.at)
      }),
    )
    await core.store.commit({ entries: [], records: [{ key: RECORD, value }] })
    if (begun.filter((item) => sameBytes(item.channel, channel)).length === MANY_LIVES) onCopied()
  }

  return {
    async begin(channel, ended, link, unknown) {
      if (core.lives.newest(device, channel) > ended.life) return false
      core.lives.note(device, channel, ended.life + 1, link)
      const records = core.lives.records()
      const saved = await core.store.commit({ entries: [], records })
      if (saved.ok) core.lives.saved(records)
      if (unknown) await note(channel)
      return true
    },
  }
}
