/**
 * Keeps this device in possession of the workspace's keys, and everybody else of theirs (docs/protocol.md K1–K3): opens
 * what is handed out, fills boxes that somebody misses, exposes bad ones, and begins an epoch when one is due.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId, EntryId, EpochSecret } from '#lib/base/ids'
import { keepLast } from '#lib/base/keep-last'
import { type Random, randomBelow } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { Crypto, ExchangeKey } from '#lib/crypto/crypto'
import type { AppendFailure } from '#lib/host/host-protocol'
import { createBoxInspection } from '#lib/host/inspect-boxes'
import { createEpochOpening } from '#lib/host/open-epochs'
import type { MakeOperation } from '#lib/host/write-operation'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import { roleOfDevice } from '#lib/workspace/authorize'
import { boxEpochForMany, createRotationForMany, recipientsOf } from '#lib/workspace/epoch'
import { boxesThatFit } from '#lib/workspace/fit-operation'
import { type KeyDuties, keyDuties, newestGivenTo, partsOfEpoch } from '#lib/workspace/key-duties'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Rotation } from '#lib/workspace/operation'
import { hasAtLeast } from '#lib/workspace/role'

export interface KeyKeeper {
  /** The log grew, judged or not. */
  changed(): void
  /** This device lacks the secret in which others write now (K2). */
  isLacking(): boolean
  /** A new epoch is due and was not made yet. */
  isDue(): boolean
  /** So for a while, though keys are handed on within seconds by whoever is online. */
  isLackingLong(): boolean
  /** Somebody who is not entitled has had the newest secret for a while. */
  isUncleanLong(): boolean
  /** Devices that handed out boxes which do not open. */
  cheats(): readonly DeviceId[]
  /** All that waited is done. */
  settled(): Promise<void>
  close(): void
}

export interface KeyKeeperOptions {
  readonly replica: Pick<Replica, 'keys' | 'membership' | 'waitingBoxes' | 'addEpoch'>
  readonly device: DeviceId
  readonly exchange: ExchangeKey
  readonly crypto: Pick<Crypto, 'exchangeKey'>
  readonly clock: Clock
  readonly random: Random
  /** Keeps every secret for the next start. */
  save(epochs: readonly HeldEpoch[]): Promise<unknown>
  operate(make: MakeOperation): Promise<Result<EntryId, AppendFailure>>
  onChange(): void
}

/** So that of all who could do a thing one does it, and the others see it. */
const SHARE = { firstMs: 500, spreadMs: 4500 }
const ROTATE = { firstMs: 2000, spreadMs: 10_000 }
/** An admin who was given no box for so long begins an epoch of their own. */
const LACKING = { firstMs: 60_000, spreadMs: 30_000 }

/** After what could not be written. */
const RETRY_MS = 30_000

/** Long enough that a person should know. */
const LONG_MS = 120_000
/** How often it is looked whether time alone made something due. */
const LOOK_MS = 3_600_000
const DAY_MS = 86_400_000

