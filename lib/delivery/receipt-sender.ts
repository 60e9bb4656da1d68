/**
 * Tells the others what this device applied or judged (R10): soon after the first change, then at most every 10 s, and now
 * and then while nothing changes, so that nobody takes it for silent. Links are told what is new, and everything when one of them opens;
 * the relay keeps the last value, with everything that fits.
 */

import { toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId } from '#lib/base/ids'
import { type JudgedHead, judgedState } from '#lib/delivery/judged-state'
import { type HeadClaim, ID_PREFIX_BYTES } from '#lib/protocol/frame-fields'
import { MAX_RECEIPT_HEADS, type Receipt } from '#lib/protocol/receipt'

export interface ReceiptSender {
  /** Something was judged. */
  changed(): void
  /** A link opened, or the relay's road did: whoever is there is told everything. */
  greet(): void
  close(): void
}

export interface ReceiptSenderOptions {
  readonly clock: Clock
  readonly device: DeviceId
  readonly heads: () => readonly JudgedHead[]
  readonly seal: (receipt: Receipt) => Promise<Uint8Array>
  /** To every trusted link. */
  readonly send: (sealed: Uint8Array) => void
  /** To the relay, in place of the one before. */
  readonly keep: (sealed: Uint8Array) => void
}

const SETTLE_MS = 500
const EVERY_MS = 10_000
const SIGN_OF_LIFE_MS = 60 * 60 * 1000

/** Nothing is sent before `changed` or `greet`. */
export function createReceiptSender(options: ReceiptSenderOptions): ReceiptSender {
  const { clock } = options
  /** What was told, the chain that changed last at the end. */
  const told = new Map<string, HeadClaim>()
  let counter = 0
  let sentAt = Number.NEGATIVE_INFINITY
  let isGreeting = false
  let planned: { at: number; cancel: Cancel } | undefined
  let closed = false

  const plan = (at: number) => {
    if (closed || (planned && planned.at <= at)) return
    planned?.cancel()
    planned = { at, cancel: clock.after(at - clock.now(), () => void send()) }
  }
  const planSoon = () => plan(Math.max(clock.now() + SETTLE_MS, sentAt + EVERY_MS))

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
    planned = undefined
    sentAt = clock.now()
    const heads = options.heads()
    const news = heads.filter(({ chain, seq }) => told.get(toHex(chain))?.seq !== seq).map(claimOf)
    for (const claim of news) {
      const key = toHex(claim.chain)
      told.delete(key)
      told.set(key, claim)
    }
    const { digest } = judgedState(heads)
    const all = [...told.values()]
    const live = receiptOf(isGreeting ? all : news, digest, isGreeting)
    isGreeting = false
    plan(clock.now() + SIGN_OF_LIFE_MS)
    options.send(await options.seal(live))
    if (!closed) options.keep(await options.seal(receiptOf(all, digest, true)))
  }

  return {
    changed: planSoon,
    greet() {
      isGreeting = true
      planSoon()
    },
    close() {
      closed = true
      planned?.cancel()
    },
  }
}

const claimOf = ({ chain, seq, id }: JudgedHead): HeadClaim => ({ chain, seq, idPrefix: id.slice(0, ID_PREFIX_BYTES) })
