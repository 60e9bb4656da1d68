import type { HeldChain } from '#lib/delivery/delivery-state'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { RelayClient } from '#lib/sync/relay-client'

/** The best of their states; one is on the way before there is any. */
export function bestState(relays: readonly Pick<RelayClient, 'state' | 'refusal'>[]): DeliveryView['relay'] {
  if (relays.length === 0) return 'connecting'
  const states = relays.map((relay) => {
    const state = relay.state()
    return state === 'connected' && relay.refusal() !== undefined ? 'full' : state
  })
  return (['connected', 'full', 'connecting', 'refused'] as const).find((one) => states.includes(one)) ?? 'away'
}

/** Whether one of them has all of these chains on its disk: one that has a part of each is no copy. */
export const holdsAll = (
  relays: readonly Pick<RelayClient, 'acknowledged'>[],
  chains: readonly Pick<HeldChain, 'chain' | 'newest'>[],
): boolean => relays.some((relay) => chains.every(({ chain, newest }) => relay.acknowledged(chain) >= newest))
