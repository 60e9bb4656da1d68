import type { Cancel, Clock } from '#lib/base/clock'
import { readTabMessage, type TabId, wrapTabMessage } from '#lib/tabs/tab-message'
import type { TabChannel, TabLocks, TabVisibility } from '#lib/tabs/tab-platform'

/**
 * Which tab of a workspace leads: the one that holds a lock, and preferably one that somebody looks at, because the
 * browser throttles and suspends the others (D5). The lock is no fence: a suspended leader learns too late that it was
 * taken away, so every append is compared with the chain's head inside its transaction all the same.
 */
export interface Leadership {
  leads(): boolean
  /** Takes the lead away from a leader that does not answer. */
  takeOver(): void
  /** Stops leading and waiting to lead. */
  close(): void
}

export interface LeadershipOptions {
  /** Workspace id in hex. */
  readonly workspace: string
  readonly tab: TabId
  readonly locks: TabLocks
  readonly visibility: TabVisibility
  /** Shared by all tabs of the workspace; stays open when the leadership is closed. */
  readonly channel: TabChannel
  readonly clock: Clock
  /** Requests must be answerable when this returns, if only with "wait": the other tabs are told next. */
  onLead(): void
  /** The lead is lost; whatever is being committed now meets the fence. */
  onFollow(): void
  /** Finishes what is under way before another tab gets the lead; it waits no longer than `HAND_OVER_MS`. */
  beforeHandOver?(): Promise<void>
}

/** After this long without an answer a visible tab takes the lead. */
export const HAND_OVER_MS = 2000

const leadLock = (workspace: string): string => `waxwing/${workspace}/lead`

export function createLeadership(options: LeadershipOptions): Leadership {
  const { workspace, tab, locks, visibility, channel, clock } = options
  let leading = false
  let taking = false
  let closed = false
  let release = () => {}
  let leaveQueue = () => {}
  let stopAsking: Cancel = () => {}

  function hold(lock: unknown): Promise<void> {
    if (closed || lock === null) return Promise.resolve()
    stopAsking()
    taking = false
    if (!leading) {
      leading = true
      options.onLead()
      post({ type: 'leads', from: tab })
    }
    return new Promise((resolve) => {
      release = resolve
    })
  }

  /** After the lock was stolen, or was not to be had. */
  function lost(): void {
    if (closed || !(leading || taking)) return
    taking = false
    if (leading) {
      leading = false
      options.onFollow()
    }
    queue()
  }

  function queue(): void {
    const leave = new AbortController()
    leaveQueue = () => leave.abort()
    locks.request(leadLock(workspace), { signal: leave.signal }, hold).catch(() => {
      if (!leave.signal.aborted) lost()
    })
  }

  function takeOver(): void {
    stopAsking()
    if (leading || taking || closed) return
    taking = true
    leaveQueue()
    locks.request(leadLock(workspace), { steal: true }, hold).catch(lost)
  }

  function askToLead(): void {
    stopAsking()
    if (leading || closed || !visibility.visible()) return
    stopAsking = clock.after(HAND_OVER_MS, takeOver)
    post({ type: 'ask-to-lead', from: tab })
  }

  async function answer(to: TabId): Promise<void> {
    const yours = !visibility.visible()
    if (yours) await options.beforeHandOver?.()
    if (leading) post({ type: 'lead-answer', from: tab, to, yours })
  }

  function post(message: Parameters<typeof wrapTabMessage>[0]): void {
    if (!closed) channel.postMessage(wrapTabMessage(message))
  }

  function onMessage({ data }: { readonly data: unknown }): void {
    const message = readTabMessage(data)
    if (message === undefined || message === 'foreign-version') return
    if (message.type === 'ask-to-lead' && leading) void answer(message.from)
    else if (message.type === 'leads' || message.type === 'leads-unseen') askToLead()
    else if (message.type === 'lead-answer' && message.to === tab) {
      if (message.yours) takeOver()
      else stopAsking()
    }
  }

  function onVisibility(): void {
    if (!leading) askToLead()
    else if (!visibility.visible()) post({ type: 'leads-unseen', from: tab })
  }

  channel.addEventListener('message', onMessage)
  const stopWatching = visibility.onChange(onVisibility)
  queue()
  askToLead()

  return {
    leads: () => leading,
    takeOver,
    close() {
      closed = true
      leading = false
      stopAsking()
      stopWatching()
      channel.removeEventListener('message', onMessage)
      leaveQueue()
      release()
    },
  }
}
