import type { Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { ok, type Result } from '#lib/base/result'
import type { ActsOfPower } from '#lib/host/acts-of-power'
import { channelsHolding } from '#lib/host/channels-holding'
import type { DurableStorageWatch } from '#lib/host/durable-storage'
import type { Entrance } from '#lib/host/entrance'
import type { ForkWatch } from '#lib/host/fork-watch'
import type { HostNetwork } from '#lib/host/host-network'
import type { AppendFailure, CommandReply, HostCommand } from '#lib/host/host-protocol'
import { keepHeldBack } from '#lib/host/keep-held-back'
import type { KeptKeys } from '#lib/host/kept-keys'
import { COPIED_PROFILE, type NoticeBoard } from '#lib/host/notice-board'
import type { OwnDevices } from '#lib/host/own-devices'
import { createRelayPlaces } from '#lib/host/relay-places'
import { renewKeys } from '#lib/host/renew-keys'
import type { RoomMaking } from '#lib/host/room-making'
import { type CommandParts, runCommand } from '#lib/host/run-command'
import type { UndoneWatch } from '#lib/host/undone-watch'
import { markPerson, type VerifiedPeople } from '#lib/host/verified-people'
import type { MakeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import { openRelayLink } from '#lib/transport/relay'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Operation } from '#lib/workspace/operation'

/** What of the leader does something when a tab asks for it. */
export interface CommandDeskOptions {
  readonly vault: Vault
  readonly keys: WorkspaceKeys
  readonly kept: KeptKeys
  readonly replica: Replica
  readonly clock: Clock
  readonly random: Random
  readonly acts: ActsOfPower
  readonly entrance: Entrance
  readonly ownDevices: OwnDevices
  readonly network: HostNetwork
  readonly notices: NoticeBoard
  readonly verified: VerifiedPeople
  readonly undone: UndoneWatch
  readonly forks: ForkWatch
  readonly disk: DurableStorageWatch
  readonly roomMaking: RoomMaking
  operate(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
  onChange(): void
}

/** Does what tabs ask of the leader of this workspace. */
export function createCommandDesk(
  options: CommandDeskOptions,
): (command: HostCommand) => Promise<Result<CommandReply, AppendFailure>> {
  const { vault, keys, kept, replica, clock, random, acts, entrance, ownDevices, network } = options
  const { notices, verified, undone, forks, disk, roomMaking, operate, onChange } = options
  const state = () => replica.membership.current()

  const parts: CommandParts = {
    ...{ acts, replica, notices, ownDevices, roomMaking, state, operate, onChange },
    desk: entrance.desk,
    invitations: entrance.invitations,
    pieces: network.pieces,
    setRelayOnly: network.setRelayOnly,
    keep: (ids) => keepHeldBack(replica, ids),
    keepUnder: replica.keepUnder,
    noteVerified: markPerson(verified, state),
    lookThrough: channelsHolding(replica),
    lookAtStorage: disk.look,
    relayPlaces: createRelayPlaces({
      ...{ device: keys.device.publicKey as DeviceId, relayKey: keys.relay.publicKey as RelayKey },
      ...{ random, clock, operate, connect: openRelayLink },
    }),
    async renewKeys() {
      const { addDevice } = ownDevices
      const saving = { createDeviceKeys: vault.createDeviceKeys, saveKeys: kept.replace }
      const renewed = await renewKeys({ ...saving, keys, replica, addDevice, revokeDevice: acts.revokeDevice })
      if (!renewed.ok) return renewed
      notices.dismiss(COPIED_PROFILE)
      return ok(undefined)
    },
    async noteSeen(id) {
      await verified.dismissed(id, state())
      await ownDevices.dismissed(id)
      await undone.dismissed(id)
      await forks.dismissed(id)
    },
  }
  return (command) => runCommand(command, parts)
}
