import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId } from '#lib/base/ids'
import { nameOfDevice } from '#lib/host/face-of'
import type { StandingFact } from '#lib/host/notice-board'
import { openSeenList } from '#lib/host/seen-list'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { MembershipState } from '#lib/workspace/membership-state'

/**
 * Tells of devices that wrote two entries at one place (E3), also after a restart, until the person put that away. Roots are none:
 * two backups, or a backup and a kit, know nothing of what the root signed by the other (V7), and both count.
 */
export interface ForkWatch {
  /** One a device, whatever the number of its chains. */
  facts(state: MembershipState): readonly StandingFact[]
  /** A notice was put away, by its id; of others it knows nothing. Further chains of that device are told of anew. */
  dismissed(noticeId: string): Promise<void>
}

export async function openForkWatch(store: WorkspaceStore, replica: Pick<Replica, 'forks'>): Promise<ForkWatch> {
  const seen = await openSeenList<ChainTag>(store, 'seen-forks', 16)
  const news = () => replica.forks().filter(({ chain }) => !seen.has(chain))
  return {
    facts(state) {
      const devices = new Map(news().map(({ device }) => [toHex(device), device]))
      return [...devices]
        .filter(([key]) => state.devices.has(key))
        .map(([key, device]) => ({ type: 'forked-chain', key, who: nameOfDevice(state, device) }))
    },
    async dismissed(noticeId) {
      const [type, key = ''] = noticeId.split('/')
      const device = type === 'forked-chain' ? fromHex(key) : undefined
      const chains = news().flatMap((fork) =>
        device && sameBytes(fork.device, device as DeviceId) ? [fork.chain] : [],
      )
      await seen.add(...chains)
    },
  }
}
