import type { SyncPeer } from '#lib/sync/sync-engine'

export interface TrustedPeers {
  /** A new link, which carries that much already. */
  meet(peer: Pick<SyncPeer, 'setTrusted'>, isTrusted: boolean): void
  /** Lets more than the log go along a link, or no more than that; a link that begins to carry more is greeted (R1). */
  set(peer: Pick<SyncPeer, 'setTrusted'>, isTrusted: boolean): void
}

/** `greet` tells all trusted links where this device is and what it has; it is called once for each link and each beginning of trust. */
export function createTrustedPeers(greet: () => void): TrustedPeers {
  const trusted = new WeakSet<Pick<SyncPeer, 'setTrusted'>>()
  return {
    meet(peer, isTrusted) {
      if (isTrusted) trusted.add(peer)
      greet()
    },
    set(peer, isTrusted) {
      const isNew = isTrusted && !trusted.has(peer)
      if (isTrusted) trusted.add(peer)
      else trusted.delete(peer)
      peer.setTrusted(isTrusted)
      if (isNew) greet()
    },
  }
}
