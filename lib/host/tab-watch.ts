import { tabGone } from '#lib/tabs/client-slots'
import type { TabLocks } from '#lib/tabs/tab-platform'

/** Tabs that have told the leader something: each is watched until it is gone, however it ended. */
export interface TabWatch {
  note(tab: string): void
  close(): void
}

/** `workspace` in hex. */
export function createTabWatch(locks: TabLocks, workspace: string, onGone: (tab: string) => void): TabWatch {
  const tabs = new Set<string>()
  const ending = new AbortController()
  return {
    note(tab) {
      if (tabs.has(tab)) return
      tabs.add(tab)
      void tabGone(locks, workspace, tab, ending.signal).then(() => {
        tabs.delete(tab)
        onGone(tab)
      })
    },
    close: () => ending.abort(),
  }
}
