/**
 * Tells the others what this device applied or judged (R10): in a pause, every 10 s while things change without one, and
 * everything once an hour, so that nobody takes it for silent and what was lost on its way is told again. Among few devices
 * it may be told every second, among many every 10 s, since everybody tells every writer. Links are told what is new, each of
 * its own (`ReceiptListeners`), and everything when one of them opens; the relay keeps the last value, with everything that
 * fits.
 */

import { toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import { type JudgedHead, judgedState } from '#lib/delivery/judged-state'
import { type HeadClaim, ID_PREFIX_BYTES } from '#lib/protocol/frame-fields'
import { MAX_RECEIPT_HEADS, type Receipt } from '#lib/protocol/receipt'

/**
 * Whom a receipt tells something. A receipt is believed only about what its reader wrote, so of an edit its author alone is
 * told, however many are linked.
 */
export type ReceiptListeners = 'everybody' | ReadonlySet<string>

export interface ReceiptSender {
  /** Something was judged. */
  changed(): void
  /** A link opened, or the relay's road did: whoever is there is told everything. */
  greet(): void
  close(): void
}

export interface ReceiptSenderOptions<Head extends JudgedHead> {
  readonly clock: Clock
  readonly device: DeviceId
  readonly heads: () => readonly Head[]
  /** How many other devices listen. */
  readonly others: () => number
  /** Devices (hex) that have to hear of these, or everybody. */
  readonly listeners: (news: readonly Head[]) => ReceiptListeners
  readonly seal: (receipt: Receipt) => Promise<Uint8Array>
  /** Along the trusted links to these. */
  readonly send: (sealed: Uint8Array, to: ReceiptListeners) => void
  /** To the relay, in place of the one before. */
  readonly keep: (sealed: Uint8Array) => void
}

const PAUSE_MS = 500
const FOR_EACH_OTHER_MS = 1000
const EVERY_MS = 10_000
const SIGN_OF_LIFE_MS = 60 * 60 * 1000

/** Nothing is sent before `changed` or `greet`. */
export function createReceiptSender<Head extends JudgedHead>(options: ReceiptSenderOptions<Head>): ReceiptSender {
  const { clock } = options
  /** What was told, the chain that changed last at the end. */
  const told = new Map<string, HeadClaim>()
  let counter = 0
  let sentAt = Number.NEGATIVE_INFINITY
  /** When everybody was told everything, or nothing was there to tell. */
  let toldAllAt = clock.now()
  /** First and last moment of what nobody was told of. */
  let untold: { readonly since: number; readonly until: number } | undefined
  let isGreeting = false
  let planned: { at: number; cancel: Cancel } | undefined
  let closed = false

  const plan = (at: number) => {
    if (closed || (planned && planned.at <= at)) return
    planned?.cancel()
    planned = { at, cancel: clock.after(at - clock.now(), wake) }
  }

  const dueAt = () => {
    const wholeAt = toldAllAt + SIGN_OF_LIFE_MS
    if (!untold) return wholeAt
    const rest = Math.min(EVERY_MS, Math.max(1, options.others()) * FOR_EACH_OTHER_MS)
    const inPause = Math.max(untold.until + PAUSE_MS, sentAt + rest)
    return Math.min(inPause, Math.max(untold.since + PAUSE_MS, sentAt + EVERY_MS), wholeAt)
  }

  const wake = () => {
    planned = undefined
    if (dueAt() <= clock.now()) void send()
    else plan(dueAt())
  }

  const changed = () => {
    untold = { since: untold?.since ?? clock.now(), until: clock.now() }
    plan(dueAt())
  }

  /** By the clock, so that it rises over restarts without being stored; by one where the clock stands still. */
  const nextCounter = () => {
    counter = Math.max(counter + 1, clock.now())
    return counter
  }

  const receiptOf = (claims: readonly HeadClaim[], digest: Uint8Array, complete: boolean): Receipt => ({
    device: options.device,
    counter: nextCounter(),
    at: clock.now(),
    digest,
    heads: claims.slice(-MAX_RECEIPT_HEADS),
    complete: complete && claims.length <= MAX_RECEIPT_HEADS,
  })

  const send = async (): Promise<void> => {
    sentAt = clock.now()
    const isWhole = isGreeting || sentAt >= toldAllAt + SIGN_OF_LIFE_MS
    if (isWhole) toldAllAt = sentAt
    isGreeting = false
    untold = undefined
    const heads = options.heads()
    const moved = heads.filter(({ chain, seq }) => told.get(toHex(chain))?.seq !== seq)
    const news = moved.map(claimOf)
    for (const claim of news) {
      const key = toHex(claim.chain)
      told.delete(key)
      told.set(key, claim)
    }
    const { digest } = judgedState(heads)
    const all = [...told.values()]
    const live = receiptOf(isWhole ? all : news, digest, isWhole)
    const to = isWhole || moved.length === 0 ? 'everybody' : options.listeners(moved)
    plan(dueAt())
    if (to === 'everybody' || to.size > 0) options.send(await options.seal(live), to)
    if (!closed) options.keep(await options.seal(receiptOf(all, digest, true)))
  }

  return {
    changed,
    greet() {
      isGreeting = true
      changed()
    },
    close() {
      closed = true
      planned?.cancel()
    },
  }
}

const claimOf = ({ chain, seq, id }: JudgedHead): HeadClaim => ({ chain, seq, idPrefix: id.slice(0, ID_PREFIX_BYTES) })
