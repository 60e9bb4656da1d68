import type { Node } from 'prosemirror-model'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { BackupMakingState } from '#lib/backup/backup-state'
import type { Result } from '#lib/base/result'
import type { Asking, Giving, Watched } from '#lib/devices/linking-state'
import type { KeptInKit, KitMaking, Recovery } from '#lib/devices/recovery-state'
import type { AppendError, PageFiles } from '#lib/editor/page-files'
import type { AppendFailure, HostView } from '#lib/host/host-protocol'
import type { InvitationWish, MadeInvitation } from '#lib/host/invitation-facts'
import type { PolicyWish } from '#lib/host/set-policy'
import type { Backlink } from '#lib/session/backlinks'
import type { ExportError, ExportedFile, PageExport } from '#lib/session/export-page'
import type { WorkspaceExport } from '#lib/session/export-workspace'
import type { ChosenFile, ImportError, ImportReport } from '#lib/session/imports'
import type { Locking, LockView, ProfilePlaces, Unlocking } from '#lib/session/lock-view'
import type { BackupOpening } from '#lib/session/open-backup'
import type { OpenDiscussion } from '#lib/session/open-discussion'
import type { PresentNames } from '#lib/session/present-names'
import type { GivenRole, Role } from '#lib/workspace/role'

export type {
  BackupMakingProblem,
  BackupMakingState,
  BackupOpeningProblem,
  BackupOpeningState,
  FoundInBackup,
} from '#lib/backup/backup-state'
export type { DeliveryPerson, DeliveryView, PillState } from '#lib/delivery/delivery-view'
export type {
  Asking,
  AskingFailure,
  AskingState,
  Giving,
  GivingFailure,
  GivingState,
  Watched,
} from '#lib/devices/linking-state'
export type {
  KeptInKit,
  KitMaking,
  KitState,
  Recovery,
  RecoveryProblem,
  RecoveryState,
} from '#lib/devices/recovery-state'
export type { ConnectionView, DirectRoad, RelayRoad } from '#lib/host/connection-view'
export type { DeviceView } from '#lib/host/device-view'
export type { HeldBackView, LateEdits, SetAsideEdits } from '#lib/host/held-back-view'
export type { InvitationView, InvitationWish, JoinRequestView, MadeInvitation } from '#lib/host/invitation-facts'
export type { KeysView } from '#lib/host/key-facts'
export type { KitStanding } from '#lib/host/kit-keeper'
export type { FormerView, MemberView, PeopleView } from '#lib/host/people-view'
export type { RoomAttempt, RoomMakingView } from '#lib/host/room-making'
export type { PolicyView, PolicyWish } from '#lib/host/set-policy'
export type { UndoneView } from '#lib/host/undone-view'
export type { VerifiedPerson } from '#lib/host/verified-people'
export type { Notice, PersonView } from '#lib/host/workspace-facts'
export type { Backlink } from '#lib/session/backlinks'
export type { ExportError, ExportedFile, ExportFormat } from '#lib/session/export-page'
export type { LeftFile } from '#lib/session/gather-files'
export type { ChosenFile, ImportError, ImportReport } from '#lib/session/imports'
export type { BackupOpening } from '#lib/session/open-backup'
export {
  type OpenDiscussion,
  type Passage,
  REACTIONS,
  type RemarkView,
  splitRemark,
  type ThreadView,
} from '#lib/session/open-discussion'
export { speakersOf, threadsWith } from '#lib/session/threads-with'
export type { Role } from '#lib/workspace/role'

/**
 * What a person's screen is told, and what it may ask for. Plain, immutable facts: the same object until something
 * changed. Nothing here decides; components read it through the hooks of components/session.
 */

/** Why no workspace can be opened here, each with its own sentence. */
export type Obstacle =
  | { readonly type: 'insecure-origin' }
  | { readonly type: 'browser-too-old'; readonly missing: string }
  | { readonly type: 'storage-refused' }
  /** A newer version of the app wrote what is kept here. */
  | { readonly type: 'newer-data' }
  | { readonly type: 'workspace-unknown' }
  | { readonly type: 'workspace-damaged' }
  /** Another tab leads the workspace and is silent. */
  | { readonly type: 'no-answer' }
  | { readonly type: 'storage-full' }
  /** For no known reason. */
  | { readonly type: 'did-not-open' }

export interface SessionView {
  /** `locking`: what was typed is still being committed. */
  readonly phase: 'starting' | 'ready' | 'stopped' | 'locking' | 'locked'
  readonly lock: LockView
  readonly obstacle?: Obstacle
  /** Every workspace of this browser profile; `current` is on screen. */
  readonly workspaces: readonly { readonly id: string; readonly name: string; readonly current: boolean }[]
  readonly workspace?: WorkspaceView
}

/** What the leader tells, and what only this tab knows beside it. */
export interface WorkspaceView extends HostView {
  /** base64url of the workspace id. */
  readonly id: string
  /** True until its keys are on disk, a moment after the first keystroke: a draft has no address. */
  readonly draft: boolean
  /** In the order of the tree, trash excluded. */
  readonly pages: readonly PageView[]
  readonly trash: readonly PageView[]
  /** Long files that are coming in, oldest first. */
  readonly imports: readonly ImportView[]
  /** What came of files that are through, where there is something to tell. */
  readonly importReports: readonly ImportReport[]
}

