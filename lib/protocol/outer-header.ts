import type { ChainTag, ChannelTag, EntryId, EpochTag } from '#lib/base/ids'

/** Which road an entry takes: the membership log may pass where content may not (R1, R4). */
export type Lane = 'log' | 'content'

/** The clear part of an entry, OH of protocol.md §3: all that a carrier sees. */
export interface OuterHeader {
  readonly version: number
  readonly suite: number
  readonly lane: Lane
  readonly epoch: EpochTag
  readonly channel: ChannelTag
  readonly chain: ChainTag
  /** Starts at 1 in every life. */
  readonly seq: number
  /** The id of the entry before it; 32 zero bytes for seq 1. */
  readonly prev: EntryId
}
