/**
 * Decides whether one more socket from a network address, of IPv6 a /64, is let in (R4). Addresses live here in memory
 * while they matter and are never logged or stored.
 */
import type { Clock } from '#lib/base/clock'
import { networkOf } from '#relay/network-of'
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

/** Who was here is remembered so far back; it never keeps anybody out. */
const MAX_REMEMBERED = 50_000

export function createAddressGate(limits: AddressLimits, clock: Clock): AddressGate {
  /** With open sockets. */
  const present = new Map<string, Visitor>()
  /** Without, the longest gone first. */
  const gone = new Map<string, Visitor>()

  const fresh = (): Visitor => ({
    sockets: 0,
    connections: createTokenBucket(limits.connections, clock),
    rooms: createTokenBucket(limits.rooms, clock),
  })
  const remember = (network: string, visitor: Visitor) => {
    present.delete(network)
    gone.delete(network)
    if (visitor.sockets > 0) present.set(network, visitor)
    else gone.set(network, visitor)
    const [longestGone] = gone.size > MAX_REMEMBERED ? gone.keys() : []
    if (longestGone !== undefined) gone.delete(longestGone)
  }

  return {
    enter(address) {
      const network = networkOf(address)
      const visitor = present.get(network) ?? gone.get(network) ?? fresh()
      const isLetIn = visitor.sockets < limits.sockets && visitor.connections.trySpend(1)
      if (isLetIn) visitor.sockets++
      remember(network, visitor)
      if (!isLetIn) return undefined
      let inside = true
      return {
        leave() {
          if (!inside) return
          inside = false
          visitor.sockets--
          remember(network, visitor)
        },
        mayCreateRoom: () => visitor.rooms.trySpend(1),
      }
    },
  }
}
