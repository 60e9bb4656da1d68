import type { Cancel, Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'

/**
 * When to give up on a connection, whom to call again and when to call out, which y-webrtc leaves open (D3): it waits
 * for ever for what never connects, answers without limit, and announces itself only when something changed.
 */
export interface MeshGuard {
  /** Calls `giveUp` unless it is cancelled within 8 to 10 seconds. */
  deadline(giveUp: () => void): Cancel
  /** Whether a new connection may be made to the peer of this name: not too many at once, nor too often in vain. */
  mayConnect(peerId: string, connections: number): boolean
  /** Whether so many links to devices that the log does not know yet may stand: each may be one or none to let in. */
  mayKeepUnknown(unknownLinks: number): boolean
  failed(peerId: string): void
  succeeded(peerId: string): void
  /** Something changed for the better (the network is back, somebody looks): call out soon. */
  wake(): void
  close(): void
}

export interface MeshGuardOptions {
  readonly clock: Clock
  readonly random: Random
  readonly maxConnections: number
  /** Links that carry. */
  degree(): number
  announce(): void
}

const DEADLINE_MS = 8000
const DEADLINE_SPREAD_MS = 2000
/** With fewer links it goes on calling out. */
const LOW_DEGREE = 4
const FIRST_CALL_MS = 5000
const CALL_SPREAD_MS = 3000
const MAX_CALL_ALONE_MS = 30_000
const MAX_CALL_MS = 120_000
/** The second failure with a peer is followed by this pause, every further one by twice the pause before. */
const FIRST_PAUSE_MS = 2000
const MAX_PAUSE_MS = 300_000
const MAX_REMEMBERED = 512
/** Links that others may make beyond the wanted number. */
const INBOUND_RESERVE = 6
const MAX_UNKNOWN_LINKS = 8
/** Chromium takes 500 connections a page and counts closed ones for a while. */
const ATTEMPTS_AT_ONCE = 40
const ATTEMPTS_PER_SECOND = 1

export function createMeshGuard({ clock, random, maxConnections, degree, announce }: MeshGuardOptions): MeshGuard {
  const failures = new Map<string, { readonly count: number; readonly until: number }>()
  let attempts = ATTEMPTS_AT_ONCE
  let refilledAt = clock.now()
  let callMs = FIRST_CALL_MS
  let stopCalling: Cancel = () => {}
  let closed = false

  function call(): void {
    stopCalling()
    stopCalling = clock.after(callMs + randomBelow(random, CALL_SPREAD_MS), () => {
      const links = degree()
      callMs = links >= LOW_DEGREE ? FIRST_CALL_MS : Math.min(2 * callMs, links === 0 ? MAX_CALL_ALONE_MS : MAX_CALL_MS)
      if (links < LOW_DEGREE) announce()
      if (!closed) call()
    })
  }

  function spendAttempt(): boolean {
    const elapsedMs = Math.max(0, clock.now() - refilledAt)
    attempts = Math.min(ATTEMPTS_AT_ONCE, attempts + (elapsedMs / 1000) * ATTEMPTS_PER_SECOND)
    refilledAt = clock.now()
    if (attempts < 1) return false
    attempts -= 1
    return true
  }

  call()

  return {
    deadline: (giveUp) => clock.after(DEADLINE_MS + randomBelow(random, DEADLINE_SPREAD_MS), giveUp),
    mayConnect(peerId, connections) {
      if (closed || connections >= maxConnections + INBOUND_RESERVE) return false
      if ((failures.get(peerId)?.until ?? 0) > clock.now()) return false
      return spendAttempt()
    },
    mayKeepUnknown: (unknownLinks) => unknownLinks <= MAX_UNKNOWN_LINKS,
    failed(peerId) {
      const count = (failures.get(peerId)?.count ?? 0) + 1
      failures.delete(peerId)
      const pauseMs = count === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (count - 2), MAX_PAUSE_MS)
      failures.set(peerId, { count, until: clock.now() + pauseMs })
      const oldest = failures.size > MAX_REMEMBERED ? failures.keys().next().value : undefined
      if (oldest !== undefined) failures.delete(oldest)
    },
    succeeded: (peerId) => void failures.delete(peerId),
    wake() {
      if (closed) return
      failures.clear()
      callMs = FIRST_CALL_MS
      if (degree() < LOW_DEGREE) announce()
      call()
    },
    close() {
      closed = true
      stopCalling()
    },
  }
}
