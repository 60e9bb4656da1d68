import type { TabId } from '#lib/tabs/tab-message'
import type { TabLocks } from '#lib/tabs/tab-platform'

/** Client ids of a device per channel and life (E7): as many tabs of a workspace can write at once. */
export const CLIENT_SLOTS = 16

export interface ClientSlot {
  /** 0 to 15; no other tab of this profile has it. */
  readonly slot: number
  release(): void
}

/** Takes the lowest free slot of a workspace for as long as the tab lives; `undefined`: all are taken, so it reads only. */
export async function takeClientSlot(locks: TabLocks, workspace: string): Promise<ClientSlot | undefined> {
  for (let slot = 0; slot < CLIENT_SLOTS; slot++) {
    const taken = await takeSlot(locks, workspace, slot)
    if (taken) return taken
  }
  return undefined
}

/** Takes the highest free slot, where hardly a tab ever writes: for one edit beside what this tab has open. */
export async function takeSpareSlot(locks: TabLocks, workspace: string): Promise<ClientSlot | undefined> {
  for (let slot = CLIENT_SLOTS - 1; slot >= 0; slot--) {
    const taken = await takeSlot(locks, workspace, slot)
    if (taken) return taken
  }
  return undefined
}

/** Takes this very slot, to finish what its last tab began; `undefined` where another tab has it. */
export async function takeSlot(locks: TabLocks, workspace: string, slot: number): Promise<ClientSlot | undefined> {
  const release = await takeLock(locks, `waxwing/${workspace}/slot/${slot}`, { ifAvailable: true })
  return release && { slot, release }
}

const lifeLock = (workspace: string, tab: TabId) => `waxwing/${workspace}/tab/${tab}`

/** Shows the other tabs that this one lives, until it is released or the tab is gone, however it ended. */
export async function showTabLife(locks: TabLocks, workspace: string, tab: TabId): Promise<() => void> {
  return (await takeLock(locks, lifeLock(workspace, tab), {})) ?? (() => {})
}

/** Resolves when `tab`, which showed its life, is gone; stays pending for ever once `signal` is aborted. */
export function tabGone(locks: TabLocks, workspace: string, tab: TabId, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    locks.request(lifeLock(workspace, tab), { signal }, async () => resolve()).catch(() => {})
  })
}

/** Resolves once the lock is held, with what lets it go; with `undefined` where it is not to be had. */
function takeLock(
  locks: TabLocks,
  name: string,
  options: { ifAvailable?: boolean },
): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const held = (lock: unknown) => {
      if (lock === null) {
        resolve(undefined)
        return Promise.resolve()
      }
      return new Promise<void>((release) => resolve(release))
    }
    locks.request(name, options, held).catch(reject)
  })
}
