import { describe, expect, it } from 'vitest'
import {
  type ConnectionState,
  connectionDueAt,
  firstConnection,
  type RoadFacts,
  stepConnection,
  visibleConnection,
} from '#lib/delivery/connection-state'

const lost: RoadFacts = { nowMs: 0, relay: 'connecting', directPeers: 0, online: true, waiting: 0, received: 0 }

/** What is shown after each of these moments. */
function shown(...moments: Partial<RoadFacts>[]) {
  let state: ConnectionState = firstConnection(0)
  let facts = lost
  for (const moment of moments) {
    facts = { ...facts, ...moment }
    state = stepConnection(state, facts)
  }
  return { seen: visibleConnection(state, facts.nowMs), state }
}

describe('connection', () => {
  it('is not mentioned for a second, then looked for, then given up', () => {
    expect(shown({ nowMs: 900 }).seen).toBeUndefined()
    expect(shown({ nowMs: 1000 }).seen).toEqual({ type: 'connecting' })
    expect(shown({ nowMs: 8000 }).seen).toEqual({ type: 'offline' })
    expect(connectionDueAt(shown({ nowMs: 0 }).state, 0)).toBe(1000)
  })

  it('is there over a relay that has no room: it goes on giving', () => {
    expect(shown({ nowMs: 100, relay: 'full' }, { nowMs: 9000 })).toMatchObject({ state: { phase: 'connected' } })
  })

  it('does not flicker while a relay is tried again and again', () => {
    const tries = [10, 11, 12].map((at) => ({ nowMs: at * 1000, relay: at % 2 ? 'away' : 'connecting' }) as const)
    expect(shown({ nowMs: 9000 }, ...tries).seen).toEqual({ type: 'offline' })
  })

  it('is offline at once when the platform says so', () => {
    expect(shown({ nowMs: 1, relay: 'connected' }, { nowMs: 2, relay: 'away', online: false }).seen).toEqual({
      type: 'offline',
    })
  })

  it('holds with one direct peer, whatever the relay does', () => {
    expect(shown({ nowMs: 9000, relay: 'away', directPeers: 1 }).seen).toBeUndefined()
  })

  it('says for five seconds what a return brought, once everything was sent', () => {
    const away = [
      { nowMs: 1, online: false, relay: 'away', received: 4 },
      { nowMs: 50, waiting: 12 },
    ] as const
    const back = { nowMs: 60, online: true, relay: 'connected', received: 14 } as const
    expect(shown(...away, back).seen).toBeUndefined()
    const done = { nowMs: 90, waiting: 0, received: 34 }
    expect(shown(...away, back, done).seen).toEqual({ type: 'caught-up', sent: 12, received: 30 })
    expect(shown(...away, back, done, { nowMs: 5090 }).seen).toBeUndefined()
  })

  it('keeps quiet about a return that brought nothing', () => {
    const back = { nowMs: 60, online: true, relay: 'connected' } as const
    expect(shown({ nowMs: 1, online: false }, back).seen).toBeUndefined()
  })
})
