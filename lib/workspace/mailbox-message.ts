/** What lies in a link's mailbox, sealed under its secret: a claim of whoever put it there, until the log is read. */
import { concat, utf8 } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { kdf } from '#lib/crypto/kdf'
import { boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'
import {
  bytesOf,
  decodeWith,
  encodeWith,
  type Format,
  oneOf,
  record,
  sizedBytes,
  unsigned,
  yesOrNo,
} from '#lib/protocol/format'
import type { MailboxSecret } from '#lib/workspace/invitation'
import { nameFormat } from '#lib/workspace/name'
import type { JoinRecord } from '#lib/workspace/operation'
import { joinFormat } from '#lib/workspace/operation-format'
import { type LinkRole, linkRoleFormat } from '#lib/workspace/role'

/** What the join page shows before anything is known. */
export interface InviteCard {
  readonly inviter: string
  readonly workspace: string
  readonly role: LinkRole
  /** Since 1970. */
  readonly expiresAtSeconds: number
  readonly needsApproval: boolean
  readonly needsPin: boolean
}

/** Why somebody with a link is not let in: the first four end the link, the others this join alone. */
export type JoinRefusal = 'revoked' | 'used-up' | 'suspended' | 'expired' | 'wrong-pin' | 'not-now' | 'known-keys'

/** What a mailbox holds, opened. */
export type MailboxMessage =
  | { readonly type: 'card'; readonly card: InviteCard }
  | { readonly type: 'join'; readonly join: JoinRecord }
  /** For the joiner's `device` alone; see admission-answer.ts. */
  | { readonly type: 'answer'; readonly device: DeviceId; readonly box: Uint8Array }
  /** To the joiner's `device`, in place of an answer; said by whoever read the join, so it proves nothing. */
  | { readonly type: 'refusal'; readonly device: DeviceId; readonly reason: JoinRefusal }

/** A message as a mailbox takes it (I1). */
export const MAX_MESSAGE_BYTES = 8192

const NONCE_BYTES = 24
const MAX_ANSWER_BYTES = 8000
const MAX_SECONDS = 2 ** 40

const cardFormat = record<InviteCard>({
  inviter: nameFormat,
  workspace: nameFormat,
  role: linkRoleFormat,
  expiresAtSeconds: unsigned(MAX_SECONDS),
  needsApproval: yesOrNo,
  needsPin: yesOrNo,
})
const answerFormat = record<{ device: DeviceId; box: Uint8Array }>({
  device: bytesOf(32),
  box: sizedBytes(MAX_ANSWER_BYTES),
})
const refusalFormat = record<{ device: DeviceId; reason: JoinRefusal }>({
  device: bytesOf(32),
  reason: oneOf<JoinRefusal>(['revoked', 'used-up', 'suspended', 'expired', 'wrong-pin', 'not-now', 'known-keys']),
})

const CARD = 1
const JOIN = 2
const ANSWER = 3
const REFUSAL = 4

const messageFormat: Format<MailboxMessage> = {
  write(writer, message) {
    switch (message.type) {
      case 'card':
        writer.byte(CARD)
        return cardFormat.write(writer, message.card)
      case 'join':
        writer.byte(JOIN)
        return joinFormat.write(writer, message.join)
      case 'answer':
        writer.byte(ANSWER)
        return answerFormat.write(writer, message)
      case 'refusal':
        writer.byte(REFUSAL)
        return refusalFormat.write(writer, message)
    }
  },
  read(reader) {
    switch (reader.byte()) {
      case CARD:
        return { type: 'card', card: cardFormat.read(reader) }
      case JOIN:
        return { type: 'join', join: joinFormat.read(reader) }
      case ANSWER:
        return { type: 'answer', ...answerFormat.read(reader) }
      case REFUSAL:
        return { type: 'refusal', ...refusalFormat.read(reader) }
      default:
        return reader.fail('unknown message')
    }
  },
}

/** At most `MAX_MESSAGE_BYTES`. */
export function sealMessage(message: MailboxMessage, secret: MailboxSecret, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  return concat(nonce, boxSealWithNonce(encodeWith(messageFormat, message), nonce, sealKey(secret)))
}

/** Safe on hostile bytes; nothing inside is checked but its shape. */
export function openMessage(
  sealed: Uint8Array,
  secret: MailboxSecret,
): Result<MailboxMessage, { type: 'damaged-message' }> {
  if (sealed.length < NONCE_BYTES || sealed.length > MAX_MESSAGE_BYTES) return err({ type: 'damaged-message' })
  const plain = boxOpenWithNonce(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), sealKey(secret))
  const message = plain && decodeWith(messageFormat, plain)
  return message?.ok ? ok(message.value) : err({ type: 'damaged-message' })
}

const sealKey = (secret: MailboxSecret): Uint8Array => kdf(secret, new Uint8Array(0), utf8('mailbox message'))
