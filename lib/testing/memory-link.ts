/**
 * Two ends of a link inside one process, with the manners of a network: frames take time, arrive in order, and a link
 * that fails does so by closing or by going silent. It knows no time but the clock's.
 */

import type { Clock } from '#lib/base/clock'
import type { Link } from '#lib/transport/link'

/** How a road behaves; everything may change while it is in use. */
export interface MemoryRoad {
  /** How long the next frame travels. Later frames never overtake it. */
  delayMs?: () => number
  /** Whether the next frame breaks the road, as loss does to an ordered link: both ends close. */
  breaksNext?: () => boolean
  /** Whether the next frame arrives twice: something only a hostile or broken carrier does. */
  repeatsNext?: () => boolean
  /** Frames vanish and nobody is told, as when a cable is cut, until the ends give up by themselves. */
  silent?: boolean
  /** Without it, frames leave at once. */
  bytesPerSecond?: number
  /** Sees every frame as it is sent. */
  onSend?: (frame: Uint8Array) => void
}

/** Both ends, and a hand on the cable between them. */
export interface MemoryLinkPair {
  readonly a: Link
  readonly b: Link
  /** Closes both ends, each learning of it after the road's delay. */
  cut(reason: string): void
}

/** A queue shorter than this counts as drained. */
const LOW_WATER_BYTES = 262_144

/** Two connected ends; `road` is read anew for every frame. */
export function createMemoryLinkPair(clock: Clock, road: MemoryRoad = {}): MemoryLinkPair {
  const a: End = createEnd(clock, road, (delivery, delayMs) => b.take(delivery, delayMs))
  const b: End = createEnd(clock, road, (delivery, delayMs) => a.take(delivery, delayMs))
  return {
    a: a.link,
    b: b.link,
    cut(reason) {
      a.take({ type: 'close', reason }, road.delayMs?.() ?? 0)
      b.take({ type: 'close', reason }, road.delayMs?.() ?? 0)
    },
  }
}

type Delivery =
  | { readonly type: 'frame'; readonly frame: Uint8Array }
  | { readonly type: 'close'; readonly reason: string }

interface End {
  readonly link: Link
  /** Arrives after `delayMs`, never before what was handed in earlier. */
  take(delivery: Delivery, delayMs: number): void
}

function createEnd(clock: Clock, road: MemoryRoad, deliver: (delivery: Delivery, delayMs: number) => void): End {
  let open = true
  let lastArrivalAt = 0
  let queued = 0
  let freeAt = 0
  const waiting: (() => void)[] = []

  const wakeIfDrained = () => {
    if (open && queued > LOW_WATER_BYTES) return
    for (const wake of waiting.splice(0)) wake()
  }

  const end = (reason: string) => {
    if (!open) return
    open = false
    wakeIfDrained()
    link.onClose?.(reason)
  }

  const leave = (frame: Uint8Array) => {
    queued -= frame.length
    wakeIfDrained()
    if (road.silent) return
    const delayMs = road.delayMs?.() ?? 0
    if (road.breaksNext?.()) {
      deliver({ type: 'close', reason: 'broken' }, delayMs)
      end('broken')
      return
    }
    deliver({ type: 'frame', frame }, delayMs)
    if (road.repeatsNext?.()) deliver({ type: 'frame', frame }, delayMs)
  }

  const link: Link = {
    kind: 'memory',
    send(frame) {
      if (!open) return
      road.onSend?.(frame)
      queued += frame.length
      if (road.bytesPerSecond === undefined) return leave(frame)
      freeAt = Math.max(clock.now(), freeAt) + (frame.length / road.bytesPerSecond) * 1000
      clock.after(freeAt - clock.now(), () => open && leave(frame))
    },
    queuedBytes: () => queued,
    drained: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        wakeIfDrained()
      }),
    onFrame: undefined,
    onClose: undefined,
    close(reason) {
      if (!open) return
      if (!road.silent) deliver({ type: 'close', reason }, road.delayMs?.() ?? 0)
      end(reason)
    },
  }

  return {
    link,
    take(delivery, delayMs) {
      lastArrivalAt = Math.max(lastArrivalAt, clock.now() + delayMs)
      clock.after(lastArrivalAt - clock.now(), () => {
        if (!open) return
        if (delivery.type === 'close') end(delivery.reason)
        else link.onFrame?.(delivery.frame)
      })
    },
  }
}
