/** Facts about invitations and those who answer them, as the leader tells them and screens show them. */
import type { LinkRole, Role } from '#lib/workspace/role'

/** What an inviter decides. */
export interface InvitationWish {
  readonly role: LinkRole
  readonly singleUse: boolean
  readonly days: number
  /** An admin looks at everybody who comes, before they are let in. */
  readonly approval: boolean
  /** The link alone is not enough. */
  readonly pin: boolean
  /** Whom it is for; '' for nobody in particular. */
  readonly label: string
}

/** A fresh invitation. Nobody keeps the secret in `link`, nor the PIN. */
export interface MadeInvitation {
  readonly id: string
  readonly link: string
  readonly pin?: string
}

export interface InvitationView {
  readonly id: string
  readonly role: Role
  readonly singleUse: boolean
  readonly expiresAt: number
  readonly state: 'open' | 'used' | 'revoked' | 'expired' | 'suspended'
  readonly approval: boolean
  readonly pin: boolean
  readonly label: string
  /** Who made it; '' for somebody without a name. */
  readonly by: string
  /** Names of those whom it let in, in the order in which they came. */
  readonly joined: readonly string[]
}

/** Somebody who waits for an admin's word (I10). */
export interface JoinRequestView {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Whom the invitation was for. */
  readonly label: string
  /** Four words that stand for the keys of whoever asks; their page shows them, too. */
  readonly words: readonly string[]
}
