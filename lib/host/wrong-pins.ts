import { toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId } from '#lib/base/ids'

/** After so many wrong PINs an invitation is no longer answered, and an admin's device takes it back (I9). */
export const MOST_WRONG_PINS = 5

/** Counts wrong PINs of each invitation, each asking device once. */
export interface WrongPins {
  /** How many there are now. */
  note(invite: EntryId, device: DeviceId): number
}

export function createWrongPins(): WrongPins {
  const devicesByInvite = new Map<string, Set<string>>()
  return {
    note(invite, device) {
      const devices = devicesByInvite.get(toHex(invite)) ?? new Set()
      devicesByInvite.set(toHex(invite), devices.add(toHex(device)))
      return devices.size
    },
  }
}
