import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { type AdmissionRefusal, createAdmit, refusalOfJoin } from '#lib/workspace/admission'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { mayAppend } from '#lib/workspace/authorize'
import { createInvite, type MailboxSecret } from '#lib/workspace/invitation'
import { encodeLinkFragment } from '#lib/workspace/invite-link'
import { isJoinSigned } from '#lib/workspace/join'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import { openMessage, sealMessage } from '#lib/workspace/mailbox-message'
import type { Invite } from '#lib/workspace/membership-state'
import type { Admit, Genesis, InviteCreate, JoinRecord, Operation } from '#lib/workspace/operation'

/** Two members who are asked at once should not both answer: the later sees the earlier's admit (I3). */
const MAX_ADMIT_DELAY_MS = 5000
const DAY_SECONDS = 86_400

/** What the desk needs of the relay: mailboxes of a room's links (I1). */
export interface Mailboxes {
  open(mailbox: { readonly key: Uint8Array; readonly expiresAtSeconds: number; readonly card: Uint8Array }): void
  /** Tells every deposit, those that lay there already too; returns its end. */
  listen(mailboxKey: Uint8Array, onDeposit: (bytes: Uint8Array, number: number) => void): () => void
  /** With the deposit's number the relay drops the deposit. */
  answer(mailboxKey: Uint8Array, bytes: Uint8Array, number?: number): void
}

/** Makes links and lets in who holds one, on behalf of whichever member is awake (I1–I3). */
export interface AdmissionDesk {
  createInvitation(options: {
    role: 'editor' | 'viewer'
    singleUse: boolean
    days: number
  }): Promise<Result<{ id: string; link: string }, AppendFailure>>
  revokeInvitation(id: string): Promise<Result<void, AppendFailure>>
  /** Listens at the mailboxes of all links that have not expired; call it after every change of the log. */
  attend(): void
  close(): void
}

export interface AdmissionDeskOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly genesis: Genesis
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly mailboxes: Mailboxes
  /** This relay's, as `location.origin` gives it. */
  readonly origin: string
  append(operation: Operation): Promise<Result<EntryId, AppendFailure>>
  inviterName(): string
}

