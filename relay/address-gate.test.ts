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

  /** Which of these addresses are let in, one socket each, under a limit of one socket an address. */
  const letIn = (...addresses: readonly string[]) => {
    const gate = createAddressGate({ ...limits, sockets: 1 }, createVirtualClock())
    return addresses.map((address) => gate.enter(address) !== undefined)
  }

  it('R4 takes all of an IPv6 /64 for one address, however it is written', () => {
    expect(letIn('2001:db8:0:7::1', '2001:0DB8::7:ffff:1:2:3', '2001:db8:0:8::1')).toEqual([true, false, true])
    expect(letIn('fe80::1%eth0', 'fe80::2%eth0', '::1')).toEqual([true, false, true])
  })

  it('R4 takes an IPv4 address mapped into IPv6 for that address', () => {
    expect(letIn('192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '::ffff:192.0.2.2')).toEqual([
      true,
      false,
      false,
      true,
    ])
  })

  it('R4 locks nobody out while more addresses come than it remembers', () => {
    const gate = createAddressGate({ ...limits, connections: { burst: 1, perSecond: 0.001 } }, createVirtualClock())
    const inside = gate.enter('mallory stays')
    for (let i = 0; i < 50_100; i++) gate.enter(`mallory ${i}`)?.leave()
    expect(gate.enter('mallory 50099')).toBeUndefined()
    expect(gate.enter('bob')).toBeDefined()
    inside?.leave()
    expect(gate.enter('mallory stays')).toBeUndefined()
  })
})
