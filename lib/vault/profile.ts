import { sameBytes } from '#lib/base/bytes'
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

/** The profile with this line for its workspace, in the place of the one before or at the end. */
export const withWorkspace = (profile: Profile, line: KnownWorkspace): Profile => ({
  ...profile,
  workspaces: knows(profile, line.id) ? changed(profile, line.id, () => line) : [...profile.workspaces, line],
})

/** The profile with another line for a workspace, if it has one. */
export const changeWorkspace = (
  profile: Profile,
  id: WorkspaceId,
  change: (line: KnownWorkspace) => KnownWorkspace,
): Profile => ({ ...profile, workspaces: changed(profile, id, change) })

const knows = ({ workspaces }: Profile, id: WorkspaceId): boolean => workspaces.some((one) => sameBytes(one.id, id))
const changed = ({ workspaces }: Profile, id: WorkspaceId, change: (line: KnownWorkspace) => KnownWorkspace) =>
  workspaces.map((one) => (sameBytes(one.id, id) ? change(one) : one))

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