export function createAdmissionDesk(options: AdmissionDeskOptions): AdmissionDesk {
  const { replica, keys, crypto, clock, random, mailboxes, origin, append } = options
  const device = keys.device.publicKey as DeviceId
  const listening = new Map<string, () => void>()
  const handled = new Set<string>()
  const delays = new Set<Cancel>()

  async function consider(invite: Invite, bytes: Uint8Array, number: number): Promise<void> {
    const message = openMessage(bytes, invite.terms.mailboxSecret as MailboxSecret)
    if (!message.ok || message.value.type !== 'join') return
    const { join } = message.value
    if (!sameBytes(join.invite, invite.id) || handled.has(toHex(join.keys.device))) return
    if (!(await isJoinSigned(crypto, keys.workspaceId, join)) || handled.has(toHex(join.keys.device))) return
    handled.add(toHex(join.keys.device))
    if (admitOf(join)) {
      await answer(invite, join, number)
      handled.delete(toHex(join.keys.device))
      return
    }
    const stop = clock.after(randomBelow(random, MAX_ADMIT_DELAY_MS), () => {
      delays.delete(stop)
      void admit(invite, join, number).finally(() => handled.delete(toHex(join.keys.device)))
    })
    delays.add(stop)
  }

  async function admit(invite: Invite, join: JoinRecord, number: number): Promise<void> {
    const state = replica.membership.current()
    if (!state) return
    if (!admitOf(join)) {
      const refusal = refusalOfJoin(state, device, join, Math.floor(clock.now() / 1000))
      const secrets = secretsToHandOn(state, replica.keys)
      if (refusal) return refuse(invite, join, refusal, number)
      if (!secrets) return
      const admitted = await append(await createAdmit(state, join, keys.relay, secrets))
      if (!admitted.ok) return
    }
    await answer(invite, join, number)
  }

  /** The admit of exactly this join, if somebody made one that counts. */
  function admitOf(join: JoinRecord): { readonly id: EntryId; readonly operation: Admit } | undefined {
    const record = replica.membership.current()?.devices.get(toHex(join.keys.device))
    const operation = record?.active ? replica.membership.operation(record.admission as EntryId) : undefined
    if (!record || operation?.type !== 'admit' || !sameBytes(operation.join.root, join.root)) return undefined
    return { id: record.admission as EntryId, operation }
  }

  async function answer(invite: Invite, join: JoinRecord, number: number): Promise<void> {
    const admitted = admitOf(join)
    const state = replica.membership.current()
    if (!admitted || !state) return
    const epochSecrets = replica.keys.epochs().map(({ secret }) => secret)
    const message = sealAnswer(
      { admit: admitted.id, genesis: options.genesis, epochSecrets, relays: state.relays },
      join.keys,
      random,
    )
    const secret = invite.terms.mailboxSecret as MailboxSecret
    mailboxes.answer(invite.terms.mailboxKey, sealMessage(message, secret, random), number)
  }

  /** Tells whoever holds a link that lets nobody in any more; to a bad proof nothing is said. */
  function refuse(invite: Invite, join: JoinRecord, { type }: AdmissionRefusal, number: number): void {
    if (type !== 'revoked' && type !== 'used-up' && type !== 'suspended' && type !== 'expired') return
    const message = { type: 'refusal', device: join.keys.device, reason: type } as const
    const secret = invite.terms.mailboxSecret as MailboxSecret
    mailboxes.answer(invite.terms.mailboxKey, sealMessage(message, secret, random), number)
  }

  /** Who invites to what, for the join page: a claim until the log is read (I1). */
  function cardFor(terms: Pick<InviteCreate, 'role' | 'expiresAtSeconds' | 'mailboxSecret'>): Uint8Array {
    const { role, expiresAtSeconds } = terms
    const workspace = replica.membership.current()?.name ?? ''
    const card = { inviter: options.inviterName(), workspace, role, expiresAtSeconds }
    return sealMessage({ type: 'card', card }, terms.mailboxSecret as MailboxSecret, random)
  }

  const mailboxOf = ({ terms }: Invite) => ({
    key: terms.mailboxKey,
    expiresAtSeconds: terms.expiresAtSeconds,
    card: cardFor(terms),
  })

  return {
    async createInvitation({ role, singleUse, days }) {
      const expiresAtSeconds = Math.floor(clock.now() / 1000) + days * DAY_SECONDS
      const plan = {
        workspaceId: keys.workspaceId,
        role,
        maxUses: singleUse ? 1 : 0,
        expiresAtSeconds,
        needsApproval: false,
      }
      const { operation, secret, keys: link } = await createInvite(crypto, plan, random)
      const created = await append(operation)
      if (!created.ok) return created
      const sealed = cardFor({ role, expiresAtSeconds, mailboxSecret: link.mailboxSecret })
      const fragment = encodeLinkFragment({
        workspaceId: keys.workspaceId,
        invite: created.value,
        secret,
        card: sealed,
        origin: undefined,
      })
      return ok({ id: toBase64Url(created.value), link: `${origin}/join/#${fragment}` })
    },
    async revokeInvitation(id) {
      const invite = fromBase64Url(id) as EntryId | undefined
      if (!invite) return err({ type: 'not-allowed' })
      const revoked = await append({ type: 'invite.revoke', invite })
      return revoked.ok ? ok(undefined) : revoked
    },
    attend() {
      const state = replica.membership.current()
      const own = state?.devices.get(toHex(device))?.person
      if (!state || !own) return
      const answerable = mayAppend(state, device, 'log', entryKind.admit) ? state.invites : new Map<string, Invite>()
      for (const [id, stop] of listening) {
        if (answerable.has(id)) continue
        stop()
        listening.delete(id)
      }
      for (const [id, invite] of answerable) {
        if (invite.terms.expiresAtSeconds * 1000 < clock.now() || listening.has(id)) continue
        if (invite.state !== 'revoked' && sameBytes(invite.author, own)) mailboxes.open(mailboxOf(invite))
        listening.set(
          id,
          mailboxes.listen(invite.terms.mailboxKey, (bytes, number) => void consider(invite, bytes, number)),
        )
      }
    },
    close() {
      for (const stop of listening.values()) stop()
      for (const stop of delays) stop()
      listening.clear()
    },
  }
}
