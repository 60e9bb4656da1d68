import type { Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { addOwnDevice } from '#lib/host/add-own-device'
import type { Mailboxes } from '#lib/host/admission-desk'
import { openDeviceWatch } from '#lib/host/device-watch'
import type { AppendFailure } from '#lib/host/host-protocol'
import { createKitKeeper, type KitKeeper } from '#lib/host/kit-keeper'
import { openKitOffer } from '#lib/host/kit-offer'
import type { StandingFact } from '#lib/host/notice-board'
import { createOwnDeviceName } from '#lib/host/own-device-name'
import { createPairingDesk, type PairingDesk } from '#lib/host/pairing-desk'
import type { MakeOperation } from '#lib/host/write-operation'
import type { Replica } from '#lib/replica/replica'
import type { ProfileStorage, WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Genesis, Operation } from '#lib/workspace/operation'
import type { RequestedDevice } from '#lib/workspace/pairing-message'

/** What the leader does about its person's devices and recovery kit (V1, V2). */
export interface OwnDevices {
  readonly pairing: PairingDesk
  readonly kit: KitKeeper
  /** Worth a notice: devices that came, and the offer of a kit. */
  facts(state: MembershipState): readonly StandingFact[]
  /** A notice was put away, by its id. */
  dismissed(noticeId: string): Promise<void>
  addDevice(device: RequestedDevice, name: string): Promise<Result<Uint8Array, AppendFailure>>
  /** The log changed. */
  changed(): void
  close(): void
}

export interface OwnDevicesOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly genesis: Genesis
  readonly store: WorkspaceStore
  readonly profile: ProfileStorage
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly mailboxes: Mailboxes
  readonly deviceName: string
  append(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
  onChange(): void
}

export async function createOwnDevices(options: OwnDevicesOptions): Promise<OwnDevices> {
  const { replica, keys, store, mailboxes, deviceName, append } = options
  const device = keys.device.publicKey as DeviceId
  const pairing = createPairingDesk(mailboxes)
  const kit = createKitKeeper(options)
  const nameDevice = createOwnDeviceName(replica, device, deviceName, append)
  const { membership } = replica
  const watch = await openDeviceWatch({ store, membership, device, hasRoot: keys.root !== undefined })

  const { profile, clock, onChange } = options
  const offer = await openKitOffer({ profile, clock, onChange })

  function changed(): void {
    void nameDevice()
    kit.changed()
  }
  void kit.ensure()
  changed()
  return {
    pairing,
    kit,
    facts: (state) => [...watch.facts(state), ...(keys.root ? offer.facts(kit.standing()) : [])],
    async dismissed(noticeId) {
      await watch.dismissed(noticeId)
      await offer.dismissed(noticeId)
    },
    async addDevice(requested, name) {
      await watch.note(requested.keys.device)
      return addOwnDevice(options, requested, name)
    },
    changed,
    close() {
      pairing.close()
      offer.close()
    },
  }
}