export interface ImportView {
  readonly id: string
  readonly fileName: string
  /** How much of it is in its page, 0–99; undefined while it is still being read and there is no page. */
  readonly percent: number | undefined
  /** How many pages it becomes, as far as that is known. */
  readonly pages: number
}

export interface PageView {
  /** base64url of the document id. */
  readonly id: string
  /** '' means untitled. */
  readonly title: string
  readonly createdAt: number
}

/** A page on screen. Its Y.Doc is replaced (see onReplaced) when the copy had to be rebuilt from accepted entries (E11). */
export interface OpenPage {
  readonly id: string
  /** Root 'body' is the Y.XmlFragment of the editor; 'meta' holds the schema version. Entries come and go by themselves. */
  readonly doc: Y.Doc
  readonly awareness: Awareness
  /** The title, a Y.Text of the workspace index (D15). */
  readonly title: Y.Text
  /** Pictures and files on it. */
  readonly files: PageFiles
  /** `arriving`: it is in the list, and nothing of it came yet. */
  readonly readOnly: false | 'role' | 'newer-version' | 'too-many-tabs' | 'trashed' | 'arriving'
  /**
   * Brackets a person's edit: updates of `doc` or `title` raised while `edit` runs become entries, all others never do
   * (E11). Undo, redo and commands run inside it too.
   */
  userEdit<T>(edit: () => T): T
  /** Writes a block at the page's end, also when the page was left. */
  append(block: Node): Promise<Result<undefined, AppendError>>
  /** Sends at once what is waiting for its batch (blur, hide). */
  flush(): void
  onReplaced: ((page: OpenPage) => void) | undefined
  close(): void
}

export type ActionError =
  | Exclude<AppendFailure, { readonly type: 'content-refused' | 'too-early' | 'fence-lost' }>
  /** Edits to be written anew build on others that do not count. */
  | { readonly type: 'does-not-fit' }
  /** As many tabs as can write at once are open: it takes a place of its own beside them. */
  | { readonly type: 'too-many-tabs' }
  /** Asked for something of a device that holds no page yet. */
  | { readonly type: 'nothing-written' }

export type Done<T = void, E = ActionError> = Promise<
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }
>

export interface Session extends Locking, Unlocking {
  readonly view: () => SessionView
  /** Calls `changed` after every change of view(); returns its end. Needs no `this`, as `view` does not. */
  readonly subscribe: (changed: () => void) => () => void

  /** Opens or creates; 'last' is the page of the last visit, or the draft of an empty one. */
  openPage(pageId: string | 'last'): Promise<OpenPage | undefined>
  /** The comments on a page, to be closed after use. */
  openDiscussion(pageId: string): Promise<OpenDiscussion | undefined>
  createPage(): Done<string>
  trashPage(pageId: string): Done
  restorePage(pageId: string): Done
  renamePage(pageId: string, title: string): Done

  renameWorkspace(name: string): Done
  setMyName(name: string): Done
  /** Leaves this workspace's page and opens another; the URL follows. */
  switchWorkspace(workspaceId: string): void
  createWorkspace(): void

  createInvitation(wish: InvitationWish): Done<MadeInvitation>
  /** Six words for saying a link aloud. Takes a moment. */
  speakInvitation(link: string): Done<readonly string[]>
  revokeInvitation(invitationId: string): Done
  admitRequest(requestId: string): Done
  refuseRequest(requestId: string): Done
  /** This profile was copied: it goes on as a device of its own, in the workspace on screen. */
  renewKeys(): Done
  /** `ids` of `LateEdits`. */
  keepHeldBack(ids: readonly string[]): Done
  /** The id of `SetAsideEdits`. */
  writeAnew(id: string): Done

  /** People, devices and links by their ids; what the role does not allow is refused and changes nothing. */
  setRole(personId: string, role: GivenRole): Done
  /** `keptInvitationIds`: links that stay open although the removal would end them. */
  removeMember(personId: string, keptInvitationIds: readonly string[]): Done
  leaveWorkspace(): Done
  /** Does again what an admin did in vain; `undoneId` of an `UndoneView`. */
  redo(undoneId: string): Done
  transferOwnership(personId: string): Done
  /**
   * One of the own devices: here, and wherever else this browser was linked with it. Gives the names of workspaces where it
   * could not be revoked.
   */
  revokeDevice(deviceId: string): Done<readonly string[]>
  /** Hides this device's addresses from the others of this workspace, or does not any more (R8). */
  setRelayOnly(on: boolean): Done
  /** Uses another relay, too: `address` as it was typed. The owner's to say. */
  addRelay(address: string): Done
  /** The last one stays. */
  removeRelay(origin: string): Done
  /** Has the relay there drop single edits for which checked summaries stand (S3); `roomMaking` tells how far it is. An admin's to say. */
  makeRoom(origin: string): Done
  /** Stops that; puts away what came of it, where it is over. */
  leaveRoomMaking(origin: string): Done
  /** Begins a new epoch for everybody who is here. */
  rotateKeys(): Done
  /** The owner's to say; what `wish` leaves out stays. */
  setPolicy(wish: PolicyWish): Done

