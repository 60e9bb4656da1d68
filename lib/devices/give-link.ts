import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Result } from '#lib/base/result'
import type { Crypto } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { secretOfWords } from '#lib/crypto/secret-words'
import type { Giving, GivingFailure, GivingState } from '#lib/devices/linking-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import { type LinkSecret, linkSecretOf } from '#lib/workspace/device-link'
import {
  commitmentTo,
  confirmationCode,
  grantedKey,
  MAX_WRONG_CODES,
  PAIRING_NONCE_BYTES,
  PAIRING_SECONDS,
  PAIRING_SECRET_BYTES,
  type PairingKey,
  type PairingKeys,
  type PairingSecret,
  pairingKeys,
} from '#lib/workspace/pairing'
import {
  MAX_GRANTED,
  openPairing,
  type PairingMessage,
  type RequestedDevice,
  sealGrant,
  sealPairing,
} from '#lib/workspace/pairing-message'

/** One of the person's workspaces on the device that is in already. */
export interface LinkableWorkspace {
  readonly workspaceId: WorkspaceId
  readonly person: PersonId
  /** This one. */
  readonly device: DeviceId
  readonly name: string
  /** Brings the device into the log and gives the box that opens the workspace to it. */
  addDevice(device: RequestedDevice, name: string): Promise<Result<Uint8Array, { readonly type: string }>>
}

/** Which device the other browser is in a workspace of both. */
export interface LinkedPlace {
  readonly workspaceId: WorkspaceId
  readonly device: DeviceId
}

/** Where the two meet; said anew whenever something changed, and to hear of deposits. */
export type AttendMailbox = (wish: {
  readonly mailboxKey: Uint8Array
  readonly card: Uint8Array
  readonly expiresAtSeconds: number
  readonly answers: readonly { readonly number: number; readonly bytes: Uint8Array }[]
}) => Promise<readonly { readonly number: number; readonly bytes: Uint8Array }[]>

export interface GivingOptions {
  /** Twelve words as the person typed them or a camera read them. */
  readonly words: string
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly personName: string
  /** Whether there is a room to meet in. */
  readonly isReady: boolean
  workspaces(): Promise<readonly LinkableWorkspace[]>
  readonly attend: AttendMailbox
  /** The two are linked from now on (V6), in these places; says so before the other one is let go. */
  keepLink(secret: LinkSecret, name: string, places: readonly LinkedPlace[]): Promise<void>
  /** Whatever was opened for it may be closed. */
  onEnd(): void
}

const LOOK_EVERY_MS = 400

/**
 * The half of a linking on the device that is in already (V1): it opens the mailbox that the words name, and writes nothing
 * into any log before the person typed the code that the new device shows.
 */
