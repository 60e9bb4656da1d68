import { toBase64Url } from '#lib/base/base64url'
import { sameBytes } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { createPlatform } from '#lib/host/browser-platform'
import { keepWorkspace } from '#lib/host/keep-workspace'
import { loadPlaces } from '#lib/host/places'
import { openPlaceStore } from '#lib/host/profile-places'
import type { RelayKey } from '#lib/protocol/door'
import { findObstacle, obstacleOf } from '#lib/session/obstacle'
import { listenForPerson } from '#lib/session/person-activity'
import { createProfileLock, unlockError } from '#lib/session/profile-lock'
import type { Joining, JoinState, Obstacle } from '#lib/session/session-view'
import { createMailboxClient, type MailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { openRelayLink } from '#lib/transport/relay'
import type { KnownWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import type { PendingJoin } from '#lib/vault/workspace-keys'
import { type AdmissionAnswer, openAnswer } from '#lib/workspace/admission-answer'
import { type LinkKeys, linkKeys, readPin, type StretchedPin, stretchPin } from '#lib/workspace/invitation'
import { decodeLink, type InviteLink } from '#lib/workspace/invite-link'
import { createJoin } from '#lib/workspace/join'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import { type InviteCard, type JoinRefusal, openMessage, sealMessage } from '#lib/workspace/mailbox-message'

type FailedReason = (JoinState & { type: 'failed' })['reason']

/**
 * Joining by a link (I2, I6): reads the card, and after one click waits in the link's mailbox for any member to let this
 * device in. `fragment` is what stood after `#`; without it a join that was begun before a reload goes on.
 */
export function createJoining(fragment: string | undefined): Joining {
  const platform = createPlatform()
  const { crypto, random, clock, stretch } = platform
  const listeners = new Set<() => void>()
  let state: JoinState = { type: 'reading' }
  let vault: Vault | undefined
  /** The fragment of the link, however it came. */
  let invitation: string | undefined
  let link: InviteLink | undefined
  let keys: LinkKeys | undefined
  let mailbox: MailboxClient | undefined
  let card: InviteCard | undefined
  let pending: PendingJoin | undefined
  /** Requests that came to nothing: somebody else may have granted one at the same moment. */
  const refused: PendingJoin[] = []
  let words: readonly string[] = []
  let wrongPin = false
  let closed = false
  const ended = new AbortController()
  const lock = createProfileLock({
    clock: platform.clock,
    tabs: platform.tabs,
    store: openPlaceStore(() => localStorage),
    onLock: forget,
    onOtherKey() {
      forget()
      started = start().catch(() => fail('storage-refused'))
    },
    onChange: () => {},
  })
  let started = start().catch(() => fail('storage-refused'))
  listenForPerson(lock.watch)

  function become(next: JoinState): void {
    if (closed) return
    state = next
    for (const listener of [...listeners]) listener()
  }
  /** A declaration, since `start` may fail before it has waited for anything. */
  function fail(reason: FailedReason): void {
    become({ type: 'failed', reason })
  }

  /** Where the browser keeps nothing, the letter says what becomes of the invitation. */
  function stop(obstacle: Obstacle): void {
    if (obstacle.type === 'storage-refused') fail('storage-refused')
    else become({ type: 'stopped', obstacle })
  }

  async function start(): Promise<void> {
    const obstacle = findObstacle()
    if (obstacle) return stop(obstacle)
    const opened = await platform.openVault()
    if (opened.ok) return begin(opened.value)
    if (opened.error.type === 'locked') showLock()
    else stop(obstacleOf(opened.error))
  }

  const showLock = () => become({ type: 'locked', places: lock.view().places })

  /** Everything but the link, which nobody kept here yet: it was followed in this very tab. */
  function forget(): void {
    mailbox?.close()
    vault?.close()
    vault = link = keys = mailbox = card = pending = undefined
    showLock()
  }

  async function begin(opened: Vault): Promise<void> {
    vault = opened
    await lock.opened(opened)
    if (fragment && isSpoken(fragment)) return openSpoken(fragment)
    const text = fragment ?? (await pendingInvitation(opened))
    if (!text) return become({ type: 'no-invitation' })
    await read(opened, text)
  }

  /** Reads the words, asks the relay, and goes on with the link behind them. */
  async function openSpoken(text: string): Promise<void> {
    if (!vault) return
    const before = state
    const showAsked = (relay: RelayState) =>
      state.type === 'asking' && become({ type: 'asking', relay: relay === 'refused' ? 'away' : relay })
    become({ type: 'asking', relay: 'connecting' })
    const { openWordsOf } = await import('#lib/session/open-spoken-link')
    const opened = await openWordsOf(text, platform, showAsked, ended.signal)
    if (closed || state.type !== 'asking') return
    if (opened.ok) await read(vault, opened.value)
    else if (before.type === 'no-invitation' || before.type === 'reading')
      become({ type: 'no-invitation', refused: { text, problem: opened.error } })
  }

  /** From a link's text to what the reader is shown of it. */
  async function read(from: Vault, text: string): Promise<void> {
    const decoded = decodeLink(text)
    if (!decoded.ok) return fail(decoded.error.type)
    invitation = text
    link = decoded.value
    const profile = await from.profile()
    const isHere = (one: KnownWorkspace): boolean => sameBytes(one.id, decoded.value.workspaceId) && !one.isOut
    if (profile.ok && profile.value.workspaces.some(isHere)) {
      return become({ type: 'joined', workspaceId: toBase64Url(decoded.value.workspaceId) })
    }
    keys = await linkKeys(crypto, link.workspaceId, link.secret)
    card = link.card && cardOf(link.card)
    const kept = await from.loadPendingJoin(link.workspaceId)
    if (kept.ok && kept.value && kept.value.invitation === text) {
      pending = kept.value
      return wait()
    }
    showInvitation()
    if (!card) noteCard(await (await openMailbox())?.readCard())
  }

  /** Words, not a link: letters and what stands between them. */
  const isSpoken = (text: string): boolean => /^[a-z]+([-+,_ ]|%20)+[a-z]/i.test(text)

  /** The newest join that was begun here and not answered yet. */
  async function pendingInvitation(from: Vault): Promise<string | undefined> {
    const profile = await from.profile()
    const id = profile.ok ? profile.value.pendingJoins.at(-1) : undefined
    const join = id && (await from.loadPendingJoin(id))
    return join?.ok ? join.value?.invitation : undefined
  }

  function cardOf(sealed: Uint8Array): InviteCard | undefined {
    const message = keys && openMessage(sealed, keys.mailboxSecret)
    return message?.ok && message.value.type === 'card' ? message.value.card : undefined
  }

  async function openMailbox(): Promise<MailboxClient | undefined> {
    if (mailbox || !keys || !link) return mailbox
    const places = await loadPlaces()
    const origin = link.origin ?? places.origin
    const sync = link.origin ? `${link.origin.replace(/^http/, 'ws')}/sync` : places.sync
    mailbox = createMailboxClient({
      connect: () => openRelayLink(sync),
      origin,
      mailboxKey: keys.mailboxKey,
      clock,
      random,
      onState: showRelay,
      onAnswer: (bytes) => void take(bytes),
    })
    return mailbox
  }

  /** A link that carries no card shows who invites as soon as the mailbox tells. */
  function noteCard(sealed: Uint8Array | undefined): void {
    card ??= sealed && cardOf(sealed)
    if (state.type === 'invitation' && !sealed) fail('expired')
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

  /** The person went away while this was being worked at. */
  const isWithdrawn = (): boolean => closed || state.type !== 'invitation'

  async function accept(name: string, typedPin?: string): Promise<void> {
    await started
    if (!vault || !link || !keys || !invitation || state.type !== 'invitation') return
    const pin = typedPin === undefined ? undefined : readPin(typedPin)
    if (typedPin !== undefined && pin === undefined) return refuse('wrong-pin')
    const founderKeys = await vault.createFounderKeys()
    const stretched =
      pin === undefined ? {} : { pin: await stretchPin({ pin, stretch }, link.workspaceId, link.secret) }
    if (isWithdrawn()) return
    const { workspaceId } = link
    pending = { ...founderKeys, workspaceId, invitation, name, ...stretched, startedAt: clock.now() }
    const saved = await vault.savePendingJoin(pending)
    const id = link.workspaceId
    const noted = await vault.updateProfile((before) => ({
      ...before,
      name: before.name || name,
      pendingJoins: [...before.pendingJoins.filter((one) => !sameBytes(one, id)), id],
    }))
    if (!saved.ok || !noted.ok) return fail('storage-refused')
    await wait()
  }

  /** Shows who is waited for, and (again) leaves the join record where members look for it. */
  async function wait(): Promise<void> {
    const client = await openMailbox()
    if (!client || !pending || !link || !keys) return
    await showWaiting(client)
    const { proofKey } = await linkKeys(crypto, link.workspaceId, link.secret, pending.pin as StretchedPin | undefined)
    const join = await createJoin(
      {
        workspaceId: link.workspaceId,
        invite: link.invite,
        name: pending.name,
        exchangeKey: pending.exchange.publicKey as ExchangePublicKey,
        relayKey: pending.relay.publicKey as RelayKey,
        paper: undefined,
      },
      { root: pending.root, device: pending.device, proofKey },
    )
    const deposited = await client.deposit(sealMessage({ type: 'join', join }, keys.mailboxSecret, random))
    if (!deposited.ok) fail(deposited.error.type === 'mailbox-full' ? 'mailbox-full' : whyUnknown())
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
    if (reason === 'wrong-pin' || reason === 'not-now') {
      if (pending) refused.push(pending)
      await forgetPending()
      wrongPin = reason === 'wrong-pin'
    }
    if (reason === 'wrong-pin') showInvitation()
    else fail(reason)
  }

  async function forgetPending(): Promise<void> {
    const id = pending?.workspaceId
    pending = undefined
    words = []
    if (!id || !vault) return
    await vault.clearPendingJoin(id)
    await vault.updateProfile((before) => ({
      ...before,
      pendingJoins: before.pendingJoins.filter((one) => !sameBytes(one, id)),
    }))
  }

  async function take(bytes: Uint8Array): Promise<void> {
    if (!keys || !link || !vault || state.type === 'joined') return
    const message = openMessage(bytes, keys.mailboxSecret)
    if (!message.ok || (message.value.type !== 'answer' && message.value.type !== 'refusal')) return
    const { device } = message.value
    const request = [pending, ...refused].find((one) => one && sameBytes(device, one.device.publicKey as DeviceId))
    if (!request) return
    if (message.value.type === 'refusal') return request === pending ? refuse(message.value.reason) : undefined
    const answer = await openAnswer(crypto, message.value.box, request.exchange, link.workspaceId)
    if (!answer.ok) {
      if (answer.error.type === 'wrong-workspace') fail('wrong-workspace')
      return
    }
    await keep(request, answer.value)
  }

  /** Writes down what opens the workspace, and then that this profile is in it. */
  async function keep(request: PendingJoin, answer: AdmissionAnswer): Promise<void> {
    if (!vault) return
    const { workspaceId: id, device, exchange, relay, root } = request
    if (!(await keepWorkspace(vault, id, { device, exchange, relay, root }, answer))) return fail('storage-refused')
    const noted = await vault.updateProfile((before) => ({
      ...before,
      current: id,
      workspaces: [
        ...before.workspaces.filter((one) => !sameBytes(one.id, id)),
        { id, name: card?.workspace ?? '', isOut: true },
      ],
      pendingJoins: before.pendingJoins.filter((one) => !sameBytes(one, id)),
    }))
    if (!noted.ok) return fail('storage-refused')
    await vault.clearPendingJoin(id)
    mailbox?.close()
    become({ type: 'joined', workspaceId: toBase64Url(id) })
  }

  return {
    state: () => state,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    accept,
    async openWords(text) {
      await started
      if (state.type === 'no-invitation') await openSpoken(text)
    },
    cancel() {
      mailbox?.close()
      mailbox = undefined
      void forgetPending()
      become({ type: 'no-invitation' })
    },
    async unlock(passphrase) {
      const opened = await platform.openVault(passphrase)
      if (!opened.ok) return err(unlockError(opened.error))
      become({ type: 'reading' })
      started = begin(opened.value).catch(() => fail('storage-refused'))
      await started
      return ok(undefined)
    },
    startAnew: lock.startAnew,
    openProfile: lock.openProfile,
    close() {
      closed = true
      ended.abort()
      lock.close()
      mailbox?.close()
      vault?.close()
    },
  }
}
