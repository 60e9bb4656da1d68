/** A receipt book at rest; the storage that keeps it is sealed, so nothing in it is hostile, only perhaps damaged. */

import { fromHex, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { DeviceProof } from '#lib/delivery/receipt-book'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'

type Kept = readonly { readonly device: DeviceId; readonly proof: DeviceProof }[]

const MAX_DEVICES = 4096
const MAX_CHAINS = 65_536
const DIGEST_BYTES = 16
const CHAIN_BYTES = 16

export const encodeReceiptBook = (kept: Kept): Uint8Array =>
  writeAll((writer) =>
    writer.list(kept, ({ device, proof }) => {
      writer.raw(device)
      writer.varUint(proof.counter)
      writer.varUint(proof.seenAt)
      writer.raw(proof.digest)
      writer.list([...proof.newestByChain], ([chain, seq]) => {
        writer.raw(fromHex(chain) ?? new Uint8Array(CHAIN_BYTES))
        writer.varUint(seq)
      })
    }),
  )

export const decodeReceiptBook = (bytes: Uint8Array): Result<Kept, Malformed> =>
  readAll(bytes, (reader) =>
    reader.list(MAX_DEVICES, () => {
      const device = reader.take(32) as DeviceId
      const counter = reader.varUint()
      const seenAt = reader.varUint()
      const digest = reader.take(DIGEST_BYTES)
      const chains = reader.list(MAX_CHAINS, (): [string, number] => [
        toHex(reader.take(CHAIN_BYTES)),
        reader.varUint(),
      ])
      return { device, proof: { counter, seenAt, digest, newestByChain: new Map(chains) } }
    }),
  )
