/**
 * Decides whether one more socket from a network address is let in (R4). Addresses live here in memory while they
 * matter and are never logged or stored.
 */
import type { Clock } from '#lib/base/clock'
import { createTokenBucket, type Rate, type TokenBucket } from '#relay/token-bucket'

export interface AddressLimits {
  /** Sockets open at once from one address; teams may share an address. */
  readonly sockets: number
  readonly connections: Rate
  /** Rooms brought into being. */
  readonly rooms: Rate
}

export interface AddressGate {
  /** `undefined` when refused; otherwise call `leave` once, when the socket has closed. */
  enter(address: string): { leave(): void; mayCreateRoom(): boolean } | undefined
}

interface Visitor {
  sockets: number
  readonly connections: TokenBucket
  readonly rooms: TokenBucket
}

const MAX_REMEMBERED = 50_000

export function createAddressGate(limits: AddressLimits, clock: Clock): AddressGate {
  const visitors = new Map<string, Visitor>()

  const forgetIdle = () => {
    for (const [address, visitor] of visitors) {
      if (visitor.sockets === 0 && visitor.connections.isFull() && visitor.rooms.isFull()) visitors.delete(address)
    }
  }

  const visitorOf = (address: string): Visitor | undefined => {
    const known = visitors.get(address)
    if (known !== undefined) return known
    if (visitors.size >= MAX_REMEMBERED) forgetIdle()
    if (visitors.size >= MAX_REMEMBERED) return undefined
    const visitor = {
      sockets: 0,
      connections: createTokenBucket(limits.connections, clock),
      rooms: createTokenBucket(limits.rooms, clock),
    }
    visitors.set(address, visitor)
    return visitor
  }

  return {
    enter(address) {
      const visitor = visitorOf(address)
      if (visitor === undefined || visitor.sockets >= limits.sockets || !visitor.connections.trySpend(1))
        return undefined
      visitor.sockets++
      let inside = true
      return {
        leave() {
          if (inside) visitor.sockets--
          inside = false
        },
        mayCreateRoom: () => visitor.rooms.trySpend(1),
      }
    },
  }
}
