import type { RunError } from '#lib/protocol/entry-run'
import type { FrameError } from '#lib/protocol/frames'
import type { SliceError } from '#lib/protocol/slice'

/** Why a link was closed: its other end broke the protocol or sent what no honest device passes on. */
export type SyncFault =
  | FrameError
  | SliceError
  | Exclude<RunError, { type: 'missing-previous' }>
  /** An entry that is no entry: hash, signature or seal (E8). */
  | { readonly type: 'bad-entry'; readonly reason: string }
  /** The first frame was not HELLO, or a second one came. */
  | { readonly type: 'misplaced-hello' }
  /** No common version, or a demand in its HELLO that this version does not know. */
  | { readonly type: 'unsupported-version' }
  /** More than it was allowed to send ahead. */
  | { readonly type: 'flooding' }
