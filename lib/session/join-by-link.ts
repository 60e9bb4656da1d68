import { toBase64Url } from '#lib/base/base64url'
import { sameBytes } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, PersonId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto } from '#lib/crypto/crypto'
import type { EnterMailbox } from '#lib/host/enter-mailbox'
import { isIn } from '#lib/host/keep-workspace'
import { dropRequest, enterByAnswer, keepRequest } from '#lib/session/pending-request'
import type { JoinState } from '#lib/session/session-view'
import type { MailboxClient } from '#lib/sync/mailbox-client'
import type { Vault } from '#lib/vault/vault'
import type { PendingJoin } from '#lib/vault/workspace-keys'
import { openAnswer } from '#lib/workspace/admission-answer'
import { type LinkKeys, linkKeys, readPin, type StretchedPin, stretchPin } from '#lib/workspace/invitation'
import { decodeLink, type InviteLink } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import { publicKeysOf } from '#lib/workspace/keys'
import { type InviteCard, type JoinRefusal, openMessage, sealMessage } from '#lib/workspace/mailbox-message'
import type { Stretch } from '#lib/workspace/stretch'

/** One invitation, from its link to the workspace (I2, I9): reads the card, asks once, and waits for any member's answer. */
export interface LinkJoining {
  /** Reads what the link says; goes on with a request that was begun before. */
  read(): Promise<void>
  /** Nothing is consumed before this (I6). A PIN as it was typed. */
  accept(name: string, typedPin?: string): Promise<void>
  /** The person does not want to come in: what was begun is forgotten. */
  withdraw(): void
  /** Leaves what was begun for another time. */
  close(): void
}

export interface LinkJoiningOptions {
  /** What stood after `#`, or what six words opened. */
  readonly invitation: string
  readonly vault: Vault
  readonly crypto: Crypto
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  readonly stretch: Stretch
  readonly enter: EnterMailbox
  /** Never after the end. */
  onState(state: JoinState): void
}

type FailedReason = (JoinState & { type: 'failed' })['reason']

