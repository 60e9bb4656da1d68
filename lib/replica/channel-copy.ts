import type * as Y from 'yjs'
import type { ChainTag, ChannelName, ChannelTag, DeviceId, EntryId, WorkspaceId } from '#lib/base/ids'
import { type ContentIndex, createContentIndex, decodeContentIndex } from '#lib/document/content-index'
import { encodeState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { slotClients } from '#lib/protocol/derive'
import type { Dependency } from '#lib/protocol/entry-body'

/** One life of one device in one channel, as this copy holds it. */
export interface ChainCopy {
  readonly tag: ChainTag
  readonly device: DeviceId
  readonly life: number
  /** Everything up to here is accepted or void; what is stored beyond is held. */
  judged: number
  /** The membership heads that the chain cites at `judged`. */
  heads: readonly EntryId[]
  /** What the life's first entry calls the channel. */
  name: ChannelName | undefined
  /** E7's admitting operation, fixed by the life's first entry. */
  admission: EntryId | WorkspaceId | undefined
  /** The client ids of this life, in slot order; empty until `admission` is known. */
  slots: readonly number[]
  /** Highest seq per chain (hex) that this chain has named as a dependency where its author may write content. */
  readonly named: Map<string, number>
  /** Parts of a long payload whose last part has not come (E10). */
  parts: { readonly count: number; readonly payloads: readonly Uint8Array[] } | undefined
  /** Since when, and since which own entry, something is taken in that this chain has not named (E4). */
  waiting: { readonly since: number; readonly seq: number } | undefined
  /** The newest entry that went into the membership log, in that channel. */
  tip: EntryId | undefined
  /** Holds an entry from a newer version: what follows it cannot be found void here (E1). */
  opaque: boolean
}

/** One word for an entry, and for all before it in its chain: that of a cut, or of the entry at `by` and `at` that builds on it. */
export interface Mark extends Dependency {
  readonly by: ChainTag
  readonly at: number
}

/** One channel of the workspace: its chains, and what their accepted entries amount to. */
export interface ChannelCopy {
  readonly tag: ChannelTag
  name: ChannelName | undefined
  readonly chains: Map<string, ChainCopy>
  /** Call `unpack` first. */
  readonly index: ContentIndex
  /** Exactly the accepted entries, nothing else (E11). Call `unpack` first. */
  readonly doc: Y.Doc
  /** Accepted and void entries since the last checkpoint. */
  sinceCheckpoint: number
  voids: number
  /** Holds an entry from a newer version: shown read-only (E1). */
  opaque: boolean
  /** What those who may write say counts of chains whose author may not any more (W1, W2). */
  readonly marks: Mark[]
  /** Decodes what a checkpoint left packed; `false`: it cannot be read, and this copy is of no use. */
  unpack(): boolean
  /** Everything accepted, as one V2 update. */
  state(): Uint8Array
  close(): void
}

/** What a checkpoint holds of a channel. Reading a page needs no more than its state; it is decoded when it is to change. */
export interface PackedContent {
  readonly index: Uint8Array
  readonly state: Uint8Array
}

/** A copy without entries, or with those of a checkpoint. */
export function createChannelCopy(tag: ChannelTag, packed?: PackedContent): ChannelCopy {
  let waiting = packed
  let open: { readonly index: ContentIndex; readonly doc: Y.Doc } | undefined = packed
    ? undefined
    : { index: createContentIndex(), doc: createQuietDoc() }
  const content = () => {
    if (!open) throw new Error('a copy that was not unpacked')
    return open
  }
  return {
    tag,
    name: undefined,
    chains: new Map(),
    get index() {
      return content().index
    },
    get doc() {
      return content().doc
    },
    sinceCheckpoint: 0,
    voids: 0,
    opaque: false,
    marks: [],
    unpack() {
      if (!waiting) return open !== undefined
      const index = decodeContentIndex(waiting.index)
      const doc = createQuietDoc()
      if (index.ok && applyAcceptedV2(doc, waiting.state).ok) open = { index: index.value, doc }
      waiting = undefined
      return open !== undefined
    },
    state: () => waiting?.state ?? encodeState(content().doc),
    close: () => open?.doc.destroy(),
  }
}

export function createChainCopy(tag: ChainTag, device: DeviceId, life: number): ChainCopy {
  return {
    tag,
    device,
    life,
    judged: 0,
    heads: [],
    name: undefined,
    admission: undefined,
    slots: [],
    named: new Map(),
    parts: undefined,
    waiting: undefined,
    tip: undefined,
    opaque: false,
  }
}

/** The client ids of a life, in slot order, once its admitting operation is known (E7). */
export const slotsOf = (
  chain: Pick<ChainCopy, 'device' | 'life'>,
  channel: ChannelTag,
  admission: EntryId | WorkspaceId,
): readonly number[] => slotClients(chain.device, admission, channel, chain.life)

/** One life of a device in a channel, and the client ids that its structs stand under, by slot (E7). */
export interface ChannelWriter {
  readonly device: DeviceId
  readonly clients: readonly number[]
}

/** Who wrote something in this channel, as far as it is judged. */
export const writersOf = ({ chains }: ChannelCopy): readonly ChannelWriter[] =>
  [...chains.values()].map(({ device, slots }) => ({ device, clients: slots }))
