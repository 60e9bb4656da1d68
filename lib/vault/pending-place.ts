import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { type DeviceKeys, type DeviceKeysRecord, readDeviceKeysRecord } from '#lib/vault/device-keys'
import { decodeRecord, encodeRecord, type Fields, type RecordError } from '#lib/vault/record-json'

/**
 * A workspace that a linked device of the person offered and has yet to let this one into (V6). The same keys are shown
 * until it has, so that it is one device, not two.
 */
export interface PendingPlace extends DeviceKeys, PlaceFacts {}

export type PendingPlaceRecord = DeviceKeysRecord & PlaceFacts

interface PlaceFacts {
  readonly workspaceId: WorkspaceId
  readonly person: PersonId
  /** Which device of theirs offered it. */
  readonly offeredBy: DeviceId
  readonly name: string
  /** 16 bytes: opens the mailbox where this device asks. */
  readonly secret: Uint8Array
  /** 32 bytes: of the linking by which it came. */
  readonly link: Uint8Array
}

export const encodePendingPlaces = (places: readonly PendingPlaceRecord[]): Uint8Array => encodeRecord({ places })

export const decodePendingPlaces = (bytes: Uint8Array): Result<readonly PendingPlaceRecord[], RecordError> =>
  decodeRecord(bytes, (fields) => fields.list('places').map(readPlace))

const readPlace = (fields: Fields): PendingPlaceRecord => ({
  ...readDeviceKeysRecord(fields),
  workspaceId: fields.bytes('workspaceId', 32) as WorkspaceId,
  person: fields.bytes('person', 32) as PersonId,
  offeredBy: fields.bytes('offeredBy', 32) as DeviceId,
  name: fields.text('name'),
  secret: fields.bytes('secret', 16),
  link: fields.bytes('link', 32),
})

/** Those for other workspaces. */
export const exceptPlace = <T extends PlaceFacts>(places: readonly T[], id: WorkspaceId): readonly T[] =>
  places.filter(({ workspaceId }) => toHex(workspaceId) !== toHex(id))
