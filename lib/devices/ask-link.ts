import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, ExchangeKey, SigningKey } from '#lib/crypto/crypto'
import { wordsOfSecret } from '#lib/crypto/secret-words'
import type { Asking, AskingFailure, AskingState } from '#lib/devices/linking-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import type { MailboxClient } from '#lib/sync/mailbox-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { requestDevice } from '#lib/workspace/add-device'
import { type AdmissionAnswer, openAnswer } from '#lib/workspace/admission-answer'
import { type LinkSecret, linkSecretOf } from '#lib/workspace/device-link'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import {
  commitmentTo,
  confirmationCode,
  grantedKey,
  PAIRING_SECONDS,
  PAIRING_SECRET_BYTES,
  type PairingKeys,
  type PairingSecret,
  pairingKeys,
} from '#lib/workspace/pairing'
import {
  type GrantedWorkspace,
  MAX_REQUESTED,
  openGrant,
  openPairing,
  type PairingMessage,
  sealPairing,
} from '#lib/workspace/pairing-message'

/** Fresh keys of this device for one workspace. */
export interface AskedKeys {
  readonly device: SigningKey
  readonly exchange: ExchangeKey
  readonly relay: SigningKey
}

export interface AskingOptions {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  /** What the other device calls this one. */
  readonly deviceName: string
  openMailbox(options: {
    readonly mailboxKey: SigningKey
    onState(state: RelayState): void
    onAnswer(bytes: Uint8Array): void
  }): Promise<MailboxClient>
  /** This browser's keys in a workspace that it is in already. */
  ownKeys(workspaceId: WorkspaceId): Promise<AskedKeys | undefined>
  createKeys(): Promise<AskedKeys>
  /** Writes down what opens a workspace, and that there is one; false where the browser keeps nothing. */
  keep(workspace: GrantedWorkspace, keys: AskedKeys, answer: AdmissionAnswer): Promise<boolean>
  /** No more will come: the two are linked from now on (V6), in these places. */
  finish(outcome: AskingOutcome): Promise<boolean>
}

export interface AskingOutcome {
  readonly personName: string
  /** The first of those that came. */
  readonly first: WorkspaceId | undefined
  readonly secret: LinkSecret
  /** Where both are, and which device the other is there. */
  readonly places: readonly { readonly workspaceId: WorkspaceId; readonly device: DeviceId }[]
}

/** The mailbox is opened by the other device: until it is, this one asks for it. */
const KNOCK_EVERY_MS = 1000

interface Asked {
  readonly workspace: GrantedWorkspace
  readonly keys: AskedKeys
  /** It came by this linking. */
  readonly isNew: boolean
}

/**
 * The half of a linking on the new device (V1): shows words, then a code, and asks for a place in each of the person's
 * workspaces with keys of its own. Nothing is kept before the other device has answered.
 */
