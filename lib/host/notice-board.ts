import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { Notice } from '#lib/host/workspace-facts'
import type { Refusal } from '#lib/replica/replica-events'
import type { SyncFault } from '#lib/sync/sync-fault'

/** What a person should know of refused changes, one line a kind and person, until they put it away. */
export interface NoticeBoard {
  add(refusal: { readonly type: keyof typeof TYPES }, who: string): void
  /**
   * A device's link was closed for what it sent. Told of forged entries alone (E8), and once a device: a broken frame
   * changes nothing that a person has, and whoever is refused may come again as often as they like.
   */
  blame(device: DeviceId, fault: SyncFault, who: string): void
  /** A relay has less than it had (R4). */
  setBack(): void
  list(): readonly Notice[]
  /** What is so right now, as notices: without those that were put away since it began. */
  standing(facts: readonly StandingFact[]): readonly Notice[]
  dismiss(id: string): void
  /** Refused changes that nobody put away. */
  count(): number
}

/** Something that is worth a notice as long as it lasts. `key` tells it from others of its type. */
export interface StandingFact {
  readonly type: Exclude<Notice['type'], 'refused-change' | 'newer-version' | 'foreign-tab' | 'relay-set-back'>
  readonly key: string
  /** Name of the person concerned, if any. */
  readonly who?: string
}

const TYPES = {
  void: 'refused-change',
  'held-back': 'refused-change',
  'copied-profile': 'forked-chain',
  opaque: 'newer-version',
} as const satisfies Partial<Record<Refusal['type'], Notice['type']>>

export function createNoticeBoard(): NoticeBoard {
  let notices: readonly Notice[] = []
  const blamed = new Set<string>()
  /** Standing facts by id: whether somebody put them away. */
  let isDismissed: ReadonlyMap<string, boolean> = new Map()

  function add({ type }: { readonly type: keyof typeof TYPES }, who: string): void {
    const id = `${TYPES[type]}/${who}`
    const count = (notices.find((notice) => notice.id === id)?.count ?? 0) + 1
    const notice: Notice = { id, type: TYPES[type], count, ...(who ? { who } : {}) }
    notices = [...notices.filter((other) => other.id !== id), notice]
  }

  return {
    add,
    blame(device, fault, who) {
      const key = toHex(device)
      if (fault.type !== 'bad-entry' || blamed.has(key)) return
      blamed.add(key)
      add({ type: 'void' }, who)
    },
    setBack() {
      const id = 'relay-set-back/'
      notices = [...notices.filter((other) => other.id !== id), { id, type: 'relay-set-back', count: 1 }]
    },
    list: () => notices,
    count: () => notices.reduce((sum, { type, count }) => sum + (type === 'refused-change' ? count : 0), 0),
    standing(facts) {
      const shown = facts.map(
        ({ type, key, who }): Notice => ({
          id: `${type}/${key}`,
          type,
          count: 1,
          ...(who ? { who } : {}),
        }),
      )
      isDismissed = new Map(shown.map(({ id }) => [id, isDismissed.get(id) ?? false]))
      return shown.filter(({ id }) => !isDismissed.get(id))
    },
    dismiss(id) {
      if (isDismissed.has(id)) isDismissed = new Map(isDismissed).set(id, true)
      notices = notices.filter((notice) => notice.id !== id)
    },
  }
}