  /**
   * Pages from a file: Markdown, HTML, plain text, or an archive of these. Resolves to the id of the first while the rest
   * comes in. The page on screen is filled if nothing is written there.
   */
  importFile(file: ChosenFile): Done<string, ActionError | ImportError>
  dismissImportReport(id: string): void
  /** What came in so far stays in its page; a file that is still being read leaves nothing. */
  stopImport(importId: string): void
  /** The pages on this device that mention this one. Reads all of them from disk: for when somebody asks. */
  findBacklinks(pageId: string): Done<readonly Backlink[]>
  exportPage(pageId: string, wish: Omit<PageExport, keyof PresentNames>): Done<ExportedFile, ExportError>
  /** Every page as Markdown in one zip. */
  exportWorkspace(wish: Omit<WorkspaceExport, keyof PresentNames>): Done<ExportedFile, ExportError>
  /** Seals everything on this device, of all workspaces, under a code that alone opens it; with pictures and files or without. */
  makeBackup(withFiles: boolean): Watched<BackupMakingState>
  /** Shows what a backup holds, and brings it back. */
  openBackup(): BackupOpening
  /** The person has the file and the code of the last one: from the moment it was begun on it counts. */
  noteBackupKept(): Promise<void>
  /** Asks the browser to keep this site's data. */
  askForDurableStorage(): Promise<boolean>
  dismissNotice(noticeId: string): void
  /** This device's note that the safety number was compared, or was not (V5). */
  noteVerified(person: string, verified: boolean): Done

  /** Shows words that another device of the same person takes, and waits to be linked by it (V1). */
  askToBeLinked(): Asking
  /** Links the device that shows these words (V1), in all workspaces of this browser. */
  linkDevice(words: string): Giving
  /** Makes a recovery kit for all workspaces of this browser (V2), in place of an earlier one. */
  makeKit(): KitMaking
  /** Uses the kit that a linked browser made here, too (V6); undefined where there is none, or nothing could be written. */
  takeOfferedKit(): Promise<KeptInKit | undefined>
  /** Brings everything back from the words of a kit, at the relay of this page (V2). */
  recover(): Recovery
}

/** The join page: a letter, opened before any workspace is. */
export type JoinState =
  | { readonly type: 'reading' }
  /** Six words may be said here; `refused` were the last ones, and why they opened nothing. */
  | { readonly type: 'no-invitation'; readonly refused?: { readonly text: string; readonly problem: WordsProblem } }
  /** Six words were said and the relay is asked for what they open. */
  | { readonly type: 'asking'; readonly relay: 'connected' | 'connecting' | 'away' }
  | {
      readonly type: 'invitation'
      readonly inviter: string
      readonly workspace: string
      readonly role: Role
      readonly expiresAt: number
      readonly cardMissing: boolean
      readonly needsApproval: boolean
      readonly needsPin: boolean
      /** The last PIN was not the right one. */
      readonly wrongPin: boolean
    }
  | {
      readonly type: 'waiting'
      readonly inviter: string
      readonly workspace: string
      readonly relay: 'connected' | 'connecting' | 'away'
      readonly needsApproval: boolean
      /** Four words that stand for this request; the admin sees the same. None unless one is asked. */
      readonly words: readonly string[]
    }
  /** A passphrase stands before what this browser keeps. */
  | { readonly type: 'locked'; readonly places: ProfilePlaces }
  | { readonly type: 'joined'; readonly workspaceId: string; readonly pageId?: string }
  /** Nothing can be joined with this browser as it is. */
  | { readonly type: 'stopped'; readonly obstacle: Obstacle }
  | {
      readonly type: 'failed'
      readonly reason:
        | 'damaged-link'
        | 'newer-link'
        | 'expired'
        /** Its end is not yet, but the relay of this address has no mailbox for it. */
        | 'not-known-here'
        | 'revoked'
        | 'used-up'
        | 'suspended'
        | 'wrong-workspace'
        | 'storage-refused'
        | 'mailbox-full'
        | 'not-now'
        | 'known-keys'
    }

/** Why six words opened nothing. */
export type WordsProblem =
  | { readonly type: 'not-six-words'; readonly count: number }
  | { readonly type: 'no-such-word'; readonly word: string }
  /** A word was misheard. */
  | { readonly type: 'wrong-words' }
  /** They were right once: ended or taken back, or said for another address. */
  | { readonly type: 'words-ended' }
  /** This browser had no room to work it out. */
  | { readonly type: 'no-room' }

export interface Joining extends Unlocking {
  readonly state: () => JoinState
  /** As that of a session. */
  readonly subscribe: (changed: () => void) => () => void
  /** Nothing is consumed before this (I6). */
  accept(name: string, pin?: string): Promise<void>
  /** Opens the invitation that six words stand for (I7). */
  openWords(text: string): Promise<void>
  cancel(): void
  close(): void
}
