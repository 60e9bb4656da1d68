/** What the screens of a recovery kit are told (V2). Plain facts; the words stand in lib/words. */
import type { SecretWordsError } from '#lib/crypto/secret-words'
import type { Watched } from '#lib/devices/linking-state'

/** Making a kit. Nothing is kept before the test was passed. */
export type KitState =
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** Asks for the words at these places, from 1. */
  | { readonly type: 'test'; readonly places: readonly number[]; readonly wasWrong: boolean }
  | { readonly type: 'keeping' }
  | ({ readonly type: 'kept' } & KeptInKit)
  | { readonly type: 'failed' }

/** Names of workspaces; those that could not be kept have their root elsewhere. */
export interface KeptInKit {
  readonly kept: readonly string[]
  readonly failed: readonly string[]
}

export interface KitMaking extends Watched<KitState> {
  /** The person wrote them down: asks for three. */
  test(): void
  /** Back to the words. */
  showAgain(): void
  /** The words at the places that were asked for, in their order. */
  answer(words: readonly string[]): void
}

export type RecoveryState =
  /** For the words; with what was wrong about the last ones. */
  | { readonly type: 'asking'; readonly problem: RecoveryProblem | undefined }
  | { readonly type: 'looking' }
  | { readonly type: 'recovering'; readonly done: number; readonly of: number }
  /** base64url of the workspace to open first; how many came back, and how many did not. */
  | { readonly type: 'recovered'; readonly workspaceId: string; readonly back: number; readonly failed: number }

/** Nothing was changed, whichever it is. */
export type RecoveryProblem =
  | SecretWordsError
  /** The relay does not answer. */
  | { readonly type: 'relay-away' }
  /** The words are good, and this relay keeps nothing for them. */
  | { readonly type: 'nothing-found' }
  /** Something was found, and no workspace could be opened with it. */
  | { readonly type: 'nothing-opened' }
  | { readonly type: 'storage-refused' }

export interface Recovery extends Watched<RecoveryState> {
  /** Twenty-four words as they were typed. */
  begin(words: string): void
}
