import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Place } from '#lib/workspace/causal-order'
import type { InviteNote } from '#lib/workspace/invite-note'
import type { KnownOperation, Operation } from '#lib/workspace/operation'

/** An authentic entry of the log channel, as the replica hands it in. */
export interface LogEntry {
  readonly id: EntryId
  /** `mh` and, from seq 2 on, `prev` (M1); none for a genesis. */
  readonly parents: readonly EntryId[]
  readonly device: DeviceId
  readonly life: number
  readonly seq: number
  /** Since the genesis, by its author's clock: decides nothing (E6). */
  readonly seconds?: number
  readonly operation: Operation
  /** What `checkOperation` said of the keys and signatures inside. */
  readonly proofsValid: boolean
  /** What stands beside an invitation; decides nothing. */
  readonly note?: InviteNote
}

/** An entry with its place, and what follows from its past alone; ids and keys are hex, to be keys of Maps. */
export interface LogNode extends Place {
  readonly entry: LogEntry
  readonly operation: Operation
  readonly id: string
  readonly device: string
  /** The person whose device signed it; `undefined` if its past names none. */
  readonly author: string | undefined
  /** Signed by the author's root itself. */
  readonly byRoot: boolean
  /** The person, device or link that the operation is about. */
  readonly target: string | undefined
  /** The device that it binds to a person by both their signatures, whatever their rights. */
  readonly binding: Binding | undefined
  /** Whether it counts against M7: all but merges of eight heads or more. */
  readonly isCounted: boolean
  /** Counted operations of the same person in its past. */
  readonly earlier: number
}

/** Whose a device is; all hex. */
export interface Binding {
  readonly device: string
  readonly person: string
  /** What E7 calls the admitting operation: the entry's id, the workspace's for a genesis; hex. */
  readonly admission: string
}

/** A node of one kind of operation. */
export type NodeOf<T extends KnownOperation['type']> = LogNode & {
  readonly operation: Extract<KnownOperation, { type: T }>
}

/** Narrows a node by the type of its operation. */
export const isNodeOf = <T extends KnownOperation['type']>(node: LogNode, type: T): node is NodeOf<T> =>
  node.operation.type === type

/** The order in which the resolver goes through the log: the past first, then by id. */
export const compareNodes = (a: LogNode, b: LogNode): number =>
  a.depth - b.depth || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
