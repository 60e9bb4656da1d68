/**
 * Presence (docs/protocol.md R7): where a person is and their cursor, sealed under the presence key of the epoch, never
 * stored. On a direct link the link says whose it is; over the relay it carries its device's signature.
 *
 *   device (32) ‖ counter ‖ tab ‖ flags ‖ channel (16)? ‖ cursor? ‖ signature (64)?
 */

import { concat } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { readByte } from '#lib/protocol/frame-fields'
import { SIGNATURE_BYTES } from '#lib/protocol/sealed-entry'
import { openNote, sealNote } from '#lib/protocol/sealed-note'

export const MAX_CURSOR_BYTES = 1024

export interface Presence {
  readonly device: DeviceId
  /** Rises with every word of a device. */
  readonly counter: number
  /** Tells the tabs of one device apart; a Yjs client id, or any other number. */
  readonly tab: number
  /** The channel of the document in focus; absent when that tab left. */
  readonly channel?: ChannelTag
  /** Relative positions, as presence/cursor-bytes.ts writes them; at most 1 KiB. */
  readonly cursor?: Uint8Array
}

/** A word whose seal was good. `isSigned` says that it proves its device by itself. */
export interface OpenedPresence {
  readonly presence: Presence
  readonly isSigned: boolean
}

export type PresenceError = Malformed | { readonly type: 'wrong-key' } | { readonly type: 'bad-signature' }

const flag = { channel: 1, cursor: 2, signed: 4 } as const

/** For direct links. */
export const sealPresence = (presence: Presence, presenceKey: Uint8Array, random: Random): Uint8Array =>
  sealNote(encodePresence(presence, 0), presenceKey, random)

/** For the relay: signed by `key`, the device's own. */
export async function sealSignedPresence(
  presence: Presence,
  key: SigningKey,
  presenceKey: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const body = encodePresence(presence, flag.signed)
  return sealNote(concat(body, await key.sign(concat(tag('presence'), body))), presenceKey, random)
}

/** Safe on hostile bytes. A signature that is there must be good; what is not signed proves no device. */
export async function openPresence(
  sealed: Uint8Array,
  presenceKey: Uint8Array,
  crypto: Crypto,
): Promise<Result<OpenedPresence, PresenceError>> {
  const plain = openNote(sealed, presenceKey)
  if (!plain) return err({ type: 'wrong-key' })
  const read = readAll(plain, readPresence)
  if (!read.ok) return read
  const { presence, signature } = read.value
  if (!signature) return ok({ presence, isSigned: false })
  const body = plain.subarray(0, plain.length - SIGNATURE_BYTES)
  const isGenuine = await crypto.verify(presence.device, concat(tag('presence'), body), signature)
  return isGenuine ? ok({ presence, isSigned: true }) : err({ type: 'bad-signature' })
}

const encodePresence = (presence: Presence, signed: number): Uint8Array =>
  writeAll((writer) => {
    const { channel, cursor } = presence
    if (cursor && cursor.length > MAX_CURSOR_BYTES) throw new RangeError('Cursor too long')
    writer.raw(presence.device)
    writer.varUint(presence.counter)
    writer.varUint(presence.tab)
    writer.byte((channel ? flag.channel : 0) | (cursor ? flag.cursor : 0) | signed)
    if (channel) writer.raw(channel)
    if (cursor) writer.sized(cursor)
  })

function readPresence(reader: ByteReader): { presence: Presence; signature: Uint8Array | undefined } {
  const device = reader.take(32) as DeviceId
  const counter = reader.varUint()
  const tab = reader.varUint()
  const flags = readByte(reader, flag.channel | flag.cursor | flag.signed)
  const channel = flags & flag.channel ? (reader.take(16) as ChannelTag) : undefined
  const cursor = flags & flag.cursor ? reader.sized(MAX_CURSOR_BYTES) : undefined
  const signature = flags & flag.signed ? reader.take(SIGNATURE_BYTES) : undefined
  return { presence: { device, counter, tab, ...(channel && { channel }), ...(cursor && { cursor }) }, signature }
}