export function createKeyKeeper(options: KeyKeeperOptions): KeyKeeper {
  const { replica, device, clock, random } = options
  const { keys, membership } = replica
  const serial = createSerial()
  const opening = createEpochOpening(replica, options.exchange)
  const inspection = createBoxInspection(replica, options.crypto, clock, () => {
    dutiesNow = keepLast(reckonDuties)
    plan()
    options.onChange()
  })
  let working: Promise<void> = Promise.resolve()
  /** A pass is to come that will see whatever changed until then. */
  let isToWork = false
  let isClosed = false
  let retry: Cancel | undefined
  /** When this device began an epoch by itself: however wrong clocks are, age brings no second one soon. */
  let rotatedMs = 0
  /** Since when that is so, and what waits for it to be long. */
  const since = new Map<'lacking' | 'due' | 'unclean', { readonly sinceMs: number; readonly stop: Cancel }>()
  const timers = new Map<'share' | 'rotate' | 'replace', Cancel>()

  async function work(): Promise<void> {
    isToWork = false
    if (isClosed) return
    let isNew = false
    // Each secret may open operations that hand out the next.
    while (await opening.open()) {
      await replica.addEpoch()
      isNew = true
    }
    if (isNew) {
      await options.save(keys.epochs())
      options.onChange()
    }
    plan()
    inspection.look()
  }

  const isLacking = (): boolean => {
    const state = membership.current()
    return state !== undefined && keys.secretOf(state.epoch.tag) === undefined
  }

  const reckonDuties = (state: MembershipState): KeyDuties => keyDuties(state, membership.handedOut(), inspection.isBad)
  let dutiesNow = keepLast(reckonDuties)

  /** The owner may want new keys every so many days. */
  function isOld({ policy, epoch, createdAtSeconds }: MembershipState): boolean {
    const isOfEpoch = (id: EntryId): boolean => epoch.operations.some((operation) => sameBytes(operation, id))
    const begun = membership.handedOut().flatMap(({ operation, seconds }) => (isOfEpoch(operation) ? [seconds] : []))
    const begunMs = Math.max(rotatedMs, 1000 * (createdAtSeconds + Math.max(0, ...begun)))
    return policy.rotationDays > 0 && clock.now() - begunMs >= policy.rotationDays * DAY_MS
  }

  function plan(): void {
    const state = membership.current()
    const role = state && roleOfDevice(state, device)
    const duties = state && role && dutiesNow(state)
    const isAdmin = hasAtLeast(role, 'admin')
    const canShare = duties?.missing.some(({ epoch }) => keys.secretOf(epoch)) === true
    note('lacking', role !== undefined && isLacking())
    note('due', duties?.due !== undefined)
    note('unclean', duties?.due === 'recipient-gone')
    when('share', canShare, SHARE, share)
    const isDue = duties?.due !== undefined || (state !== undefined && isOld(state))
    when('rotate', isAdmin && isDue && !isLacking(), ROTATE, rotate)
    when('replace', isAdmin && isLacking(), LACKING, rotate)
  }

  function note(what: 'lacking' | 'due' | 'unclean', isSo: boolean): void {
    if (!isSo) {
      since.get(what)?.stop()
      since.delete(what)
    } else if (!since.has(what) && !isClosed) {
      since.set(what, { sinceMs: clock.now(), stop: clock.after(LONG_MS, options.onChange) })
    }
  }

  const isLong = (what: 'lacking' | 'unclean'): boolean =>
    clock.now() - (since.get(what)?.sinceMs ?? clock.now()) >= LONG_MS

  function when(
    duty: 'share' | 'rotate' | 'replace',
    isOpen: boolean,
    delay: typeof SHARE,
    act: () => Promise<unknown>,
  ) {
    const planned = timers.get(duty)
    if (!isOpen || isClosed) {
      planned?.()
      timers.delete(duty)
    } else if (!planned) {
      const delayMs = delay.firstMs + randomBelow(random, delay.spreadMs)
      const run = () => {
        timers.delete(duty)
        working = serial(async () => void (await act()))
      }
      timers.set(duty, clock.after(delayMs, run))
    }
  }

  const share = (): Promise<boolean> =>
    act(async ({ state }) => {
      const held = dutiesNow(state).missing.flatMap(({ epoch, recipients }) => {
        const secret = keys.secretOf(epoch)
        return secret ? [{ secret, recipients }] : []
      })
      const missing = boxesThatFit(held)
      if (missing.length === 0) return err({ type: 'not-found' })
      const boxes = await Promise.all(
        missing.map(({ secret, recipients }) => boxEpochForMany(options.crypto, state.workspaceId, secret, recipients)),
      )
      const readers = missing.flatMap(({ recipients }) => recipients)
      const epoch = newestGivenTo(readers, state, membership.handedOut(), inspection.isBad)
      return ok({ operation: { type: 'key.share', boxes }, epoch })
    })

  async function rotate(): Promise<void> {
    const before = rotatedMs
    const isDone = await act(async ({ state }) => {
      if (!isLacking() && !dutiesNow(state).due && !isOld(state)) return err({ type: 'not-found' })
      rotatedMs = clock.now()
      const rotation = await nextEpoch(options, state, keys, recipientsOf(state))
      return ok({ operation: { type: 'epoch.rotate', ...rotation } })
    })
    if (!isDone) rotatedMs = before
  }

  /** Others may have done it meanwhile: that is `not-found`. What failed is tried again, though the log stays as it is. */
  async function act(make: MakeOperation): Promise<boolean> {
    if (isClosed) return false
    const done = await options.operate(make)
    if (done.ok || done.error.type === 'not-found') plan()
    else {
      retry?.()
      retry = clock.after(RETRY_MS, plan)
    }
    return done.ok
  }

  let stopLooking = clock.after(LOOK_MS, look)
  function look(): void {
    stopLooking = clock.after(LOOK_MS, look)
    plan()
  }

  return {
    changed() {
      if (isToWork) return
      isToWork = true
      working = serial(work)
    },
    isLacking,
    isDue: () => since.has('due'),
    isLackingLong: () => isLong('lacking'),
    isUncleanLong: () => isLong('unclean'),
    cheats() {
      const operations = [...opening.refused(), ...inspection.bad()]
      const isOf = (id: EntryId) => operations.some((operation) => sameBytes(operation, id))
      const devices = membership.handedOut().flatMap((handed) => (isOf(handed.operation) ? [handed.device] : []))
      return [...new Map(devices.map((one) => [toHex(one), one])).values()]
    },
    settled: () => working,
    close() {
      isClosed = true
      stopLooking()
      inspection.close()
      retry?.()
      for (const cancel of timers.values()) cancel()
      for (const { stop } of since.values()) stop()
    },
  }
}

/**
 * A rotation of a fresh secret for these, which hands on the secrets that it follows (K1, K3). The box of this very device
 * is the first, since the last are left out where all do not fit.
 */
export async function nextEpoch(
  { crypto, random, device }: Pick<KeyKeeperOptions, 'crypto' | 'random' | 'device'>,
  state: MembershipState,
  keys: Pick<Replica['keys'], 'secretOf' | 'epochs'>,
  recipients: readonly ExchangePublicKey[],
): Promise<Rotation> {
  const parts = partsOfEpoch(state)
  const held = parts.flatMap((tag) => keys.secretOf(tag) ?? [])
  const newest = state.epochs.findLast(({ tag }) => keys.secretOf(tag))
  const instead = held.length < parts.length && newest ? [keys.secretOf(newest.tag)] : []
  const follows = new Set([...held, ...instead].flatMap((secret) => secret ?? []))
  const secret = random.bytes(32) as EpochSecret
  const own = state.devices.get(toHex(device))?.exchangeKey ?? new Uint8Array()
  const isOwn = (key: ExchangePublicKey): boolean => sameBytes(key, own)
  const ordered = [...recipients.filter(isOwn), ...recipients.filter((key) => !isOwn(key))]
  return createRotationForMany(crypto, state.workspaceId, secret, [...follows], ordered)
}
