/** Loaded by a page: this tab's part in leadership and slots, on the real locks, channels and visibility. */

import { type ClientSlot, showTabLife, tabGone, takeClientSlot } from '#lib/tabs/client-slots'
import { createLeadership, type Leadership } from '#lib/tabs/leadership'
import { browserTabPlatform } from '#lib/tabs/tab-platform'

const platform = browserTabPlatform()
const leaderships: Leadership[] = []
const slots: (ClientSlot | undefined)[] = []
const changes: string[] = []
const gone: string[] = []

/** Joins the tabs of `workspace` under the name `tab`. */
export function join({ workspace, tab }: { workspace: string; tab: string }): void {
  const leadership = createLeadership({
    workspace,
    tab,
    locks: platform.locks,
    visibility: platform.visibility,
    channel: platform.openChannel(workspace),
    clock: {
      now: () => Date.now(),
      after(delayMs, task) {
        const timer = setTimeout(task, delayMs)
        return () => clearTimeout(timer)
      },
    },
    onLead: () => changes.push('leads'),
    onFollow: () => changes.push('follows'),
  })
  leaderships.push(leadership)
}

export const leads = (): boolean => leaderships.some((leadership) => leadership.leads())
export const changesOfLead = (): readonly string[] => changes
export const takeOver = (): void => leaderships[0]?.takeOver()

/** Takes so many slots one after another; their numbers, `null` for none. */
export async function takeSlots({
  workspace,
  count,
}: {
  workspace: string
  count: number
}): Promise<(number | null)[]> {
  const taken: (number | null)[] = []
  for (let i = 0; i < count; i++) {
    const slot = await takeClientSlot(platform.locks, workspace)
    slots.push(slot)
    taken.push(slot?.slot ?? null)
  }
  return taken
}

export async function showLife({ workspace, tab }: { workspace: string; tab: string }): Promise<void> {
  await showTabLife(platform.locks, workspace, tab)
}

/** From now on `tabsGone` names `tab` once it is gone. */
export function watch({ workspace, tab }: { workspace: string; tab: string }): void {
  void tabGone(platform.locks, workspace, tab, new AbortController().signal).then(() => gone.push(tab))
}

export const tabsGone = (): readonly string[] => gone
