import { toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId } from '#lib/base/ids'

/** After so many wrong PINs a device lets nobody in by an invitation, and an admin's device takes it back (I9). */
const MOST_WRONG_PINS = 5

/** Counts wrong PINs of each invitation since this device started, each asking device once. */
export interface WrongPins {
  note(invite: EntryId, device: DeviceId): void
  areTooMany(invite: EntryId): boolean
}

export function createWrongPins(): WrongPins {
  const devicesByInvite = new Map<string, Set<string>>()
  return {
    note(invite, device) {
      const devices = devicesByInvite.get(toHex(invite)) ?? new Set()
      devicesByInvite.set(toHex(invite), devices.add(toHex(device)))
    },
    areTooMany: (invite) => (devicesByInvite.get(toHex(invite))?.size ?? 0) >= MOST_WRONG_PINS,
  }
}
