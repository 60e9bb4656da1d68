/**
 * What two devices of one person say to each other in their mailbox (docs/protocol.md V1), in this order. Up to the grant
 * it is sealed under a key from the words, afterwards under one that only the device has whose code was typed.
 */
import type { DeviceId, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { ExchangeKey } from '#lib/crypto/crypto'
import { openLockbox, sealTo } from '#lib/crypto/lockbox'
import {
  bytesOf,
  decodeWith,
  encodeWith,
  type Format,
  listOf,
  optional,
  record,
  sizedBytes,
  unsigned,
} from '#lib/protocol/format'
import { MAX_ANSWER_BYTES } from '#lib/protocol/mailbox-frames'
import { openNote, sealNote } from '#lib/protocol/sealed-note'
import { type DeviceKeys, deviceKeysFormat, type ExchangePublicKey, exchangeKeyFormat } from '#lib/workspace/keys'
import { nameFormat } from '#lib/workspace/name'
import { PAIRING_NONCE_BYTES, type PairingKey } from '#lib/workspace/pairing'

export type PairingMessage =
  /** The card of the mailbox: binds the old device to a nonce. */
  | { readonly type: 'offer'; readonly commitment: Uint8Array }
  /** A deposit: the new device's key for the grant, fresh. */
  | { readonly type: 'hello'; readonly exchangeKey: ExchangePublicKey; readonly deviceName: string }
  | { readonly type: 'reveal'; readonly nonce: Uint8Array }
  /** After the right code; a `Grant` in a lockbox for the key of the hello. */
  | { readonly type: 'grant'; readonly box: Uint8Array }
  /** Deposits: the new device's keys, at most `MAX_REQUESTED` workspaces each, and how many there are in all of them. */
  | { readonly type: 'request'; readonly total: number; readonly devices: readonly RequestedDevice[] }
  /** One a workspace; without a box it was not linked. */
  | { readonly type: 'answer'; readonly workspaceId: WorkspaceId; readonly box: Uint8Array | undefined }
  /** The old device is through with this, or never was. */
  | { readonly type: 'end' }

/** What a new device may ask to be linked to. */
export interface Grant {
  /** 32 bytes: see `grantedKey`. */
  readonly secret: Uint8Array
  readonly personName: string
  readonly workspaces: readonly GrantedWorkspace[]
}

export interface GrantedWorkspace {
  readonly workspaceId: WorkspaceId
  /** Who the two are in it. */
  readonly person: PersonId
  /** The one that grants it, there. */
  readonly device: DeviceId
  readonly name: string
}

/** The new device's keys for one workspace, and its consent (`signDeviceKeys`). */
export interface RequestedDevice {
  readonly workspaceId: WorkspaceId
  readonly keys: DeviceKeys
  readonly deviceSignature: Signature
}

/** Workspaces that fit into one deposit. */
export const MAX_REQUESTED = 32
/** Workspaces of one linking: what fits into a grant and into the mailbox's answers. */
export const MAX_GRANTED = 64

const MAX_BOX_BYTES = 30_000

const offerFormat = record<{ commitment: Uint8Array }>({ commitment: bytesOf(32) })
const helloFormat = record<{ exchangeKey: ExchangePublicKey; deviceName: string }>({
  exchangeKey: exchangeKeyFormat,
  deviceName: nameFormat,
})
const revealFormat = record<{ nonce: Uint8Array }>({ nonce: bytesOf(PAIRING_NONCE_BYTES) })
const grantBoxFormat = record<{ box: Uint8Array }>({ box: sizedBytes(MAX_BOX_BYTES) })
const requestFormat = record<{ total: number; devices: readonly RequestedDevice[] }>({
  total: unsigned(MAX_GRANTED),
  devices: listOf(
    record<RequestedDevice>({ workspaceId: bytesOf(32), keys: deviceKeysFormat, deviceSignature: bytesOf(64) }),
    MAX_REQUESTED,
  ),
})
const answerFormat = record<{ workspaceId: WorkspaceId; box: Uint8Array | undefined }>({
  workspaceId: bytesOf(32),
  box: optional(sizedBytes(MAX_BOX_BYTES)),
})
const grantFormat = record<Grant>({
  secret: bytesOf(32),
  personName: nameFormat,
  workspaces: listOf(
    record<GrantedWorkspace>({ workspaceId: bytesOf(32), person: bytesOf(32), device: bytesOf(32), name: nameFormat }),
    MAX_GRANTED,
  ),
})

/** In the order of their numbers, from 1. */
const codings: { readonly [T in PairingMessage['type']]: Format<Omit<Extract<PairingMessage, { type: T }>, 'type'>> } =
  {
    offer: offerFormat,
    hello: helloFormat,
    reveal: revealFormat,
    grant: grantBoxFormat,
    request: requestFormat,
    answer: answerFormat,
    end: record<object>({}),
  }
const types = Object.keys(codings) as PairingMessage['type'][]

const messageFormat: Format<PairingMessage> = {
  write(writer, message) {
    writer.byte(types.indexOf(message.type) + 1)
    ;(codings[message.type] as Format<object>).write(writer, message)
  },
  read(reader) {
    const type = types[reader.byte() - 1]
    if (!type) return reader.fail('unknown message')
    return { type, ...(codings[type] as Format<object>).read(reader) } as PairingMessage
  },
}

/** nonce (24) ‖ secretbox; a request of `MAX_REQUESTED` fits into a deposit, everything else into an answer. */
export const sealPairing = (message: PairingMessage, key: PairingKey, random: Random): Uint8Array =>
  sealNote(encodeWith(messageFormat, message), key, random)

/** What `sealPairing` sealed, or `undefined`; safe on hostile bytes. Nothing inside is checked but its shape. */
export function openPairing(sealed: Uint8Array, key: PairingKey): PairingMessage | undefined {
  const plain = sealed.length <= MAX_ANSWER_BYTES ? openNote(sealed, key) : undefined
  const message = plain && decodeWith(messageFormat, plain)
  return message?.ok ? message.value : undefined
}

/** For the device that said hello with `exchangeKey`, alone. */
export const sealGrant = (grant: Grant, exchangeKey: ExchangePublicKey, random: Random): PairingMessage => ({
  type: 'grant',
  box: sealTo(exchangeKey, encodeWith(grantFormat, grant), random.bytes(32)),
})

/** Safe on hostile bytes; `damaged-grant`: for another device, or none at all. */
export async function openGrant(box: Uint8Array, key: ExchangeKey): Promise<Result<Grant, { type: 'damaged-grant' }>> {
  const plain = await openLockbox(key, box)
  const grant = plain.ok ? decodeWith(grantFormat, plain.value) : plain
  return grant.ok ? ok(grant.value) : err({ type: 'damaged-grant' })
}
