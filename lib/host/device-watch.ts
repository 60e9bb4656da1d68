import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { StandingFact } from '#lib/host/notice-board'
import { openSeenList } from '#lib/host/seen-list'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { MembershipLog } from '#lib/workspace/membership-log'
import type { DeviceRecord, MembershipState } from '#lib/workspace/membership-state'

/**
 * Nobody's new device is silent (V1): tells of every one that was added since this device itself came, until the person
 * put that away. Beside it, once, that a device which came back by a recovery kit has others to look at (V2).
 */
export interface DeviceWatch {
  facts(state: MembershipState): readonly StandingFact[]
  /** A notice was put away, by its id. */
  dismissed(noticeId: string): Promise<void>
  /** The person at this very device brought it in. */
  note(device: DeviceId): Promise<void>
}

export interface DeviceWatchOptions {
  readonly store: WorkspaceStore
  readonly membership: Pick<MembershipLog, 'covers' | 'operation'>
  readonly device: DeviceId
  /** Whether this device holds its person's root. */
  readonly hasRoot: boolean
}

/**
 * Of a person whose number was compared the stronger word is said alone, and nothing once that was put away. `isOfMarked`
 * tells of a device, by its id in hex, whether it is such a person's.
 */
export const deviceFacts = (
  news: readonly StandingFact[],
  ofVerified: readonly StandingFact[],
  isOfMarked: (device: string) => boolean,
): readonly StandingFact[] => [
  ...news.filter(({ type, key }) => type !== 'new-device' || !isOfMarked(key)),
  ...ofVerified,
]

const TYPES = ['own-new-device', 'new-device', 'recovered'] as const

export async function openDeviceWatch(options: DeviceWatchOptions): Promise<DeviceWatch> {
  const { store, membership, device, hasRoot } = options
  const seen = await openSeenList<DeviceId>(store, 'seen-devices', 32)
  const wasAdded = ({ admission }: DeviceRecord): boolean =>
    membership.operation(admission as EntryId)?.type === 'device.add'

  return {
    note: seen.add,
    facts(state) {
      const own = state.devices.get(toHex(device))
      if (!own?.active) return []
      const isNews = (other: DeviceRecord): boolean =>
        other.active && wasAdded(other) && !membership.covers([own.admission as EntryId], [other.admission as EntryId])
      const news = [...state.devices.values()].filter(
        (other) => !sameBytes(other.device, device) && !seen.has(other.device) && isNews(other),
      )
      const others = state.members.get(toHex(own.person))?.devices.length ?? 1
      const isBack = hasRoot && wasAdded(own) && others > 1 && !seen.has(device)
      return [
        ...news.map((other): StandingFact => {
          const isMine = sameBytes(other.person, own.person)
          const who = isMine ? other.name : (state.members.get(toHex(other.person))?.name ?? '')
          return { type: isMine ? 'own-new-device' : 'new-device', key: toHex(other.device), who }
        }),
        ...(isBack ? [{ type: 'recovered', key: toHex(device) } as const] : []),
      ]
    },
    async dismissed(noticeId) {
      const [type, key = ''] = noticeId.split('/')
      const id = TYPES.some((one) => one === type) ? fromHex(key) : undefined
      if (id?.length === 32) await seen.add(id as DeviceId)
    },
  }
}
