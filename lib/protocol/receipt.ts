/**
 * Receipts (docs/protocol.md R10): what one device applied or judged, signed by it and sealed under the receipt key of the
 * epoch. They are the only ground on which anybody is told that somebody has something.
 *
 *   device (32) ‖ counter ‖ at ‖ digest (16) ‖ complete ‖ heads: chain (16) ‖ seq ‖ id (8) … ‖ signature (64)
 */

import { concat } from '#lib/base/bytes'
import type { DeviceId, Signature } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { type HeadClaim, readByte, readHeads, writeHeads } from '#lib/protocol/frame-fields'
import { DIGEST_BYTES } from '#lib/protocol/frame-have'
import { SIGNATURE_BYTES } from '#lib/protocol/sealed-entry'
import { openNote, sealNote } from '#lib/protocol/sealed-note'

/** Heads in one receipt, so that it fits a relay's last value (16 KiB). */
export const MAX_RECEIPT_HEADS = 512

export interface Receipt {
  readonly device: DeviceId
  /** Rises with every receipt of a device, for ever. */
  readonly counter: number
  /** Milliseconds since 1970 on that device's clock; shown, decides nothing but silence. */
  readonly at: number
  /** Of all heads that were judged (have-digest.ts), 16 bytes. */
  readonly digest: Uint8Array
  /** At most `MAX_RECEIPT_HEADS`; all of them when `complete`. */
  readonly heads: readonly HeadClaim[]
  readonly complete: boolean
}

export type ReceiptError = Malformed | { readonly type: 'wrong-key' } | { readonly type: 'bad-signature' }

/** Signed by `key`, the device's own, and sealed for everybody who has `receiptKey`. */
export async function sealReceipt(
  receipt: Receipt,
  key: SigningKey,
  receiptKey: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const body = writeAll((writer) => writeReceipt(writer, receipt))
  return sealNote(concat(body, await key.sign(concat(tag('receipt'), body))), receiptKey, random)
}

/** A receipt whose signature is its device's own; whether that device is anybody is the caller's to ask. Safe on hostile bytes. */
export async function openReceipt(
  sealed: Uint8Array,
  receiptKey: Uint8Array,
  crypto: Crypto,
): Promise<Result<Receipt, ReceiptError>> {
  const plain = openNote(sealed, receiptKey)
  if (!plain) return err({ type: 'wrong-key' })
  const end = Math.max(0, plain.length - SIGNATURE_BYTES)
  const body = plain.subarray(0, end)
  const receipt = decodeReceipt(body)
  if (!receipt.ok) return receipt
  const signature = plain.slice(end) as Signature
  const isGenuine = await crypto.verify(receipt.value.device, concat(tag('receipt'), body), signature)
  return isGenuine ? ok(receipt.value) : err({ type: 'bad-signature' })
}

function writeReceipt(writer: ByteWriter, receipt: Receipt): void {
  if (receipt.heads.length > MAX_RECEIPT_HEADS) throw new RangeError('Too many heads for a receipt')
  writer.raw(receipt.device)
  writer.varUint(receipt.counter)
  writer.varUint(receipt.at)
  writer.raw(receipt.digest)
  writer.byte(receipt.complete ? 1 : 0)
  writeHeads(writer, receipt.heads)
}

const decodeReceipt = (body: Uint8Array): Result<Receipt, Malformed> =>
  readAll(body, (reader) => {
    const device = reader.take(32) as DeviceId
    const counter = reader.varUint()
    const at = reader.varUint()
    const digest = reader.take(DIGEST_BYTES)
    const complete = readByte(reader, 1) === 1
    const heads = readHeads(reader)
    return heads.length > MAX_RECEIPT_HEADS
      ? reader.fail('too many heads')
      : { device, counter, at, digest, heads, complete }
  })
