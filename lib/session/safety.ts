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

const personOf = (id: string) => fromBase64Url(id) as PersonId | undefined
const workspaceOf = ({ id }: Place) => fromBase64Url(id) as WorkspaceId | undefined

/** `undefined` for the person at this device, and before anything is written. */
export function safetyWith(workspace: Place, personId: string): SafetyNumber | undefined {
  const [id, me, other] = [workspaceOf(workspace), personOf(workspace.me.id), personOf(personId)]
  if (!id || !me?.length || !other?.length || personId === workspace.me.id) return undefined
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
  const id = workspaceOf(workspace)
  const people = workspace.members.flatMap((member) => personOf(member.id) ?? [])
  return id && people.length > 0 ? workspaceWords(id, people) : []
}