export function createAsking(options: AskingOptions): Asking {
  const { crypto, clock, random } = options
  const value = createWatchedValue<AskingState>({ type: 'starting' })
  const secret = random.bytes(PAIRING_SECRET_BYTES) as PairingSecret
  const words = wordsOfSecret(secret)
  const expiresAtMs = clock.now() + PAIRING_SECONDS * 1000
  let mailbox: MailboxClient | undefined
  let keys: PairingKeys | undefined
  let own: ExchangeKey | undefined
  let offer: Uint8Array | undefined
  let hello: Uint8Array | undefined
  let isRevealed = false
  let granted: Uint8Array | undefined
  let personName = ''
  let asked: readonly Asked[] = []
  const answered = new Set<string>()
  const kept: WorkspaceId[] = []
  const places: { readonly workspaceId: WorkspaceId; readonly device: DeviceId }[] = []
  let isOver = false
  let stopKnocking: Cancel = () => {}
  let working: Promise<void> = start().catch(() => fail('storage-refused'))

  async function start(): Promise<void> {
    keys = await pairingKeys(crypto, secret)
    own = await crypto.exchangeKey()
    const opened = await options.openMailbox({
      mailboxKey: keys.mailboxKey,
      onState: heardOfRelay,
      onAnswer: (bytes) => {
        working = working.then(() => take(bytes)).catch(() => fail('storage-refused'))
      },
    })
    mailbox = opened
    if (isOver) return opened.close()
    show()
    knock()
  }

  function show(): void {
    const relay = mailbox?.state() ?? 'connecting'
    // A relay that knows no such mailbox yet is there all the same.
    value.set({ type: 'showing', words, relay: relay === 'refused' ? 'connected' : relay })
  }

  function knock(): void {
    if (isOver) return
    if (clock.now() >= expiresAtMs) {
      fail('took-too-long')
      return
    }
    if (mailbox?.state() !== 'connected') mailbox?.wake()
    stopKnocking = clock.after(KNOCK_EVERY_MS, knock)
  }

  function heardOfRelay(state: RelayState): void {
    if (value.get().type === 'showing') show()
    if (state === 'connected' && !hello) working = working.then(greet).catch(() => fail('storage-refused'))
  }

  async function greet(): Promise<void> {
    const card = await mailbox?.readCard()
    const message = card && keys && openPairing(card, keys.messageKey)
    if (isOver || hello || !mailbox || !keys || !own || message?.type !== 'offer') return
    offer = card
    const { deviceName } = options
    const exchangeKey = own.publicKey as ExchangePublicKey
    hello = sealPairing({ type: 'hello', exchangeKey, deviceName }, keys.messageKey, random)
    void mailbox.deposit(hello)
  }

  /** What has come by then stays: the other device has written it down. */
  function fail(type: AskingFailure['type']): void {
    if (isOver) return
    if (kept.length > 0 && type !== 'storage-refused') {
      working = working.then(complete).catch(() => fail('storage-refused'))
      return
    }
    end()
    value.set({ type: 'failed', reason: { type } })
  }

  function end(): void {
    isOver = true
    stopKnocking()
    mailbox?.close()
  }

  async function take(bytes: Uint8Array): Promise<void> {
    if (isOver || !keys) return
    const message = openPairing(bytes, keys.messageKey) ?? (granted && openPairing(bytes, grantedKey(granted)))
    switch (message?.type) {
      case 'reveal':
        return compare(message.nonce)
      case 'grant':
        return askFor(message.box)
      case 'answer':
        return receive(message)
      case 'end':
        return fail('cancelled')
    }
  }

  function compare(nonce: Uint8Array): void {
    const promised = offer && keys && openPairing(offer, keys.messageKey)
    if (!offer || !hello || isRevealed || promised?.type !== 'offer') return
    if (!sameBytes(commitmentTo(nonce), promised.commitment)) {
      fail('wrong-answer')
      return
    }
    isRevealed = true
    value.set({ type: 'confirm', code: confirmationCode(offer, hello, nonce) })
  }

  async function askFor(box: Uint8Array): Promise<void> {
    if (!isRevealed || granted || !own || !mailbox) return
    const grant = await openGrant(box, own)
    if (!grant.ok) return
    granted = grant.value.secret
    personName = grant.value.personName
    asked = await Promise.all(grant.value.workspaces.map(askedFor))
    const devices = await Promise.all(asked.map(requestOf))
    const total = devices.length
    for (let at = 0; at === 0 || at < total; at += MAX_REQUESTED) {
      const part = devices.slice(at, at + MAX_REQUESTED)
      void mailbox.deposit(sealPairing({ type: 'request', total, devices: part }, grantedKey(granted), random))
    }
    await progress()
  }

  /** Also where this browser is already, with the keys that it has: both then know where the other is. */
  async function askedFor(workspace: GrantedWorkspace): Promise<Asked> {
    const present = await options.ownKeys(workspace.workspaceId)
    return { workspace, keys: present ?? (await options.createKeys()), isNew: present === undefined }
  }

  async function requestOf({ workspace: { workspaceId, person }, keys: made }: Asked) {
    return requestDevice(workspaceId, person, made)
  }

  async function receive({ workspaceId, box }: Extract<PairingMessage, { type: 'answer' }>): Promise<void> {
    const one = asked.find(({ workspace }) => sameBytes(workspace.workspaceId, workspaceId))
    if (!one || answered.has(toHex(workspaceId))) return
    answered.add(toHex(workspaceId))
    if (box) {
      const answer = await openAnswer(crypto, box, one.keys.exchange, workspaceId)
      if (!answer.ok) return fail('wrong-answer')
      if (one.isNew) {
        if (!(await options.keep(one.workspace, one.keys, answer.value))) return fail('storage-refused')
        kept.push(workspaceId)
      }
      places.push({ workspaceId, device: one.workspace.device })
    }
    await progress()
  }

  async function progress(): Promise<void> {
    value.set({ type: 'receiving', personName, done: answered.size, of: asked.length })
    if (answered.size >= asked.length) await complete()
  }

  async function complete(): Promise<void> {
    const [first] = kept
    if (isOver || !granted) return
    const outcome = { personName, first, secret: linkSecretOf(granted), places }
    if (!(await options.finish(outcome))) return fail('storage-refused')
    end()
    value.set({ type: 'linked', workspaceId: first && toBase64Url(first) })
  }

  return {
    state: value.get,
    subscribe: value.subscribe,
    close: () => {
      if (!isOver) end()
    },
  }
}
