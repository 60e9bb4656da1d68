import type { Notice } from '#lib/session/session-view'

/** Notices that a tab of another release is open beside this one: neither can hear the other. */
export interface ForeignTabNotice {
  /** Such a tab was heard. */
  heard(): void
  list(): readonly Notice[]
  /** For as long as this workspace stays open; `false` for the id of another notice. */
  dismiss(id: string): boolean
}

const NOTICE: Notice = { id: 'foreign-tab', type: 'foreign-tab', count: 1 }

export function createForeignTabNotice(onChange: () => void): ForeignTabNotice {
  let state: 'silent' | 'heard' | 'dismissed' = 'silent'
  return {
    heard() {
      if (state !== 'silent') return
      state = 'heard'
      onChange()
    },
    list: () => (state === 'heard' ? [NOTICE] : []),
    dismiss(id) {
      if (id !== NOTICE.id) return false
      state = 'dismissed'
      onChange()
      return true
    },
  }
}
