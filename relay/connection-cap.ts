import { networkOf } from '#relay/network-of'

/**
 * Bounds the connections of one network that are open at once, whether or not anything was asked on them: somebody who sends
 * requests letter by letter does not use up those of everybody (R4). Of no use behind a proxy, through which all come.
 */
export interface ConnectionCap {
  /** `undefined` when there are too many; otherwise call it once, when the connection has closed. */
  enter(address: string): (() => void) | undefined
}

export function createConnectionCap(most: number): ConnectionCap {
  const counts = new Map<string, number>()
  return {
    enter(address) {
      const network = networkOf(address)
      const count = counts.get(network) ?? 0
      if (count >= most) return undefined
      counts.set(network, count + 1)
      return () => {
        const left = (counts.get(network) ?? 1) - 1
        if (left > 0) counts.set(network, left)
        else counts.delete(network)
      }
    },
  }
}
