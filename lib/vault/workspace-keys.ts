import { toHex } from '#lib/base/bytes'
import type { EpochSecret, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { type DeviceKeys, type DeviceKeysRecord, type FounderKeys, readDeviceKeysRecord } from '#lib/vault/device-keys'
import { decodeRecord, encodeRecord, type RecordError } from '#lib/vault/record-json'

export interface EpochKey {
  readonly tag: EpochTag
  readonly secret: EpochSecret
}

/** Everything secret that this device has of one workspace. */
export interface WorkspaceKeys extends DeviceKeys {
  readonly workspaceId: WorkspaceId
  /** The payload of the genesis, where this device made the workspace. */
  readonly genesis?: Uint8Array
  /** T of protocol.md §1. */
  readonly tagKey: TagKey
  /** Oldest first, as far as this device received them. */
  readonly epochs: readonly EpochKey[]
}

/** `WorkspaceKeys` at rest. */
export interface WorkspaceKeysRecord extends DeviceKeysRecord {
  readonly workspaceId: WorkspaceId
  readonly genesis?: Uint8Array
  readonly tagKey: TagKey
  readonly epochs: readonly EpochKey[]
}

export const encodeWorkspaceKeys = (record: WorkspaceKeysRecord): Uint8Array => encodeRecord(record)

export const decodeWorkspaceKeys = (bytes: Uint8Array): Result<WorkspaceKeysRecord, RecordError> =>
  decodeRecord(bytes, (fields) => ({
    ...readDeviceKeysRecord(fields),
    workspaceId: fields.bytes('workspaceId', 32) as WorkspaceId,
    ...(fields.has('genesis') ? { genesis: fields.bytes('genesis') } : {}),
    tagKey: fields.bytes('tagKey', 32) as TagKey,
    epochs: fields.list('epochs').map((epoch) => ({
      tag: epoch.bytes('tag', 16) as EpochTag,
      secret: epoch.bytes('secret', 32) as EpochSecret,
    })),
  }))

/** Both lists in one, each epoch once: a secret once received is never dropped by a save that did not know it. */
export function unitedEpochs(kept: readonly EpochKey[], added: readonly EpochKey[]): readonly EpochKey[] {
  const known = new Set(kept.map(({ tag }) => toHex(tag)))
  return [...kept, ...added.filter(({ tag }) => !known.has(toHex(tag)))]
}

/** A join that waits for a member: the same keys are shown again after a reload, so that it is one join, not two. */
export interface PendingJoin extends FounderKeys {
  readonly workspaceId: WorkspaceId
  /** The invitation as it came, secret included. */
  readonly invitation: string
  /** What the person called themselves. */
  readonly name: string
  /** What became of the PIN that they typed, 32 bytes; the PIN itself is not kept. */
  readonly pin?: Uint8Array
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

export interface PendingJoinRecord extends DeviceKeysRecord {
  readonly workspaceId: WorkspaceId
  readonly invitation: string
  readonly name: string
  readonly pin?: Uint8Array
  readonly startedAt: number
}

export const encodePendingJoin = (record: PendingJoinRecord): Uint8Array => encodeRecord(record)

export const decodePendingJoin = (bytes: Uint8Array): Result<PendingJoinRecord, RecordError> =>
  decodeRecord(bytes, (fields) => ({
    ...readDeviceKeysRecord(fields),
    workspaceId: fields.bytes('workspaceId', 32) as WorkspaceId,
    invitation: fields.text('invitation'),
    name: fields.text('name'),
    ...(fields.has('pin') ? { pin: fields.bytes('pin', 32) } : {}),
    startedAt: fields.number('startedAt'),
  }))
