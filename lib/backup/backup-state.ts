/** What the screens of a backup are told. Plain facts; the words stand in lib/words. */
import type { BackupBytes, BackupError } from '#lib/backup/backup-stream'

/** Making a backup begins at once; closing it ends it. */
export type BackupMakingState =
  /** So many bytes are sealed. */
  | { readonly type: 'making'; readonly bytes: number }
  | { readonly type: 'made'; readonly fileName: string; readonly file: Blob; readonly code: string }
  | { readonly type: 'failed'; readonly problem: BackupMakingProblem }

export type BackupMakingProblem =
  | { readonly type: 'nothing-written' }
  | { readonly type: 'storage-failed' }
  /** The files of this device, as many bytes at most, are too much for one backup. */
  | { readonly type: 'files-too-large'; readonly fileBytes: number }

/** A workspace of the profile as a backup has it. */
export interface FoundInBackup {
  readonly name: string
  readonly pages: number
  readonly fileBytes: number
  /** This browser has it. */
  readonly isHere: boolean
  /** Its person can write again by this backup. */
  readonly hasWayBack: boolean
}

export type BackupOpeningState =
  /** For the file and its code; with what was wrong about the last ones. Nothing was changed. */
  | { readonly type: 'asking'; readonly problem: BackupOpeningProblem | undefined }
  /** 0–99. */
  | { readonly type: 'looking'; readonly percent: number }
  | { readonly type: 'found'; readonly madeAt: number; readonly workspaces: readonly FoundInBackup[] }
  | { readonly type: 'restoring'; readonly percent: number }
  | {
      readonly type: 'restored'
      /** base64url of the workspace to open first. */
      readonly workspaceId: string
      /** Names of those that came back, as a device of their person. */
      readonly writable: readonly string[]
      /** Names of those that came back to be read. */
      readonly readable: readonly string[]
      /** Why the rest did not. */
      readonly problem: BackupOpeningProblem | undefined
    }

export type BackupOpeningProblem =
  | BackupError
  | { readonly type: 'stopped' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }
  /** A good backup, of nothing that this browser lacks. */
  | { readonly type: 'all-here' }

/** Opening a backup: nothing is written before the person saw what is in it. */
export interface BackupOpeningSteps {
  /** Reads all of it. */
  look(file: BackupBytes, code: string): void
  /** Brings back what was found. */
  restore(): void
  /** What was finished stays. */
  stop(): void
}