export function createLinkJoining(options: LinkJoiningOptions): LinkJoining {
  const { invitation, vault, crypto, clock, random, stretch } = options
  let state: JoinState = { type: 'reading' }
  let opened: { readonly link: InviteLink; readonly keys: LinkKeys } | undefined
  let entering: Promise<MailboxClient> | undefined
  let mailbox: MailboxClient | undefined
  let card: InviteCard | undefined
  let pending: PendingJoin | undefined
  /** Requests that came to nothing: somebody else may have granted one at the same moment. */
  const refused: PendingJoin[] = []
  let words: readonly string[] = []
  let wrongPin = false
  let isOver = false

  function become(next: JoinState): void {
    if (isOver) return
    state = next
    options.onState(next)
  }
  const fail = (reason: FailedReason): void => become({ type: 'failed', reason })

  async function read(): Promise<void> {
    const decoded = decodeLink(invitation)
    if (!decoded.ok) return fail(decoded.error.type)
    const link = decoded.value
    if (await isIn(vault, link.workspaceId)) {
      return become({ type: 'joined', workspaceId: toBase64Url(link.workspaceId) })
    }
    opened = { link, keys: await linkKeys(crypto, link.workspaceId, link.secret) }
    card = link.card && cardOf(link.card)
    const kept = await vault.loadPendingJoin(link.workspaceId)
    if (kept.ok && kept.value?.invitation === invitation) {
      pending = kept.value
      return wait()
    }
    showInvitation()
    if (!card) noteCard(await (await openMailbox())?.readCard())
  }

  function cardOf(sealed: Uint8Array): InviteCard | undefined {
    const message = opened && openMessage(sealed, opened.keys.mailboxSecret)
    return message?.ok && message.value.type === 'card' ? message.value.card : undefined
  }

  async function openMailbox(): Promise<MailboxClient | undefined> {
    if (!opened || isOver) return undefined
    const { link, keys } = opened
    entering ??= options.enter({
      mailboxKey: keys.mailboxKey,
      origin: link.origin,
      onState: showRelay,
      onAnswer: (bytes) => void take(bytes),
    })
    mailbox = await entering
    if (isOver) mailbox.close()
    return isOver ? undefined : mailbox
  }

  /** A link that carries no card shows who invites as soon as the mailbox tells. */
  function noteCard(sealed: Uint8Array | undefined): void {
    card ??= sealed && cardOf(sealed)
    // where the link's own card does not open either, it is not as it was made
    if (state.type === 'invitation' && !sealed) fail(opened?.link.card ? 'damaged-link' : 'expired')
    else if (state.type === 'invitation' && state.cardMissing) showInvitation()
    if (state.type === 'waiting') showRelay()
  }

  function showInvitation(): void {
    if (card && card.expiresAtSeconds * 1000 <= clock.now()) fail('expired')
    else
      become({
        type: 'invitation',
        inviter: card?.inviter ?? '',
        workspace: card?.workspace ?? '',
        role: card?.role ?? 'viewer',
        expiresAt: (card?.expiresAtSeconds ?? 0) * 1000,
        cardMissing: !card,
        needsApproval: card?.needsApproval ?? false,
        needsPin: wrongPin || (card?.needsPin ?? false),
        wrongPin,
      })
  }

  async function accept(name: string, typedPin?: string): Promise<void> {
    if (!opened || state.type !== 'invitation') return
    const { workspaceId, secret } = opened.link
    const pin = typedPin === undefined ? undefined : readPin(typedPin)
    if (typedPin !== undefined && pin === undefined) return refuse('wrong-pin')
    const keys = await vault.createFounderKeys()
    const stretched = pin === undefined ? {} : { pin: await stretchPin({ pin, stretch }, workspaceId, secret) }
    if (isOver || state.type !== 'invitation') return
    pending = { ...keys, workspaceId, invitation, name, ...stretched, startedAt: clock.now() }
    const isKept = await keepRequest(vault, pending)
    if (isOver && !pending) return dropRequest(vault, workspaceId)
    if (!isKept) return fail('storage-refused')
    await wait()
  }

  /** Shows who is waited for, and (again) leaves the join record where members look for it. */
  async function wait(): Promise<void> {
    const client = await openMailbox()
    if (!client || !pending || !opened) return
    await showWaiting(client)
    const { link, keys } = opened
    const join = await joinOf(pending, link)
    const deposited = await client.deposit(sealMessage({ type: 'join', join }, keys.mailboxSecret, random))
    if (!deposited.ok) fail(deposited.error.type === 'mailbox-full' ? 'mailbox-full' : whyUnknown())
  }

  async function joinOf(request: PendingJoin, link: InviteLink) {
    const { name, root, device, pin } = request
    const { workspaceId, invite, secret } = link
    const { proofKey } = await linkKeys(crypto, workspaceId, secret, pin as StretchedPin | undefined)
    const { exchangeKey, relayKey } = publicKeysOf(request)
    const plan = { workspaceId, invite, name, exchangeKey, relayKey, paper: undefined }
    return createJoin(plan, { root, device, proofKey })
  }

  async function showWaiting(client: MailboxClient): Promise<void> {
    const needsApproval = card?.needsApproval ?? false
    if (needsApproval && pending && words.length === 0) {
      const { wordsOfJoin } = await import('#lib/workspace/join-words')
      const { root, device, workspaceId } = pending
      words = wordsOfJoin(workspaceId, root.publicKey as PersonId, device.publicKey as DeviceId)
    }
    const relay = client.state()
    become({
      type: 'waiting',
      inviter: card?.inviter ?? '',
      workspace: card?.workspace ?? '',
      relay: relay === 'refused' ? 'away' : relay,
      needsApproval,
      words,
    })
  }

  /** A relay that knows no such mailbox has none any more, or not yet: its maker may be offline since. */
  const whyUnknown = (): FailedReason =>
    card && clock.now() < card.expiresAtSeconds * 1000 ? 'not-known-here' : 'expired'

  /** A member who comes back opens the mailbox, again or for the first time. */
  function showRelay(): void {
    const unknown = state.type === 'failed' && (state.reason === 'expired' || state.reason === 'not-known-here')
    if (state.type === 'waiting' && mailbox?.state() === 'refused') fail(whyUnknown())
    else if (pending && mailbox && (state.type === 'waiting' || (unknown && mailbox.state() === 'connected')))
      void showWaiting(mailbox)
  }

  /**
   * This request came to nothing; the link may still be good. What the mailbox says of these keys it says for ever, so
   * whoever asks again does so with others.
   */
  async function refuse(reason: JoinRefusal): Promise<void> {
    if (reason === 'wrong-pin' || reason === 'not-now' || reason === 'known-keys') {
      if (pending) refused.push(pending)
      await forget()
      wrongPin = reason === 'wrong-pin'
    }
    if (reason === 'wrong-pin') showInvitation()
    else fail(reason)
  }

  async function forget(): Promise<void> {
    const id = pending?.workspaceId
    pending = undefined
    words = []
    if (id) await dropRequest(vault, id)
  }

  async function take(bytes: Uint8Array): Promise<void> {
    if (!opened || isOver || state.type === 'joined') return
    const message = openMessage(bytes, opened.keys.mailboxSecret)
    if (!message.ok || (message.value.type !== 'answer' && message.value.type !== 'refusal')) return
    const { device } = message.value
    const request = [pending, ...refused].find((one) => one && sameBytes(device, one.device.publicKey as DeviceId))
    if (!request) return
    if (message.value.type === 'refusal') return request === pending ? refuse(message.value.reason) : undefined
    const { workspaceId } = opened.link
    const answer = await openAnswer(crypto, message.value.box, request.exchange, workspaceId)
    if (isOver) return
    if (!answer.ok) return answer.error.type === 'wrong-workspace' ? fail('wrong-workspace') : undefined
    if (!(await enterByAnswer(vault, request, answer.value, card?.workspace ?? ''))) return fail('storage-refused')
    mailbox?.close()
    become({ type: 'joined', workspaceId: toBase64Url(workspaceId) })
  }

  function close(): void {
    isOver = true
    mailbox?.close()
  }

  return {
    read,
    accept,
    withdraw() {
      close()
      void forget()
    },
    close,
  }
}
