/**
 * Reads channels again of which a relay sent what could not be used yet (protocol.md R5), when something has come that it may
 * wait for: of the channel itself, or of the membership log.
 */
import { fromHex, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import type { BlobLane } from '#lib/protocol/blob'
import { noteWaiting, type RelayMemory } from '#lib/sync/relay-memory'
import type { RelayQuestions } from '#lib/sync/relay-questions'

export interface WaitingChannels {
  /** Something of this channel was taken. */
  noteTaken(channel: ChannelTag, lane: BlobLane): void
  /** A blob of this channel, at this cursor, cannot be used yet. */
  keep(channel: ChannelTag, cursor: number): void
  /** All of this channel is to be read again, whatever has come. */
  keepWhole(channel: ChannelTag): void
  /** Whether this channel is being read again from its start: what does not join now joins nothing that is there. */
  isReadWhole(channel: ChannelTag): boolean
  /** Whether something may be of use by now. */
  isDue(): boolean
  /** Reads once whatever may be of use by now. */
  readAgain(questions: RelayQuestions): Promise<void>
  /** A connection begins: everything may be of use. */
  begin(): void
  /** The connection is gone. */
  stop(): void
}

export interface WaitingChannelsOptions {
  readonly memory: () => RelayMemory
  /** Does it after everything that came before was taken. */
  readonly inOrder: (task: () => void) => Promise<void>
  /** All of this channel was read. */
  readonly onReadWhole: (channel: ChannelTag) => void
  /** Memory has changed and may be saved. */
  readonly onProgress: () => void
}

export function createWaitingChannels({ memory, ...options }: WaitingChannelsOptions): WaitingChannels {
  /** By channel (hex): what had come of it and of the log when it was last read again. */
  const triedAt = new Map<string, number>()
  const takenOf = new Map<string, number>()
  let takenOfLog = 0
  let rereading: { readonly channel: string; readonly isWhole: boolean; lowest: number | undefined } | undefined

  const isNew = (channel: string) => triedAt.get(channel) !== stampOf(channel)
  const stampOf = (channel: string) => takenOfLog + (takenOf.get(channel) ?? 0)

  return {
    noteTaken(channel, lane) {
      const key = toHex(channel)
      if (lane === 'log') takenOfLog++
      takenOf.set(key, (takenOf.get(key) ?? 0) + 1)
    },
    keep(channel, cursor) {
      if (rereading?.channel !== toHex(channel)) return noteWaiting(memory(), channel, cursor)
      rereading.lowest = Math.min(cursor, rereading.lowest ?? cursor)
    },
    keepWhole(channel) {
      noteWaiting(memory(), channel, 1)
      triedAt.delete(toHex(channel))
    },
    isReadWhole: (channel) => rereading?.isWhole === true && rereading.channel === toHex(channel),
    isDue: () => [...memory().waiting.keys()].some(isNew),
    async readAgain(questions) {
      for (const [channel, cursor] of [...memory().waiting]) {
        if (questions.isOver || !isNew(channel)) continue
        triedAt.set(channel, stampOf(channel))
        const again = { channel, isWhole: cursor === 1, lowest: undefined }
        await options.inOrder(() => {
          rereading = again
        })
        const filter = { lane: 'any', channel: (fromHex(channel) ?? new Uint8Array(16)) as ChannelTag } as const
        await questions.readPages(filter, cursor - 1)
        await options.inOrder(() => {
          rereading = undefined
        })
        if (questions.isOver) return
        if (again.isWhole) options.onReadWhole(filter.channel)
        if (again.lowest === undefined) memory().waiting.delete(channel)
        else memory().waiting.set(channel, again.lowest)
        options.onProgress()
      }
    },
    begin: () => triedAt.clear(),
    stop() {
      rereading = undefined
    },
  }
}
