import { toBase64Url } from '#lib/base/base64url'
import type { EntryId } from '#lib/base/ids'
import { err, type Result } from '#lib/base/result'
import type { ActsOfPower } from '#lib/host/acts-of-power'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { InvitationDesk } from '#lib/host/invitation-desk'
import { undoneId } from '#lib/host/undone-view'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'

export interface RedoParts {
  readonly acts: Pick<ActsOfPower, 'setRole' | 'removeMember'>
  readonly invitations: Pick<InvitationDesk, 'revoke'>
  operate(operation: Operation): Promise<Result<EntryId, AppendFailure>>
  state(): MembershipState | undefined
}

/**
 * Does again what was undone, by the id of its view: as an act of this person, judged like any other of theirs (M4). What
 * stands differently by now is `not-found`, and nothing is done.
 */
export async function redoAct(id: string, parts: RedoParts): Promise<Result<unknown, AppendFailure>> {
  const { acts, invitations, operate, state } = parts
  const act = state()?.undone.find((one) => undoneId(one) === id)
  switch (act?.type) {
    case 'remove':
      return acts.removeMember(toBase64Url(act.person), act.keptInvites.map(toBase64Url))
    case 'set-role':
      return acts.setRole(toBase64Url(act.person), act.role)
    case 'revoke':
      return invitations.revoke(toBase64Url(act.invite))
    case 'rename':
      return operate({ type: 'workspace.rename', name: act.name })
    case undefined:
      return err({ type: 'not-found' })
  }
}
