import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { JoinRequestView } from '#lib/host/invitation-facts'
import { createJoinRequests, requestId } from '#lib/host/join-requests'
import type { MakeOperation } from '#lib/host/write-operation'
import type { WrongPins } from '#lib/host/wrong-pins'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import type { MailboxToOpen } from '#lib/sync/relay-mailboxes'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { type AdmissionRefusal, createAdmit, refusalOfJoin } from '#lib/workspace/admission'
import { sealAnswer } from '#lib/workspace/admission-answer'
import { mayAppend, mayOthersAppend, roleOfDevice } from '#lib/workspace/authorize'
import type { MailboxSecret } from '#lib/workspace/invitation'
import { isJoinSigned } from '#lib/workspace/join'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import { type JoinRefusal, openMessage, sealMessage } from '#lib/workspace/mailbox-message'
import type { Invite } from '#lib/workspace/membership-state'
import type { Admit, Genesis, JoinRecord, Operation } from '#lib/workspace/operation'
import { hasAtLeast } from '#lib/workspace/role'
import { secretsOfAnswer } from '#lib/workspace/secrets-of-answer'

/** Two members who are asked at once should not both answer: the later sees the earlier's admit (I3). */
const MAX_ADMIT_DELAY_MS = 5000

/** Joins that wait for the log or the keys to change; further ones wait at the relay. */
const MOST_UNDECIDED = 64

/** A deposit, and whether another member answered it meanwhile. */
interface Considered {
  readonly invite: Invite
  readonly number: number
  isAnswered: boolean
}

interface Undecided extends Omit<Considered, 'isAnswered'> {
  look(): void
}

/** What the desk needs of the relay: mailboxes of a room's links (I1). */
export interface Mailboxes {
  open(mailbox: MailboxToOpen): void
  /** Tells every deposit, those that lay there already too, and which another member answered; returns its end. */
  listen(
    mailboxKey: Uint8Array,
    onDeposit: (bytes: Uint8Array, number: number) => void,
    onAnswered?: (number: number) => void,
  ): () => void
  /** With the deposit's number the relay drops the deposit. */
  answer(mailboxKey: Uint8Array, bytes: Uint8Array, number?: number): void
}

/** Lets in who holds a link, on behalf of whichever member is awake (I2, I3), or asks its person first (I10). */
export interface AdmissionDesk {
  /** Listens at the mailboxes of all links that have not expired; call it after every change of the log or the keys. */
  attend(): void
  requests(): readonly JoinRequestView[]
  admitRequest(id: string): Promise<Result<void, AppendFailure>>
  refuseRequest(id: string): Result<void, AppendFailure>
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
  readonly wrongPins: WrongPins
  append(operation: Operation | MakeOperation): Promise<Result<EntryId, AppendFailure>>
  /** The sealed card of a link of one's own. */
  cardFor(invite: Invite): Uint8Array
  /** What `requests` tells has changed. */
  onRequests(): void
}

