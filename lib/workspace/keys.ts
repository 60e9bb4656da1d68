/** The public keys that operations bind to people. */
import type { Brand, DeviceId } from '#lib/base/ids'
import type { RelayKey } from '#lib/protocol/door'
import { bytesOf, type Format, record } from '#lib/protocol/format'

/** 32 bytes: X25519 public key to which secrets are boxed. */
export type ExchangePublicKey = Brand<Uint8Array, 'ExchangePublicKey'>

/** The public halves of a device's three key pairs. */
export interface DeviceKeys {
  readonly device: DeviceId
  readonly exchangeKey: ExchangePublicKey
  readonly relayKey: RelayKey
}

interface PublicHalf {
  readonly publicKey: Uint8Array
}

/** What others know of a device by, that has the secret halves. */
export const publicKeysOf = ({
  device,
  exchange,
  relay,
}: Readonly<Record<'device' | 'exchange' | 'relay', PublicHalf>>): DeviceKeys => ({
  device: device.publicKey as DeviceId,
  exchangeKey: exchange.publicKey as ExchangePublicKey,
  relayKey: relay.publicKey as RelayKey,
})

/** The "paper device" of a recovery kit: every epoch is boxed to it, and it stands on every door. */
export interface PaperKeys {
  readonly exchangeKey: ExchangePublicKey
  readonly relayKey: RelayKey
}

/** 32 bytes. */
export const exchangeKeyFormat: Format<ExchangePublicKey> = bytesOf(32)

/** 96 bytes: signing, exchange and relay key. */
export const deviceKeysFormat = record<DeviceKeys>({
  device: bytesOf(32),
  exchangeKey: exchangeKeyFormat,
  relayKey: bytesOf(32),
})

/** 64 bytes: exchange and relay key. */
export const paperKeysFormat = record<PaperKeys>({ exchangeKey: exchangeKeyFormat, relayKey: bytesOf(32) })
