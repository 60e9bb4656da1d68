import { sameBytes } from '#lib/base/bytes'
import type { DeviceId, EntryId } from '#lib/base/ids'
import { readNote, writeNote } from '#lib/host/note'
import { bytesOf, listOf, record } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'

/** After so many wrong PINs a device lets nobody in by an invitation, and an admin's device takes it back (I9). */
const MOST_WRONG_PINS = 5

/** Counts wrong PINs of each invitation at this device, each asking device once, also over restarts. */
export interface WrongPins {
  /** Resolves when it is written down; where that cannot be, it counts until this device stops. */
  note(invite: EntryId, device: DeviceId): Promise<void>
  areTooMany(invite: EntryId): boolean
}

interface WrongPin {
  readonly invite: EntryId
  readonly device: DeviceId
}

const KEY = 'wrong-pins'
/** Of the newest invitations. */
const MOST_KEPT = 512
const pinsFormat = listOf<WrongPin>(record({ invite: bytesOf(32), device: bytesOf(32) }), MOST_KEPT)

export async function openWrongPins(store: Pick<WorkspaceStore, 'record' | 'commit'>): Promise<WrongPins> {
  let pins: readonly WrongPin[] = (await readNote(store, KEY, pinsFormat)) ?? []
  const ofInvite = (invite: EntryId) => pins.filter((pin) => sameBytes(pin.invite, invite))
  return {
    async note(invite, device) {
      const known = ofInvite(invite)
      if (known.length >= MOST_WRONG_PINS || known.some((pin) => sameBytes(pin.device, device))) return
      pins = [...pins, { invite, device }].slice(-MOST_KEPT)
      await writeNote(store, KEY, pinsFormat, pins)
    },
    areTooMany: (invite) => ofInvite(invite).length >= MOST_WRONG_PINS,
  }
}