export function createAdmissionDesk(options: AdmissionDeskOptions): AdmissionDesk {
  const { replica, keys, crypto, clock, random, mailboxes, wrongPins, append, onRequests } = options
  const device = keys.device.publicKey as DeviceId
  const listening = new Map<string, () => void>()
  const handled = new Set<string>()
  const delays = new Set<Cancel>()
  /** By the joiner's device: looks at the join again. */
  const undecided = new Map<string, Undecided>()
  /** What is looked at now. */
  const considered = new Set<Considered>()
  const requests = createJoinRequests(keys.workspaceId, device)

  async function consider(invite: Invite, bytes: Uint8Array, number: number): Promise<void> {
    const one: Considered = { invite, number, isAnswered: false }
    considered.add(one)
    await look(one, bytes).finally(() => considered.delete(one))
  }

  async function look(one: Considered, bytes: Uint8Array): Promise<void> {
    const { invite, number } = one
    const message = openMessage(bytes, invite.terms.mailboxSecret as MailboxSecret)
    if (!message.ok || message.value.type !== 'join') return
    const { join } = message.value
    const key = toHex(join.keys.device)
    if (!sameBytes(join.invite, invite.id) || handled.has(key)) return
    if (!(await isJoinSigned(crypto, keys.workspaceId, join)) || handled.has(key)) return
    handled.add(key)
    undecided.delete(key)
    const isDecided = await decide(invite, join, number).catch(() => false)
    handled.delete(key)
    if (one.isAnswered) noteAnswered(invite, number)
    else if (!isDecided && undecided.size < MOST_UNDECIDED)
      undecided.set(key, { invite, number, look: () => void consider(invite, bytes, number) })
  }

  /** Another member answered that deposit: what is still looked at is dropped once it was. */
  function noteAnswered(invite: Invite, number: number): void {
    const isIt = (other: { invite: Invite; number: number }) =>
      other.number === number && sameBytes(other.invite.id, invite.id)
    for (const one of considered) if (isIt(one)) one.isAnswered = true
    for (const [key, one] of undecided) if (isIt(one)) undecided.delete(key)
    if (requests.answered(invite.id, number)) onRequests()
  }

  /** `false`: there is nothing to say yet, but there may be once the log or the keys have changed. */
  async function decide(invite: Invite, join: JoinRecord, number: number): Promise<boolean> {
    if (admitOf(join)) return answer(invite, join, number)
    if (!sameBytes(join.proofKey, invite.terms.proofKey)) return answerWrongPin(invite, join, number)
    if (wrongPins.areTooMany(invite.id)) return tell(invite, join, 'revoked', number)
    if (invite.terms.needsApproval) return ask(invite, join, number)
    const state = replica.membership.current()
    if (!state || mayOthersAppend(state, device, entryKind.admit)) await pause(randomBelow(random, MAX_ADMIT_DELAY_MS))
    const now = replica.membership.current()
    const refusal = now && !admitOf(join) && refusalOfJoin(now, device, join, nowSeconds())
    return refusal ? refuse(invite, join, refusal, number) : (await admit(invite, join, number)).ok
  }

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = clock.after(delayMs, () => {
        delays.delete(stop)
        resolve()
      })
      delays.add(stop)
    })

  /** Only an admin's device has anything to ask; what a link lets nobody do any more is answered without asking. */
  async function ask(invite: Invite, join: JoinRecord, number: number): Promise<boolean> {
    const state = replica.membership.current()
    const refusal = state && refusalOfJoin(state, device, join, nowSeconds())
    if (!state || refusal) return refusal !== undefined && refuse(invite, join, refusal, number)
    await requests.add(invite, join, number)
    onRequests()
    return true
  }

  /** Who has a link and not its PIN may try again, a few times (I9). */
  async function answerWrongPin(invite: Invite, join: JoinRecord, number: number): Promise<boolean> {
    const state = replica.membership.current()
    const known = state?.invites.get(toHex(invite.id))
    if (!state || !known?.note.needsPin) return true
    await wrongPins.note(invite.id, join.keys.device)
    if (known.state === 'open' && !wrongPins.areTooMany(invite.id)) return tell(invite, join, 'wrong-pin', number)
    const mayRevoke = mayAppend(state, device, 'log', entryKind.inviteRevoke)
    if (known.state === 'open' && mayRevoke) await append({ type: 'invite.revoke', invite: invite.id })
    return tell(invite, join, 'revoked', number)
  }

  async function admit(invite: Invite, join: JoinRecord, number: number): Promise<Result<void, AppendFailure>> {
    if (!admitOf(join)) {
      let refusal: AdmissionRefusal | undefined
      const admitted = await append(async ({ state }) => {
        refusal = refusalOfJoin(state, device, join, nowSeconds())
        const secrets = secretsToHandOn(state, replica.keys)
        if (refusal || !secrets) return err({ type: 'not-allowed' })
        return ok({ operation: await createAdmit(state, join, keys.relay, secrets) })
      })
      if (!admitted.ok && !admitOf(join)) {
        if (refusal) refuse(invite, join, refusal, number)
        return admitted
      }
    }
    await answer(invite, join, number)
    return ok(undefined)
  }

  /** The admit of exactly this join, if somebody made one that counts. */
  function admitOf(join: JoinRecord): { readonly id: EntryId; readonly operation: Admit } | undefined {
    const record = replica.membership.current()?.devices.get(toHex(join.keys.device))
    const operation = record?.active ? replica.membership.operation(record.admission as EntryId) : undefined
    if (!record || operation?.type !== 'admit' || !sameBytes(operation.join.root, join.root)) return undefined
    return { id: record.admission as EntryId, operation }
  }

  async function answer(invite: Invite, join: JoinRecord, number: number): Promise<boolean> {
    const admitted = admitOf(join)
    const state = replica.membership.current()
    if (!admitted || !state) return false
    const epochSecrets = secretsOfAnswer(state, replica.keys)
    const message = sealAnswer(
      { admit: admitted.id, genesis: options.genesis, epochSecrets, relays: state.relays },
      join.keys,
      random,
    )
    const secret = invite.terms.mailboxSecret as MailboxSecret
    mailboxes.answer(invite.terms.mailboxKey, sealMessage(message, secret, random), number)
    return true
  }

  /** Tells whoever holds a link that lets nobody in any more, or asks with keys of the log; `false`: it is another's to answer. */
  function refuse(invite: Invite, join: JoinRecord, { type }: AdmissionRefusal, number: number): boolean {
    const isLinkOver = type === 'revoked' || type === 'used-up' || type === 'suspended' || type === 'expired'
    if (type === 'already-member' || type === 'key-in-use') return tell(invite, join, 'known-keys', number)
    return isLinkOver && tell(invite, join, type, number)
  }

  function tell(invite: Invite, join: JoinRecord, reason: JoinRefusal, number: number): true {
    const message = { type: 'refusal', device: join.keys.device, reason } as const
    const secret = invite.terms.mailboxSecret as MailboxSecret
    mailboxes.answer(invite.terms.mailboxKey, sealMessage(message, secret, random), number)
    return true
  }

  const nowSeconds = (): number => Math.floor(clock.now() / 1000)
  const isAdmin = (): boolean => {
    const state = replica.membership.current()
    return state !== undefined && hasAtLeast(roleOfDevice(state, device), 'admin')
  }

  return {
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
        if (invite.state !== 'revoked' && sameBytes(invite.author, own)) {
          const { mailboxKey: key, expiresAtSeconds } = invite.terms
          mailboxes.open({ key, expiresAtSeconds, card: options.cardFor(invite) })
        }
        listening.set(
          id,
          mailboxes.listen(
            invite.terms.mailboxKey,
            (bytes, number) => void consider(invite, bytes, number),
            (number) => noteAnswered(invite, number),
          ),
        )
      }
      for (const { look } of [...undecided.values()]) look()
    },
    requests() {
      const state = replica.membership.current()
      return state && isAdmin() ? requests.list(state, clock.now()) : []
    },
    async admitRequest(id) {
      const request = requests.find(id)
      if (!request) return err({ type: 'not-allowed' })
      const admitted = await admit(request.invite, request.join, request.number)
      if (admitted.ok) requests.drop(id)
      onRequests()
      return admitted
    },
    refuseRequest(id) {
      const request = requests.find(id)
      if (!request || !isAdmin()) return err({ type: 'not-allowed' })
      requests.drop(requestId(request.join))
      tell(request.invite, request.join, 'not-now', request.number)
      onRequests()
      return ok(undefined)
    },
    close() {
      for (const stop of listening.values()) stop()
      for (const stop of delays) stop()
      undecided.clear()
      listening.clear()
    },
  }
}
