import type { Notice } from '#lib/host/workspace-facts'
import type { Refusal } from '#lib/replica/replica'

/** What a person should know of refused changes, one line a kind and person, until they put it away. */
export interface NoticeBoard {
  add(refusal: Refusal, who: string): void
  list(): readonly Notice[]
  dismiss(id: string): void
  /** Refused changes that nobody put away. */
  count(): number
}

const TYPES = {
  void: 'refused-change',
  'held-back': 'refused-change',
  fork: 'forked-chain',
  'copied-profile': 'forked-chain',
  opaque: 'newer-version',
} as const

export function createNoticeBoard(): NoticeBoard {
  let notices: readonly Notice[] = []
  return {
    add({ type }, who) {
      const id = `${TYPES[type]}/${who}`
      const count = (notices.find((notice) => notice.id === id)?.count ?? 0) + 1
      const notice: Notice = { id, type: TYPES[type], count, ...(who ? { who } : {}) }
      notices = [...notices.filter((other) => other.id !== id), notice]
    },
    list: () => notices,
    count: () => notices.reduce((sum, { type, count }) => sum + (type === 'refused-change' ? count : 0), 0),
    dismiss(id) {
      notices = notices.filter((notice) => notice.id !== id)
    },
  }
}
