import type { DeviceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { addOwnDevice } from '#lib/host/add-own-device'
import type { Mailboxes } from '#lib/host/admission-desk'
import { openDeviceWatch } from '#lib/host/device-watch'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import type { AppendFailure } from '#lib/host/host-protocol'
import { createKitKeeper, type KitKeeper, type KitKeeperOptions } from '#lib/host/kit-keeper'
import { openKitOffer } from '#lib/host/kit-offer'
import type { StandingFact } from '#lib/host/notice-board'
import { createOwnDeviceName } from '#lib/host/own-device-name'
import { createOwnLinks } from '#lib/host/own-links'
import { createPairingDesk, type PairingDesk } from '#lib/host/pairing-desk'
import type { Vault } from '#lib/vault/vault'
import type { MembershipState } from '#lib/workspace/membership-state'
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
  /** The profile has a recovery kit, or another one: puts this workspace in, and tells the person's other browsers. */
  keepKit(): Promise<Result<void, AppendFailure>>
  /** The linkings of this profile changed. */
  attendLinks(): void
  /** The log changed. */
  changed(): void
  close(): void
}

export interface OwnDevicesOptions extends Omit<KitKeeperOptions, 'mailboxes' | 'profile'> {
  readonly vault: Vault
  readonly mailboxes: Mailboxes
  readonly enter: EnterMailbox
  readonly deviceName: string
  onProfile(): Promise<void>
}

export async function createOwnDevices(options: OwnDevicesOptions): Promise<OwnDevices> {
  const { replica, keys, store, vault, mailboxes, deviceName, append, clock, onChange } = options
  const profile = vault.storage
  const device = keys.device.publicKey as DeviceId
  const pairing = createPairingDesk(mailboxes)
  const kit = createKitKeeper({ ...options, profile })
  const nameDevice = createOwnDeviceName(replica, device, deviceName, append)
  const { membership } = replica
  const watch = await openDeviceWatch({ store, membership, device, hasRoot: keys.root !== undefined })
  const offer = await openKitOffer({ profile, clock, onChange })

  const links = await createOwnLinks({ ...options, device, addDevice })

  function changed(): void {
    void nameDevice()
    kit.changed()
    links.attend()
  }

  async function addDevice(requested: RequestedDevice, name: string): Promise<Result<Uint8Array, AppendFailure>> {
    await watch.note(requested.keys.device)
    return addOwnDevice(options, requested, name)
  }

  void kit.ensure()
  changed()
  return {
    pairing,
    kit,
    facts: (state) => [
      ...watch.facts(state),
      ...links.kitNews.facts(),
      ...(keys.root ? offer.facts(kit.standing()) : []),
    ],
    async dismissed(noticeId) {
      await watch.dismissed(noticeId)
      await offer.dismissed(noticeId)
      await links.kitNews.dismissed(noticeId)
    },
    addDevice,
    async keepKit() {
      const kept = await kit.ensure()
      await links.kitNews.look()
      links.attend()
      return kept
    },
    attendLinks: links.attend,
    changed,
    close() {
      links.close()
      pairing.close()
      offer.close()
    },
  }
}
