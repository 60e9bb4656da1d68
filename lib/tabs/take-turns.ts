import type { TabLocks } from '#lib/tabs/tab-platform'

/** Runs `task` while no other tab runs one of that name; `undefined` where `signal` ended the waiting for it. */
export async function takeTurns<T>(
  locks: TabLocks,
  name: string,
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T | undefined> {
  let done: { readonly value: T } | undefined
  let isMine = false
  try {
    await locks.request(`waxwing/${name}`, { signal }, async () => {
      isMine = true
      done = { value: await task() }
    })
  } catch (error) {
    if (isMine || !signal.aborted) throw error
  }
  return done?.value
}
