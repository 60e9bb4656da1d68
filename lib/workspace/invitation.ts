/** What follows from a link's secret, and the operation that announces the link without it (docs/protocol.md I1). */
import { utf8 } from '#lib/base/bytes'
import type { Brand, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'
import type { InviteSecret } from '#lib/workspace/invite-link'
import type { InviteCreate } from '#lib/workspace/operation'

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

/** The keys of a link, from its secret and the workspace that it is for. */
export async function linkKeys(crypto: Crypto, workspaceId: WorkspaceId, secret: InviteSecret): Promise<LinkKeys> {
  const derive = (use: string): Uint8Array => kdf(secret, workspaceId, utf8(use))
  const [proofKey, mailboxKey] = await Promise.all([
    crypto.signingKey(derive('invite proof')),
    crypto.signingKey(derive('mailbox key')),
  ])
  return { proofKey, mailboxKey, mailboxSecret: derive('mailbox secret') as MailboxSecret }
}

/** A new link: the operation for the log, and the secret for the link that names the operation's entry. */
export async function createInvite(
  crypto: Crypto,
  { workspaceId, ...terms }: InvitePlan,
  random: Random,
): Promise<{ readonly operation: InviteCreate; readonly secret: InviteSecret; readonly keys: LinkKeys }> {
  const secret = random.bytes(16) as InviteSecret
  const keys = await linkKeys(crypto, workspaceId, secret)
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
