import type { ChannelName, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { ActsOfPower } from '#lib/host/acts-of-power'
import type { AdmissionDesk } from '#lib/host/admission-desk'
import type { AppendFailure, CommandReply, HostCommand } from '#lib/host/host-protocol'
import type { InvitationDesk } from '#lib/host/invitation-desk'
import type { NoticeBoard } from '#lib/host/notice-board'
import type { OwnDevices } from '#lib/host/own-devices'
import type { PieceKeeper } from '#lib/host/piece-keeper'
import { redoAct } from '#lib/host/redo-act'
import type { RelayPlaces } from '#lib/host/relay-places'
import type { RoomMaking } from '#lib/host/room-making'
import { readSetAside, writeAnew } from '#lib/host/set-aside-view'
import { setPolicy } from '#lib/host/set-policy'
import type { MakeOperation } from '#lib/host/write-operation'
import type { Replica } from '#lib/replica/replica'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Operation } from '#lib/workspace/operation'

export interface CommandParts {
  readonly acts: ActsOfPower
  readonly desk: AdmissionDesk
  readonly invitations: InvitationDesk
  readonly notices: NoticeBoard
  readonly ownDevices: OwnDevices
  readonly pieces: PieceKeeper
  readonly relayPlaces: RelayPlaces
  readonly roomMaking: RoomMaking
  readonly replica: Pick<Replica, 'setAside' | 'writeAnew'>
  state(): MembershipState | undefined
  operate(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
  renewKeys(): Promise<Result<unknown, AppendFailure>>
  keep(ids: readonly string[]): Promise<Result<void, AppendFailure>>
  keepUnder(channel: ChannelName, updates: readonly Uint8Array[]): Promise<Result<void, AppendFailure>>
  noteVerified(person: string, verified: boolean): Promise<Result<void, AppendFailure>>
  /** A notice was put away: what it told counts as seen. */
  noteSeen(noticeId: string): Promise<void>
  lookThrough(channels: readonly ChannelName[], bytes: Uint8Array): Promise<readonly ChannelName[]>
  lookAtStorage(): void
  setRelayOnly(isOn: boolean): Promise<boolean>
  /** What the view says of notices changed. */
  onChange(): void
}

const done = (result: Result<unknown, AppendFailure>): Result<CommandReply, AppendFailure> =>
  result.ok ? ok({ type: 'done' }) : result

/** Does what a tab asks of the leader. */
export async function runCommand(
  command: HostCommand,
  parts: CommandParts,
): Promise<Result<CommandReply, AppendFailure>> {
  const { acts, desk, invitations, notices, ownDevices, relayPlaces, operate, keep, noteVerified, noteSeen } = parts
  switch (command.type) {
    case 'rename-workspace':
      return done(await operate({ type: 'workspace.rename', name: command.name }))
    case 'set-my-name':
      return done(await operate({ type: 'profile.set', name: command.name, paper: undefined }))
    case 'create-invitation': {
      const made = await invitations.create(command)
      return made.ok ? ok({ type: 'invitation', ...made.value }) : made
    }
    case 'speak-invitation': {
      const spoken = await invitations.speak(command.link)
      return spoken.ok ? ok({ type: 'words', words: spoken.value }) : spoken
    }
    case 'revoke-invitation':
      return done(await invitations.revoke(command.id))
    case 'admit-request':
      return done(await desk.admitRequest(command.id))
    case 'refuse-request':
      return done(desk.refuseRequest(command.id))
    case 'set-role':
      return done(await acts.setRole(command.person, command.role))
    case 'remove-member':
      return done(await acts.removeMember(command.person, command.keptInvitations))
    case 'redo':
      return done(await redoAct(command.id, parts))
    case 'leave':
      return done(await acts.leave())
    case 'transfer-ownership':
      return done(await acts.transferOwnership(command.person))
    case 'revoke-device':
      return done(await acts.revokeDevice(command.device))
    case 'rotate-keys':
      return done(await acts.rotateKeys())
    case 'renew-keys':
      return done(await parts.renewKeys())
    case 'set-policy':
      return done(await setPolicy(command.wish, operate))
    case 'keep-held-back':
      return done(await keep(command.ids))
    case 'read-set-aside':
      return readSetAside(parts.replica, command.id)
    case 'write-anew':
      return done(await writeAnew(parts.replica, command))
    case 'keep-under':
      return done(await parts.keepUnder(command.channel, command.updates))
    case 'link-device': {
      const added = await ownDevices.addDevice(command.device, command.name)
      return added.ok ? ok({ type: 'device-linked', box: added.value }) : added
    }
    case 'attend-pairing':
      return ok({ type: 'pairing-deposits', deposits: ownDevices.pairing.attend(command.wish) })
    case 'keep-kit':
      return done(await ownDevices.keepKit())
    case 'attend-links':
      ownDevices.attendLinks()
      return ok({ type: 'done' })
    case 'leave-pairing':
      ownDevices.pairing.leave(command.mailboxKey)
      return ok({ type: 'done' })
    case 'note-verified':
      return done(await noteVerified(command.person, command.verified))
    case 'dismiss-notice':
      notices.dismiss(command.id)
      await noteSeen(command.id)
      parts.onChange()
      return ok({ type: 'done' })
    case 'set-relay-only':
      return done((await parts.setRelayOnly(command.on)) ? ok(undefined) : err({ type: 'storage-failed' }))
    case 'add-relay':
      return done(await relayPlaces.add(command.address))
    case 'remove-relay':
      return done(await relayPlaces.remove(command.origin))
    case 'make-room':
      return done(parts.roomMaking[command.wish](command.origin))
    case 'look-through':
      return ok({ type: 'channels', channels: await parts.lookThrough(command.channels, command.bytes) })
    case 'keep-piece':
      return done(await parts.pieces.keep(command))
    case 'read-piece':
      return ok({ type: 'piece', found: await parts.pieces.read(command.name) })
    case 'look-at-storage':
      parts.lookAtStorage()
      return ok({ type: 'done' })
  }
}
