/** What the two screens of a linking are told (V1). Plain facts; the words stand in lib/words. */
import type { SecretWordsError } from '#lib/crypto/secret-words'

/** On the device that is in already. */
export type GivingState =
  /** For the new device to come to the mailbox. */
  | { readonly type: 'waiting' }
  /** For the person to type the code that the new device shows. */
  | { readonly type: 'confirm'; readonly deviceName: string; readonly wrongCodes: number }
  | { readonly type: 'linking'; readonly deviceName: string; readonly done: number; readonly of: number | undefined }
  | {
      readonly type: 'linked'
      readonly deviceName: string
      readonly linked: readonly string[]
      /** Names of workspaces that could not be linked. */
      readonly failed: readonly string[]
    }
  | { readonly type: 'failed'; readonly reason: GivingFailure }

/** Nothing was changed, whichever it is. */
export type GivingFailure =
  | SecretWordsError
  | { readonly type: 'wrong-code' }
  /** Somebody else came with these words, too. */
  | { readonly type: 'two-devices' }
  | { readonly type: 'took-too-long' }
  /** There is nothing yet that another device could be linked to. */
  | { readonly type: 'nothing-written' }
  | { readonly type: 'cancelled' }

/** On the new device. */
export type AskingState =
  | { readonly type: 'starting' }
  /** For the other device to take the words. */
  | { readonly type: 'showing'; readonly words: readonly string[]; readonly relay: 'connected' | 'connecting' | 'away' }
  /** The other device asks for this code. */
  | { readonly type: 'confirm'; readonly code: string }
  | { readonly type: 'receiving'; readonly personName: string; readonly done: number; readonly of: number }
  /** base64url of the workspace to open first; undefined where nothing new came. */
  | { readonly type: 'linked'; readonly workspaceId: string | undefined }
  | { readonly type: 'failed'; readonly reason: AskingFailure }

export type AskingFailure =
  /** The other device ended it: a wrong code, a second device, or the person thought better of it. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'took-too-long' }
  | { readonly type: 'storage-refused' }
  /** What came was not what the other device promised. */
  | { readonly type: 'wrong-answer' }

/** A running half of a linking. */
export interface Watched<State> {
  readonly state: () => State
  /** Calls `changed` after every change; returns its end. */
  readonly subscribe: (changed: () => void) => () => void
  /** Ends it, if it has not ended; what was not finished is as it was before. */
  close(): void
}

export interface Giving extends Watched<GivingState> {
  /** What the person typed; anything but the digits in it is passed over. */
  confirm(code: string): void
}

export type Asking = Watched<AskingState>
