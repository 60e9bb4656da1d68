/**
 * The recovery kit (docs/protocol.md V2): what follows from its 24 words, and the item by which they bring back a person in
 * one workspace. Devices know the public halves only, so they keep items for it and cannot open one.
 */
import { concat, utf8 } from '#lib/base/bytes'
import type { Brand, EpochSecret, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey, SigningKey } from '#lib/crypto/crypto'
import { kdf } from '#lib/crypto/kdf'
import { openLockbox, sealTo } from '#lib/crypto/lockbox'
import { bytesOf, decodeWith, encodeWith, listOf, record, sizedBytes } from '#lib/protocol/format'
import { MAX_CARD_BYTES } from '#lib/protocol/mailbox-frames'
import { openGenesis } from '#lib/workspace/genesis'
import { type ExchangePublicKey, exchangeKeyFormat } from '#lib/workspace/keys'
import type { Genesis, RelayPlace } from '#lib/workspace/operation'
import { encodeOperation, relaysFormat } from '#lib/workspace/operation-format'

/** 32 bytes: the words. */
export type KitSecret = Brand<Uint8Array, 'KitSecret'>

export const KIT_SECRET_BYTES = 32
/** Mailboxes of a kit, one for each workspace in it. */
export const KIT_SLOTS = 32
/** How long a mailbox waits for somebody who comes back. */
export const KIT_SECONDS = 400 * 86_400

/** What only the words give. */
export interface KitKeys {
  readonly exchange: ExchangeKey
  /** By slot. */
  readonly mailboxKeys: readonly SigningKey[]
}

/** What a device keeps of a kit. */
export interface KitPublic {
  readonly exchangeKey: ExchangePublicKey
  /** Public halves, by slot. */
  readonly mailboxKeys: readonly Uint8Array[]
}

/** One workspace in a kit. */
export interface KitItem {
  readonly workspaceId: WorkspaceId
  readonly genesis: Genesis
  /** The first, then the newest ones held when the item was made, at most `MAX_KIT_EPOCHS`. */
  readonly epochSecrets: readonly EpochSecret[]
  /** Seeds of 32 bytes: the person's root, and the keys of the paper device. */
  readonly rootSeed: Uint8Array
  readonly paperExchangeSeed: Uint8Array
  readonly paperRelaySeed: Uint8Array
  readonly relays: readonly RelayPlace[]
}

/** `damaged-item`: not of this kit, or of a later version. `wrong-workspace`: its parts do not belong together. */
export type KitItemError = { readonly type: 'damaged-item' } | { readonly type: 'wrong-workspace' }

export const MAX_KIT_EPOCHS = 24
const MAX_GENESIS_BYTES = 1024
const VERSION = Uint8Array.of(1)
const EMPTY = new Uint8Array(0)

export async function kitKeys(crypto: Crypto, secret: KitSecret): Promise<KitKeys> {
  const mailboxSeed = (slot: number) => kdf(secret, EMPTY, concat(utf8('kit mailbox'), Uint8Array.of(slot)))
  return {
    exchange: await crypto.exchangeKey(kdf(secret, EMPTY, utf8('kit exchange'))),
    mailboxKeys: await Promise.all(
      Array.from({ length: KIT_SLOTS }, (_, slot) => crypto.signingKey(mailboxSeed(slot))),
    ),
  }
}

export const publicHalves = ({ exchange, mailboxKeys }: KitKeys): KitPublic => ({
  exchangeKey: exchange.publicKey as ExchangePublicKey,
  mailboxKeys: mailboxKeys.map(({ publicKey }) => publicKey),
})

export const kitPublicFormat = record<KitPublic>({
  exchangeKey: exchangeKeyFormat,
  mailboxKeys: listOf(bytesOf(32), KIT_SLOTS),
})

interface ItemFields extends Omit<KitItem, 'genesis'> {
  readonly genesisPayload: Uint8Array
}

const itemFormat = record<ItemFields>({
  workspaceId: bytesOf(32),
  genesisPayload: sizedBytes(MAX_GENESIS_BYTES),
  epochSecrets: listOf(bytesOf<EpochSecret>(32), MAX_KIT_EPOCHS),
  rootSeed: bytesOf(32),
  paperExchangeSeed: bytesOf(32),
  paperRelaySeed: bytesOf(32),
  relays: relaysFormat,
})

/** The card of the kit's mailbox: 1 ‖ lockbox. Throws where it would not fit: a bug of the caller. */
export function sealKitItem({ genesis, ...item }: KitItem, to: ExchangePublicKey, random: Random): Uint8Array {
  const plain = encodeWith(itemFormat, { ...item, genesisPayload: encodeOperation(genesis).payload })
  const card = concat(VERSION, sealTo(to, plain, random.bytes(32)))
  if (card.length > MAX_CARD_BYTES) throw new RangeError('A kit item fits into a card')
  return card
}

/** What `sealKitItem` sealed, its genesis checked against id and first secret. Safe on hostile bytes. */
export async function openKitItem(
  crypto: Crypto,
  card: Uint8Array,
  exchange: ExchangeKey,
): Promise<Result<KitItem, KitItemError>> {
  if (card[0] !== VERSION[0]) return err({ type: 'damaged-item' })
  const plain = await openLockbox(exchange, card.subarray(1))
  const fields = plain.ok ? decodeWith(itemFormat, plain.value) : plain
  const [firstSecret] = fields.ok ? fields.value.epochSecrets : []
  if (!fields.ok || !firstSecret) return err({ type: 'damaged-item' })
  const { genesisPayload, ...item } = fields.value
  const genesis = await openGenesis(crypto, genesisPayload, item.workspaceId, firstSecret)
  return genesis.ok ? ok({ ...item, genesis: genesis.value }) : genesis
}
