import type { DocumentId, WorkspaceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { decodeRecord, encodeRecord, type Fields, type RecordError } from '#lib/vault/record-json'

/** What this browser profile knows about itself, whichever workspace is open. */
export interface Profile {
  /** What the person calls themselves; '' until they said. */
  readonly name: string
  /** In the order of the switcher. */
  readonly workspaces: readonly KnownWorkspace[]
  /** The one shown last. */
  readonly current?: WorkspaceId
  /** Workspaces that somebody has yet to let this device into. */
  readonly pendingJoins: readonly WorkspaceId[]
}

export interface KnownWorkspace {
  readonly id: WorkspaceId
  /** A copy of its sealed name, to list it unopened; '' until somebody named it. */
  readonly name: string
  readonly lastPage?: DocumentId
  /** This device is no member as far as it knows: not yet, or no more. */
  readonly isOut?: true
}

export const EMPTY_PROFILE: Profile = { name: '', workspaces: [], pendingJoins: [] }

export const encodeProfile = (profile: Profile): Uint8Array =>
  encodeRecord({ ...profile, pendingJoins: profile.pendingJoins.map((id) => ({ id })) })

export const decodeProfile = (bytes: Uint8Array): Result<Profile, RecordError> => decodeRecord(bytes, readProfile)

const workspaceId = (fields: Fields, name: string): WorkspaceId => fields.bytes(name, 32) as WorkspaceId

const readProfile = (fields: Fields): Profile => ({
  name: fields.text('name'),
  workspaces: fields.list('workspaces').map((workspace) => ({
    id: workspaceId(workspace, 'id'),
    name: workspace.text('name'),
    ...(workspace.has('lastPage') ? { lastPage: workspace.bytes('lastPage', 16) as DocumentId } : {}),
    ...(workspace.has('isOut') ? { isOut: true as const } : {}),
  })),
  ...(fields.has('current') ? { current: workspaceId(fields, 'current') } : {}),
  pendingJoins: fields.list('pendingJoins').map((pending) => workspaceId(pending, 'id')),
})
