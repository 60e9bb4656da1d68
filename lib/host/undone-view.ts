/** What an admin did in vain, as the leader tells whoever may do it again, and who did it (M4). */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { faceOf } from '#lib/host/face-of'
import { entryKind } from '#lib/protocol/entry-kind'
import { mayAppend, mayManage } from '#lib/workspace/authorize'
import type { MembershipState, UndoneAct } from '#lib/workspace/membership-state'
import type { GivenRole, Role } from '#lib/workspace/role'

export type UndoneView = {
  /** As of a notice. */
  readonly id: string
  /** Who did it; '' for somebody without a name. */
  readonly by: string
  readonly isMine: boolean
  /** Whether I may do it again; if not, I am the one who did it. */
  readonly mayRedo: boolean
} & (
  | { readonly type: 'remove'; readonly name: string; readonly now: Role }
  | { readonly type: 'set-role'; readonly name: string; readonly now: Role; readonly role: GivenRole }
  | { readonly type: 'revoke'; readonly label: string }
  | { readonly type: 'rename'; readonly name: string; readonly now: string }
)

export const undoneId = ({ operation }: UndoneAct): string => `undone/${toHex(operation)}`

/** Pure. An invitation that has ended by itself needs no taking back. */
export function undoneView(state: MembershipState, device: DeviceId, nowMs: number): readonly UndoneView[] {
  const record = state.devices.get(toHex(device))
  const me = record?.active ? record.person : undefined
  if (!me) return []
  return state.undone.flatMap((act) => {
    const what = whatOf(act, state, nowMs)
    const [isMine, mayRedo] = [sameBytes(act.by, me), mayDo(act, state, device, me)]
    return what && (mayRedo || isMine)
      ? [{ ...what, id: undoneId(act), by: faceOf(state, act.by).name, isMine, mayRedo }]
      : []
  })
}

function mayDo(act: UndoneAct, state: MembershipState, device: DeviceId, me: PersonId): boolean {
  switch (act.type) {
    case 'remove':
      return mayManage(state, me, act.person, undefined)
    case 'set-role':
      return mayManage(state, me, act.person, act.role)
    case 'revoke':
      return mayAppend(state, device, 'log', entryKind.inviteRevoke)
    case 'rename':
      return mayAppend(state, device, 'log', entryKind.workspaceRename)
  }
}

function whatOf(act: UndoneAct, state: MembershipState, nowMs: number) {
  switch (act.type) {
    case 'remove':
    case 'set-role': {
      const member = state.members.get(toHex(act.person))
      if (!member) return undefined
      const about = { name: member.name, now: member.role }
      return act.type === 'remove' ? { type: act.type, ...about } : { type: act.type, ...about, role: act.role }
    }
    case 'revoke': {
      const invite = state.invites.get(toHex(act.invite))
      const isOpen = invite && invite.terms.expiresAtSeconds * 1000 > nowMs
      return isOpen ? { type: act.type, label: invite.note.label } : undefined
    }
    case 'rename':
      return { type: act.type, name: act.name, now: state.name }
  }
}
