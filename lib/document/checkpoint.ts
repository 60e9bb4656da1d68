import type * as Y from 'yjs'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import { type ContentIndex, decodeContentIndex, encodeContentIndex } from '#lib/document/content-index'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import {
  bytesOf,
  decodeWith,
  encodeWith,
  record,
  sizedBytes,
  sortedList,
  textWhere,
  unsigned,
} from '#lib/protocol/format'
import { MAX_SEQ } from '#lib/protocol/limits'

/**
 * A document's state together with what later entries are judged by, so that a copy goes on from there without the
 * entries before. The two belong together: collected content is gone from the state, but not from the index.
 */

/** The exact Yjs that wrote a state; states of two versions are never compared (S1). */
export const YJS_VERSION = '13.6.33'

/** The newest entry of a chain that a checkpoint covers, with all before it. */
export interface CoveredHead {
  readonly chain: ChainTag
  readonly seq: number
  readonly id: EntryId
}

export interface Checkpoint {
  /** The state of a fresh document (V2), see `canonicalState`. */
  readonly state: Uint8Array
  readonly index: ContentIndex
  readonly covers: readonly CoveredHead[]
}

export type CheckpointError =
  | { readonly type: 'malformed' }
  /** Written with another Yjs: made anew from the entries. */
  | { readonly type: 'other-yjs'; readonly version: string }

const MAX_STATE_BYTES = 2 ** 28
const MAX_CHAINS = 65_536
const FORMAT = 1

const format = record({
  format: unsigned(FORMAT),
  yjs: textWhere(32, (text) => /^[\x21-\x7e]+$/.test(text)),
  covers: sortedList(
    record<CoveredHead>({ chain: bytesOf(16), seq: unsigned(MAX_SEQ), id: bytesOf(32) }),
    MAX_CHAINS,
    ({ chain }) => chain,
  ),
  index: sizedBytes(MAX_STATE_BYTES),
  state: sizedBytes(MAX_STATE_BYTES),
})

/** Canonical bytes; equal accepted sets give equal ones. */
export const encodeCheckpoint = ({ state, index, covers }: Checkpoint): Uint8Array =>
  encodeWith(format, { format: FORMAT, yjs: YJS_VERSION, covers, index: encodeContentIndex(index), state })

/** The checkpoint of `encodeCheckpoint`; safe on hostile bytes, but its state is applied only by `documentFrom`. */
export function decodeCheckpoint(bytes: Uint8Array): Result<Checkpoint, CheckpointError> {
  const read = decodeWith(format, bytes)
  if (!read.ok || read.value.format !== FORMAT) return err({ type: 'malformed' })
  const { yjs, covers, index, state } = read.value
  if (yjs !== YJS_VERSION) return err({ type: 'other-yjs', version: yjs })
  const decoded = decodeContentIndex(index)
  return decoded.ok ? ok({ state, covers, index: decoded.value }) : err({ type: 'malformed' })
}

/** A document that shows the checkpoint's state. Yjs judges the bytes: damaged ones come out as `malformed`. */
export function documentFrom({ state }: Pick<Checkpoint, 'state'>): Result<Y.Doc, CheckpointError> {
  const doc = createQuietDoc()
  return applyAcceptedV2(doc, state).ok ? ok(doc) : err({ type: 'malformed' })
}

/** 32 bytes by which members compare what one set of entries amounts to (S1). */
export const stateDigest = (doc: Y.Doc): Uint8Array => hash(tag(`state yjs ${YJS_VERSION}`), canonicalState(doc))
