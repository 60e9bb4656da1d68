/**
 * What two devices of one person go on sharing after a linking (docs/protocol.md V6): a secret that follows from their
 * grant, a mailbox in every workspace that both are in, and what they tell each other there. Only whoever typed the code
 * and whoever showed it have the secret; members of a room see that a mailbox exists.
 */
import { utf8 } from '#lib/base/bytes'
import type { Brand, DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { kdf } from '#lib/crypto/kdf'
import { bytesOf, decodeWith, encodeWith, type Format, oneOf, record } from '#lib/protocol/format'
import { MAX_DEPOSIT_BYTES } from '#lib/protocol/mailbox-frames'
import { openNote, sealNote } from '#lib/protocol/sealed-note'
import { type KitPublic, kitPublicFormat } from '#lib/workspace/kit'
import { nameFormat } from '#lib/workspace/name'
import { PAIRING_SECRET_BYTES, type PairingSecret } from '#lib/workspace/pairing'

/** 32 bytes that the two devices of one linking keep. */
export type LinkSecret = Brand<Uint8Array, 'LinkSecret'>

/** Which of the two: who was in already, or who came. */
export type LinkSide = 'giver' | 'asker'

export const linkSides = ['giver', 'asker'] as const satisfies readonly LinkSide[]

/** A workspace that one of the two has and the other may have. */
export interface OfferedPlace {
  readonly workspaceId: WorkspaceId
  readonly person: PersonId
  /** Whoever offers it, there. */
  readonly device: DeviceId
  readonly name: string
  /** Opens a mailbox in that workspace's room, where the other asks as in a linking after its code. */
  readonly secret: PairingSecret
}

export type LinkMessage =
  | ({ readonly type: 'place'; readonly from: LinkSide } & OfferedPlace)
  /** The person's recovery kit, as far as devices know it. */
  | { readonly type: 'kit'; readonly from: LinkSide; readonly kit: KitPublic }

/** How long a mailbox of two devices waits, from each time one of them is online. */
export const LINK_SECONDS = 400 * 86_400

const EMPTY = new Uint8Array(0)

/** From the secret of 32 bytes in the grant. */
export const linkSecretOf = (granted: Uint8Array): LinkSecret => kdf(granted, EMPTY, utf8('pairing link')) as LinkSecret

/** The mailbox of the two in one workspace. */
export const linkMailboxKey = (crypto: Crypto, secret: LinkSecret, workspaceId: WorkspaceId): Promise<SigningKey> =>
  crypto.signingKey(kdf(secret, workspaceId, utf8('link mailbox')))

const fromFormat = oneOf(linkSides)
const placeFormat = record<Omit<Extract<LinkMessage, { type: 'place' }>, 'type'>>({
  from: fromFormat,
  workspaceId: bytesOf(32),
  person: bytesOf(32),
  device: bytesOf(32),
  name: nameFormat,
  secret: bytesOf(PAIRING_SECRET_BYTES),
})
const kitFormat = record<Omit<Extract<LinkMessage, { type: 'kit' }>, 'type'>>({
  from: fromFormat,
  kit: kitPublicFormat,
})

/** In the order of their numbers, from 1. */
const types = ['place', 'kit'] as const
const codings: { readonly [T in LinkMessage['type']]: Format<never> } = {
  place: placeFormat as Format<never>,
  kit: kitFormat as Format<never>,
}

const messageFormat: Format<LinkMessage> = {
  write(writer, message) {
    writer.byte(types.indexOf(message.type) + 1)
    ;(codings[message.type] as Format<object>).write(writer, message)
  },
  read(reader) {
    const type = types[reader.byte() - 1]
    if (!type) return reader.fail('unknown message')
    return { type, ...(codings[type] as Format<object>).read(reader) } as LinkMessage
  },
}

const messageKey = (secret: LinkSecret): Uint8Array => kdf(secret, EMPTY, utf8('link messages'))

/** nonce (24) ‖ secretbox; fits into a deposit. */
export const sealLinkMessage = (message: LinkMessage, secret: LinkSecret, random: Random): Uint8Array =>
  sealNote(encodeWith(messageFormat, message), messageKey(secret), random)

/** What `sealLinkMessage` sealed, or `undefined`; safe on hostile bytes. */
export function openLinkMessage(sealed: Uint8Array, secret: LinkSecret): LinkMessage | undefined {
  const plain = sealed.length <= MAX_DEPOSIT_BYTES ? openNote(sealed, messageKey(secret)) : undefined
  const message = plain && decodeWith(messageFormat, plain)
  return message?.ok ? message.value : undefined
}
