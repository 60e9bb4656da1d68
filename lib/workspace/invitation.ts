/** What follows from a link's secret, and the operation that announces the link without it (docs/protocol.md I1). */
import { concat, utf8 } from '#lib/base/bytes'
import type { Brand, WorkspaceId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'
import type { InviteSecret } from '#lib/workspace/invite-link'
import type { InviteCreate } from '#lib/workspace/operation'
import type { Stretch } from '#lib/workspace/stretch'

/** 32 bytes: H(mailbox public key), the mailbox's name at every relay. */
export type MailboxName = Brand<Uint8Array, 'MailboxName'>
/** 32 secret bytes that seal what lies in a mailbox; members have them from the log, joiners from the link. */
export type MailboxSecret = Brand<Uint8Array, 'MailboxSecret'>

/** What only the holder of the link has. */
export interface LinkKeys {
  /** Proves in a join record that the joiner holds the link. */
  readonly proofKey: SigningKey
  /** Deposits into and reads the mailbox. */
  readonly mailboxKey: SigningKey
  readonly mailboxSecret: MailboxSecret
}

/** 32 bytes: a PIN, stretched for one link. */
export type StretchedPin = Brand<Uint8Array, 'StretchedPin'>

/** What the inviter decides. */
export interface InvitePlan {
  readonly workspaceId: WorkspaceId
  readonly role: InviteCreate['role']
  /** 0 for any number. */
  readonly maxUses: number
  /** Since 1970. */
  readonly expiresAtSeconds: number
  readonly needsApproval: boolean
}

/** A PIN and what makes guessing it slow. */
export interface PinGate {
  readonly pin: string
  readonly stretch: Stretch
}

const PIN_DIGITS = 6

/** A fresh PIN: six digits. */
export const drawPin = (random: Random): string =>
  Array.from({ length: PIN_DIGITS }, () => randomBelow(random, 10)).join('')

/** What somebody typed as a PIN, without what stands between its digits; `undefined` where it is none. */
export function readPin(typed: string): string | undefined {
  const digits = typed.replace(/[\s.·-]/g, '')
  return /^\d{6}$/.test(digits) ? digits : undefined
}

/** Takes a moment on purpose. */
export async function stretchPin(
  { pin, stretch }: PinGate,
  workspaceId: WorkspaceId,
  secret: InviteSecret,
): Promise<StretchedPin> {
  return (await stretch(utf8(pin), kdf(secret, workspaceId, utf8('pin salt'), 16))) as StretchedPin
}

/**
 * The keys of a link, from its secret and the workspace that it is for. With a PIN the proof key alone needs both: the
 * card can be read and a join be left with the link, but nobody is let in by it (I9).
 */
export async function linkKeys(
  crypto: Crypto,
  workspaceId: WorkspaceId,
  secret: InviteSecret,
  pin?: StretchedPin,
): Promise<LinkKeys> {
  const derive = (use: string): Uint8Array => kdf(secret, workspaceId, utf8(use))
  const proofSecret = pin ? concat(secret, pin) : secret
  const [proofKey, mailboxKey] = await Promise.all([
    crypto.signingKey(kdf(proofSecret, workspaceId, utf8('invite proof'))),
    crypto.signingKey(derive('mailbox key')),
  ])
  return { proofKey, mailboxKey, mailboxSecret: derive('mailbox secret') as MailboxSecret }
}

/** A new link: the operation for the log, and the secret for the link that names the operation's entry. */
export async function createInvite(
  crypto: Crypto,
  { workspaceId, ...terms }: InvitePlan,
  random: Random,
  gate?: PinGate,
): Promise<{ readonly operation: InviteCreate; readonly secret: InviteSecret; readonly keys: LinkKeys }> {
  const secret = random.bytes(16) as InviteSecret
  const pin = gate && (await stretchPin(gate, workspaceId, secret))
  const keys = await linkKeys(crypto, workspaceId, secret, pin)
  const operation: InviteCreate = {
    type: 'invite.create',
    ...terms,
    proofKey: keys.proofKey.publicKey,
    mailboxKey: keys.mailboxKey.publicKey,
    mailboxSecret: keys.mailboxSecret,
  }
  return { operation, secret, keys }
}

/** Where a link's card, joins and answers wait; `mailboxKey` is the public half, 32 bytes. */
export const mailboxName = (mailboxKey: Uint8Array): MailboxName => hash(mailboxKey) as MailboxName