export function createGiving(options: GivingOptions): Giving {
  const { crypto, clock, random } = options
  const value = createWatchedValue<GivingState>({ type: 'waiting' })
  const startedMs = clock.now()
  const expiresAtSeconds = Math.floor(startedMs / 1000) + PAIRING_SECONDS
  const nonce = random.bytes(PAIRING_NONCE_BYTES)
  const grantSecret = random.bytes(32)
  const answers: { number: number; bytes: Uint8Array }[] = []
  const taken = new Set<string>()
  const answered = new Map<string, boolean>()
  const places: LinkedPlace[] = []
  let keys: PairingKeys | undefined
  let offer = new Uint8Array(0)
  let hello: (Extract<PairingMessage, { type: 'hello' }> & { readonly code: string }) | undefined
  let granted: readonly LinkableWorkspace[] | undefined
  let total: number | undefined
  let wrongCodes = 0
  let isOver = false
  let working: Promise<void> = start().catch(() => fail({ type: 'cancelled' }))

  async function start(): Promise<void> {
    if (!options.isReady) return fail({ type: 'nothing-written' })
    const secret = secretOfWords(options.words, PAIRING_SECRET_BYTES)
    if (!secret.ok) return fail(secret.error)
    keys = await pairingKeys(crypto, secret.value as PairingSecret)
    offer = sealPairing({ type: 'offer', commitment: commitmentTo(nonce) }, keys.messageKey, random).slice()
    await look()
  }

  function fail(reason: GivingFailure): void {
    if (isOver) return
    if (keys) say({ type: 'end' }, keys.messageKey)
    value.set({ type: 'failed', reason })
    end()
  }

  function end(): void {
    isOver = true
    void attend().finally(options.onEnd)
  }

  function say(message: PairingMessage, key: PairingKey, number = 0): void {
    answers.push({ number, bytes: sealPairing(message, key, random) })
  }

  const attend: () => Promise<readonly { readonly number: number; readonly bytes: Uint8Array }[]> = async () =>
    keys
      ? options.attend({
          mailboxKey: keys.mailboxKey.publicKey,
          card: offer,
          expiresAtSeconds,
          answers: [...answers],
        })
      : []

  async function look(): Promise<void> {
    if (isOver) return
    const deposits = await attend()
    for (const { number, bytes } of deposits) {
      const key = toHex(hash(bytes))
      if (isOver || taken.has(key)) continue
      taken.add(key)
      await take(bytes, number)
    }
    if (!isOver && clock.now() >= expiresAtSeconds * 1000) {
      if (answered.size > 0) await finish()
      else fail({ type: 'took-too-long' })
    }
    if (!isOver) clock.after(LOOK_EVERY_MS, lookAgain)
  }

  function lookAgain(): void {
    working = working.then(look).catch(() => fail({ type: 'cancelled' }))
  }

  async function take(bytes: Uint8Array, number: number): Promise<void> {
    const message = keys && openPairing(bytes, keys.messageKey)
    if (message?.type === 'hello') return meet(message, bytes, number)
    const request = granted && openPairing(bytes, grantedKey(grantSecret))
    if (request?.type === 'request') await link(request, number)
  }

  /** Only the first is told the nonce; who comes second with these words ends it for both. */
  function meet(message: Extract<PairingMessage, { type: 'hello' }>, bytes: Uint8Array, number: number): void {
    if (!keys || granted) return
    if (hello) {
      fail({ type: 'two-devices' })
      return
    }
    hello = { ...message, code: confirmationCode(offer, bytes, nonce) }
    say({ type: 'reveal', nonce }, keys.messageKey, number)
    value.set({ type: 'confirm', deviceName: message.deviceName, wrongCodes })
  }

  async function grant(): Promise<void> {
    if (!hello || !keys || granted || isOver) return
    value.set({ type: 'linking', deviceName: hello.deviceName, done: 0, of: undefined })
    granted = (await options.workspaces()).slice(0, MAX_GRANTED)
    const workspaces = granted.map(({ workspaceId, person, device, name }) => ({ workspaceId, person, device, name }))
    const { personName } = options
    const message = sealGrant({ secret: grantSecret, personName, workspaces }, hello.exchangeKey, random)
    say(message, keys.messageKey)
  }

  async function link({ devices, total: all }: Extract<PairingMessage, { type: 'request' }>, number: number) {
    total = all
    for (const device of devices) {
      const workspace = granted?.find(({ workspaceId }) => sameBytes(workspaceId, device.workspaceId))
      if (!workspace || answered.has(toHex(device.workspaceId))) continue
      const added = await workspace.addDevice(device, hello?.deviceName ?? '')
      answered.set(toHex(device.workspaceId), added.ok)
      if (added.ok) places.push({ workspaceId: device.workspaceId, device: device.keys.device })
      const box = added.ok ? added.value : undefined
      say({ type: 'answer', workspaceId: device.workspaceId, box }, grantedKey(grantSecret), number)
      value.set({ type: 'linking', deviceName: hello?.deviceName ?? '', done: answered.size, of: total })
    }
    if (answered.size >= all) await finish()
  }

  async function finish(): Promise<void> {
    if (places.length > 0) await options.keepLink(linkSecretOf(grantSecret), hello?.deviceName ?? '', places)
    const named = (wanted: boolean) =>
      (granted ?? []).filter(({ workspaceId }) => answered.get(toHex(workspaceId)) === wanted).map(({ name }) => name)
    value.set({ type: 'linked', deviceName: hello?.deviceName ?? '', linked: named(true), failed: named(false) })
    end()
  }

  return {
    state: value.get,
    subscribe: value.subscribe,
    confirm(typed) {
      const digits = typed.replace(/\D/g, '')
      if (!hello || granted || isOver || digits === '') return
      if (digits === hello.code) {
        working = working.then(grant).catch(() => fail({ type: 'cancelled' }))
        return
      }
      wrongCodes++
      if (wrongCodes >= MAX_WRONG_CODES) fail({ type: 'wrong-code' })
      else value.set({ type: 'confirm', deviceName: hello.deviceName, wrongCodes })
    },
    close() {
      if (!granted) fail({ type: 'cancelled' })
    },
  }
}
