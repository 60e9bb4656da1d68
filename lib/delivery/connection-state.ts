/** Whether anything leads out of this device, told calmly: a short gap is no outage, and a return is worth a word. Pure. */

/** What the links say at one moment. */
export interface RoadFacts {
  readonly nowMs: number
  readonly relay: 'connected' | 'full' | 'connecting' | 'away' | 'refused'
  readonly directPeers: number
  /** What the platform says; false is believed, true is not. */
  readonly online: boolean
  /** Own edits that no other device and no relay is known to have. */
  readonly waiting: number
  /** Entries of others taken in since the start. */
  readonly received: number
}

export interface ConnectionState {
  readonly phase: 'connected' | 'connecting' | 'offline'
  readonly sinceMs: number
  /** What had gathered when it went offline; kept until everything was sent after the return. */
  readonly away?: { readonly received: number; readonly mostWaiting: number }
  /** The return: what was exchanged, shown for a while. */
  readonly caughtUp?: { readonly atMs: number; readonly sent: number; readonly received: number }
}

/** A lost road is looked for this long before anybody is told that they are offline. */
const GIVE_UP_MS = 8_000
/** "Connecting" is not shown sooner, "caught up" not longer. */
const PATIENCE_MS = 1_000
const CAUGHT_UP_MS = 5_000

export const firstConnection = (nowMs: number): ConnectionState => ({ phase: 'connecting', sinceMs: nowMs })

/** The state after these facts. */
export function stepConnection(before: ConnectionState, facts: RoadFacts): ConnectionState {
  const hasRoad = facts.relay === 'connected' || facts.relay === 'full' || facts.directPeers > 0
  const phase = hasRoad ? 'connected' : phaseWithoutRoad(before, facts)
  const sinceMs = phase === before.phase ? before.sinceMs : facts.nowMs
  if (phase === 'offline') {
    const { received, mostWaiting } = before.away ?? { received: facts.received, mostWaiting: 0 }
    return { phase, sinceMs, away: { received, mostWaiting: Math.max(mostWaiting, facts.waiting) } }
  }
  if (phase === 'connecting' || !before.away) {
    return { phase, sinceMs, ...pick(before, 'away'), ...pick(before, 'caughtUp') }
  }
  if (facts.waiting > 0) return { phase, sinceMs, away: before.away }
  const received = facts.received - before.away.received
  return { phase, sinceMs, caughtUp: { atMs: facts.nowMs, sent: before.away.mostWaiting, received } }
}

/** What of the state a person is shown; `undefined` when there is nothing to say. */
export function visibleConnection(
  state: ConnectionState,
  nowMs: number,
):
  | { readonly type: 'offline' }
  | { readonly type: 'connecting' }
  | { readonly type: 'caught-up'; readonly sent: number; readonly received: number }
  | undefined {
  if (state.phase === 'offline') return { type: 'offline' }
  if (state.phase === 'connecting') return nowMs - state.sinceMs >= PATIENCE_MS ? { type: 'connecting' } : undefined
  const { caughtUp } = state
  if (!caughtUp || nowMs - caughtUp.atMs >= CAUGHT_UP_MS || caughtUp.sent + caughtUp.received === 0) return undefined
  return { type: 'caught-up', sent: caughtUp.sent, received: caughtUp.received }
}

/** When what is shown may change by time alone. */
export function connectionDueAt(state: ConnectionState, nowMs: number): number | undefined {
  const times = [
    state.phase === 'connecting' ? state.sinceMs + PATIENCE_MS : undefined,
    state.phase === 'connecting' ? state.sinceMs + GIVE_UP_MS : undefined,
    state.caughtUp ? state.caughtUp.atMs + CAUGHT_UP_MS : undefined,
  ].filter((time) => time !== undefined && time > nowMs) as number[]
  return times.length > 0 ? Math.min(...times) : undefined
}

function phaseWithoutRoad(before: ConnectionState, { online, nowMs }: RoadFacts): 'connecting' | 'offline' {
  if (!online || before.phase === 'offline') return 'offline'
  return before.phase === 'connecting' && nowMs - before.sinceMs >= GIVE_UP_MS ? 'offline' : 'connecting'
}

const pick = <K extends 'away' | 'caughtUp'>(state: ConnectionState, key: K): Pick<ConnectionState, K> | object =>
  state[key] === undefined ? {} : { [key]: state[key] }
