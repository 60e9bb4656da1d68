import { fromBase64Url } from '#lib/base/base64url'
import type { PersonId, WorkspaceId } from '#lib/base/ids'
import { readSafetyCode, safetyCode, safetyNumber, workspaceWords } from '#lib/protocol/safety-number'
import type { WorkspaceView } from '#lib/session/session-view'

/** What is compared with one person (V5). */
export interface SafetyNumber {
  /** Twelve groups of five digits. */
  readonly groups: readonly string[]
  /** The same as a QR code says it. */
  readonly code: string
}

type Place = Pick<WorkspaceView, 'id' | 'me' | 'members'>

/** Nothing for the ids of a draft, which are empty. */
const keyOf = <T extends Uint8Array>(id: string): T | undefined => {
  const bytes = fromBase64Url(id)
  return bytes?.length === 32 ? (bytes as Uint8Array as T) : undefined
}

/** `undefined` for the person at this device, and before anything is written. */
export function safetyWith(workspace: Place, personId: string): SafetyNumber | undefined {
  const id = keyOf<WorkspaceId>(workspace.id)
  const [me, other] = [keyOf<PersonId>(workspace.me.id), keyOf<PersonId>(personId)]
  if (!id || !me || !other || personId === workspace.me.id) return undefined
  const groups = safetyNumber(id, me, other)
  return { groups, code: safetyCode(groups) }
}

/** What a scanned code says of the number on this screen; `no-number` for a code about something else. Safe on any text. */
export function compareScanned({ groups }: SafetyNumber, text: string): 'same' | 'different' | 'no-number' {
  const digits = readSafetyCode(text)
  if (digits === undefined) return 'no-number'
  return digits === groups.join('') ? 'same' : 'different'
}

/** Eight words over the workspace and everybody in it, as far as this device knows. Takes some hundredths of a second. */
export function wordsOfWorkspace(workspace: Place): readonly string[] {
  const id = keyOf<WorkspaceId>(workspace.id)
  const people = workspace.members.flatMap((member) => keyOf<PersonId>(member.id) ?? [])
  return id && people.length > 0 ? workspaceWords(id, people) : []
}
