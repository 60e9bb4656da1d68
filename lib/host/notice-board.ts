import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createSerial } from '#lib/base/serial'
import type { Notice } from '#lib/host/workspace-facts'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Refusal } from '#lib/replica/replica-events'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { SyncFault } from '#lib/sync/sync-fault'

/** What a person should know of refused changes, one line a kind and person, until they put it away: also after a restart. */
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
  /** Resolves when what it knows is on disk. */
  close(): Promise<void>
}

/** Something that is worth a notice as long as it lasts. `key` tells it from others of its type. */
export interface StandingFact {
  readonly type: Exclude<Notice['type'], Kept | 'newer-version' | 'foreign-tab'>
  readonly key: string
  /** Name of the person concerned, if any. */
  readonly who?: string
}

const TYPES = {
  void: 'refused-change',
  'copied-profile': 'copied-profile',
  opaque: 'newer-version',
} as const satisfies Partial<Record<Refusal['type'], Notice['type']>>

/** What a reload does not mend, by its number on disk. */
const KEPT = ['refused-change', 'copied-profile', 'relay-set-back'] as const satisfies readonly Notice['type'][]
type Kept = (typeof KEPT)[number]

/** The id of that notice, which is about this device alone. */
export const COPIED_PROFILE = 'copied-profile/'

const KEY = 'notices'
const MOST_KEPT = 64

const keptAs = (type: Notice['type']): number => (KEPT as readonly Notice['type'][]).indexOf(type)
const noticeOf = (type: Notice['type'], who: string, count: number): Notice => ({
  ...{ id: `${type}/${who}`, type, count },
  ...(who ? { who } : {}),
})

async function readNotices(store: WorkspaceStore): Promise<readonly Notice[]> {
  const record = await store.record(KEY)
  const read = readAll((record.ok && record.value) || Uint8Array.of(0), (reader) =>
    reader.list(MOST_KEPT, () => ({ type: KEPT[reader.byte()], count: reader.varUint(), who: reader.text(400) })),
  )
  return read.ok ? read.value.flatMap(({ type, who, count }) => (type ? [noticeOf(type, who, count)] : [])) : []
}

export async function openNoticeBoard(store: WorkspaceStore): Promise<NoticeBoard> {
  let notices = await readNotices(store)
  const blamed = new Set<string>()
  /** Standing facts by id: whether somebody put them away. */
  let isDismissed: ReadonlyMap<string, boolean> = new Map()
  const inTurn = createSerial()
  let written = notices

  /** Once for all that changed while the disk was busy. */
  async function write(): Promise<void> {
    if (written === notices) return
    written = notices
    const kept = notices.filter(({ type }) => keptAs(type) >= 0).slice(-MOST_KEPT)
    const value = writeAll((writer) =>
      writer.list(kept, ({ type, count, who = '' }) => {
        writer.byte(keptAs(type))
        writer.varUint(count)
        writer.text(who)
      }),
    )
    await store.commit({ entries: [], records: [{ key: KEY, value }] })
  }

  function set(next: readonly Notice[]): void {
    notices = next
    void inTurn(write)
  }

  function put(type: Notice['type'], who: string, count: (before: number) => number): void {
    const { id } = noticeOf(type, who, 0)
    const before = notices.find((notice) => notice.id === id)?.count ?? 0
    set([...notices.filter((other) => other.id !== id), noticeOf(type, who, count(before))])
  }

  const add: NoticeBoard['add'] = ({ type }, who) =>
    put(TYPES[type], type === 'copied-profile' ? '' : who, (before) => before + 1)

  return {
    add,
    blame(device, fault, who) {
      const key = toHex(device)
      if (fault.type !== 'bad-entry' || blamed.has(key)) return
      blamed.add(key)
      add({ type: 'void' }, who)
    },
    setBack() {
      put('relay-set-back', '', () => 1)
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
      if (notices.some((notice) => notice.id === id)) set(notices.filter((notice) => notice.id !== id))
    },
    close: () => inTurn(write),
  }
}
