import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createAddressGate } from '#relay/address-gate'

describe('address gate', () => {
  const limits = { sockets: 3, connections: { burst: 5, perSecond: 1 }, rooms: { burst: 2, perSecond: 0.1 } }

  it('R4 slows down an address that comes too often, and no other', async () => {
    const clock = createVirtualClock()
    const gate = createAddressGate(limits, clock)
    const visits = Array.from({ length: 8 }, () => {
      const visit = gate.enter('a')
      visit?.leave()
      return visit !== undefined
    })
    expect(visits.filter(Boolean)).toHaveLength(5)
    expect(gate.enter('b')).toBeDefined()
    await clock.advance(1000)
    expect(gate.enter('a')).toBeDefined()
  })

  it('R4 bounds the rooms that an address brings into being', () => {
    const visit = createAddressGate(limits, createVirtualClock()).enter('a')
    expect([visit?.mayCreateRoom(), visit?.mayCreateRoom(), visit?.mayCreateRoom()]).toEqual([true, true, false])
  })

  it('R4 counts a socket out once', () => {
    const gate = createAddressGate(limits, createVirtualClock())
    const first = gate.enter('a')
    first?.leave()
    first?.leave()
    const inside = [gate.enter('a'), gate.enter('a'), gate.enter('a'), gate.enter('a')]
    expect(inside.filter((visit) => visit !== undefined)).toHaveLength(3)
  })
})
