import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { EntryId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { InvitationWish, MadeInvitation } from '#lib/host/invitation-facts'
import type { SpokenInvitations } from '#lib/host/spoken-invitations'
import type { TailValue } from '#lib/protocol/entry-body'
import type { Replica } from '#lib/replica/replica'
import { createInvite, drawPin, type MailboxSecret } from '#lib/workspace/invitation'
import { decodeLink, encodeLinkFragment } from '#lib/workspace/invite-link'
import { type InviteNote, inviteNoteTail } from '#lib/workspace/invite-note'
import { sealMessage } from '#lib/workspace/mailbox-message'
import type { Invite } from '#lib/workspace/membership-state'
import type { InviteCreate, Operation } from '#lib/workspace/operation'
import type { Stretch } from '#lib/workspace/stretch'

const DAY_SECONDS = 86_400

/** Makes links, says them aloud and takes them back (I1, I4, I7). */
export interface InvitationDesk {
  /** Works without any connection. */
  create(wish: InvitationWish): Promise<Result<MadeInvitation, AppendFailure>>
  /** Six words for a link that `create` gave. */
  speak(link: string): Promise<Result<readonly string[], AppendFailure>>
  revoke(id: string): Promise<Result<void, AppendFailure>>
  /** Who invites to what, for the join page: a claim until the log is read (I1). Sealed. */
  cardFor(invite: Pick<Invite, 'terms' | 'note'>): Uint8Array
}

export interface InvitationDeskOptions {
  readonly replica: Replica
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly stretch: Stretch
  readonly spoken: SpokenInvitations
  /** This relay's, as `location.origin` gives it. */
  readonly origin: string
  append(operation: Operation, beside: { readonly tail: readonly TailValue[] }): Promise<Result<EntryId, AppendFailure>>
  inviterName(): string
}

export function createInvitationDesk(options: InvitationDeskOptions): InvitationDesk {
  const { replica, crypto, clock, random, stretch, spoken, origin, append } = options
  const { workspaceId } = replica.membership

  function cardFor({ terms, note }: { readonly terms: InviteCreate; readonly note: InviteNote }): Uint8Array {
    const { role, expiresAtSeconds, needsApproval } = terms
    const workspace = replica.membership.current()?.name ?? ''
    const { needsPin } = note
    const card = { inviter: options.inviterName(), workspace, role, expiresAtSeconds, needsApproval, needsPin }
    return sealMessage({ type: 'card', card }, terms.mailboxSecret as MailboxSecret, random)
  }

  return {
    async create({ role, singleUse, days, approval, pin: wantsPin, label }) {
      const expiresAtSeconds = Math.floor(clock.now() / 1000) + days * DAY_SECONDS
      const terms = { role, maxUses: singleUse ? 1 : 0, expiresAtSeconds, needsApproval: approval }
      const pin = wantsPin ? drawPin(random) : undefined
      const gate = pin === undefined ? undefined : { pin, stretch }
      const invite = await createInvite(crypto, { workspaceId, ...terms }, random, gate).catch(() => undefined)
      if (!invite) return err({ type: 'not-stretched' })
      const { operation, secret } = invite
      const note = { needsPin: wantsPin, label }
      const created = await append(operation, { tail: inviteNoteTail(note) })
      if (!created.ok) return created
      const fragment = encodeLinkFragment({
        workspaceId,
        invite: created.value,
        secret,
        card: cardFor({ terms: operation, note }),
        origin: undefined,
      })
      const id = toBase64Url(created.value)
      return ok({ id, link: `${origin}/join/#${fragment}`, ...(pin === undefined ? {} : { pin }) })
    },
    async speak(link) {
      const decoded = decodeLink(link)
      const invite = decoded.ok && replica.membership.current()?.invites.get(toHex(decoded.value.invite))
      const isOwn = decoded.ok && sameBytes(decoded.value.workspaceId, workspaceId)
      if (!isOwn || !invite || invite.state !== 'open') return err({ type: 'not-allowed' })
      const words = await spoken.speak(invite, encodeLinkFragment(decoded.value)).catch(() => undefined)
      return words ? ok(words) : err({ type: 'not-stretched' })
    },
    async revoke(id) {
      const invite = fromBase64Url(id) as EntryId | undefined
      if (invite?.length !== 32) return err({ type: 'not-allowed' })
      const revoked = await append({ type: 'invite.revoke', invite }, { tail: [] })
      return revoked.ok ? ok(undefined) : revoked
    },
    cardFor,
  }
}
