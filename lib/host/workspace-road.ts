import type { Cancel, Clock } from '#lib/base/clock'
import { err } from '#lib/base/result'
import type { HostCalls, HostClient, HostEvents } from '#lib/host/host-protocol'
import type { WorkspaceHost } from '#lib/host/workspace-host'
import { createLeadership } from '#lib/tabs/leadership'
import { createTabBus, type TabEvent, type TabHandlers, type TabLead } from '#lib/tabs/tab-bus'
import { type TabId, wrapTabMessage } from '#lib/tabs/tab-message'
import type { TabPlatform } from '#lib/tabs/tab-platform'

/** The way from this tab to whichever tab leads the workspace; this one starts a host when the lead falls to it. */
export interface WorkspaceRoad extends HostClient {
  /** Another tab, or this one, leads from now on. */
  onLeader: (() => void) | undefined
  onEvent: ((event: TabEvent<HostEvents>) => void) | undefined
  /** A tab of another release has this workspace open. */
  onForeignVersion: (() => void) | undefined
  /** Why the last channel could not be opened. */
  failure(): RoadFailure | undefined
  close(): Promise<void>
}

/** `type` of what the disk said, else `nobody-leads`, or `host-failed` where the leader's part failed for no known reason. */
export interface RoadFailure {
  readonly type: string
}

export interface WorkspaceRoadOptions {
  /** Workspace id in hex. */
  readonly workspace: string
  readonly tab: TabId
  readonly platform: TabPlatform
  readonly clock: Clock
  /**
   * Starts the leader's part; `emit` reaches every tab. Rejects when the workspace cannot be opened, with a typed error as
   * the cause where there is one.
   */
  startHost(emit: TabLead<HostEvents>['emit']): Promise<WorkspaceHost>
}

/** A leader whose part could not be started tries again after this long. */
const RETRY_MS = 5000

export function openWorkspaceRoad(options: WorkspaceRoadOptions): WorkspaceRoad {
  const { workspace, tab, platform, clock } = options
  const channel = platform.openChannel(`waxwing/${workspace}`)
  const bus = createTabBus<HostCalls, HostEvents>({ tab, channel, clock })
  let lead: TabLead<HostEvents> | undefined
  let host: Promise<WorkspaceHost> | undefined
  let stopping: Promise<void> = Promise.resolve()
  let stopRetrying: Cancel = () => {}
  let hostFailure: RoadFailure | undefined
  let failure: RoadFailure | undefined

  function startLeading(): void {
    const emit: TabLead<HostEvents>['emit'] = (name, payload, to) => lead?.emit(name, payload, to)
    host = stopping.then(() => options.startHost(emit))
    const serving = host
    hostFailure = undefined
    serving.catch((error: unknown) => {
      hostFailure = causeOf(error)
      if (host === serving) stopRetrying = clock.after(RETRY_MS, startAgain)
    })
    const handlers: TabHandlers<HostCalls> = {
      open: async (name) => (await serving).open(name),
      append: async ({ channel: name, update }) => (await serving).append(name, update),
      authors: async (name) => (await serving).authors(name),
      async run(command) {
        const done = await (await serving).run(command)
        // The answer leaves first.
        if (command.type === 'renew-keys' && done.ok) stopRetrying = clock.after(0, startAgain)
        return done
      },
      view: async () => (await serving).view(),
      pending: async (count, from) => void (await serving).notePending(from, count),
      presence: async (shown, from) => void (await serving).showPresence(from, shown),
    }
    lead = bus.lead(handlers)
  }

  function stopLeading(): void {
    stopRetrying()
    lead?.stop()
    lead = undefined
    const ending = host
    host = undefined
    if (ending) stopping = ending.then((started) => started.close()).catch(() => undefined)
  }

  /** What waits in the tabs is handed over again once the host is there: a full disk may have room by then, a device new keys. */
  function startAgain(): void {
    stopLeading()
    startLeading()
    channel.postMessage(wrapTabMessage({ type: 'leads', from: tab }))
  }

  const leadership = createLeadership({
    workspace,
    tab,
    locks: platform.locks,
    visibility: platform.visibility,
    channel,
    clock,
    onLead: startLeading,
    onFollow() {
      stopLeading()
      // A tab that slept may have missed every word of the one that took the lead.
      road.onLeader?.()
    },
  })

  const road: WorkspaceRoad = {
    onLeader: undefined,
    onEvent: undefined,
    onForeignVersion: undefined,
    async open(name) {
      const answer = await bus.request('open', name)
      if (!answer.ok && answer.error.type === 'nobody-leads') leadership.takeOver()
      const isAnswered = answer.ok || answer.error.type === 'request-failed'
      failure = isAnswered ? (hostFailure ?? { type: 'host-failed' }) : { type: 'nobody-leads' }
      return answer.ok ? answer.value : undefined
    },
    failure: () => failure,
    async append(name, update) {
      const answer = await bus.request('append', { channel: name, update })
      if (answer.ok) return answer.value
      if (answer.error.type === 'nobody-leads') leadership.takeOver()
      return err({ type: 'nobody-leads' })
    },
    async authors(name) {
      const answer = await bus.request('authors', name)
      return answer.ok ? answer.value : []
    },
    async run(command) {
      const answer = await bus.request('run', command)
      if (answer.ok) return answer.value
      if (answer.error.type === 'nobody-leads') leadership.takeOver()
      return err({ type: 'nobody-leads' })
    },
    async view() {
      const answer = await bus.request('view', undefined)
      return answer.ok ? answer.value : undefined
    },
    reportPending: (count) => void bus.request('pending', count),
    showPresence: (name, cursor) => void bus.request('presence', { channel: name, cursor }),
    async close() {
      leadership.close()
      stopLeading()
      bus.close()
      channel.close()
      await stopping
    },
  }
  bus.onEvent = (event) => road.onEvent?.(event)
  bus.onLeader = () => road.onLeader?.()
  bus.onForeignVersion = () => road.onForeignVersion?.()
  return road
}

function causeOf(error: unknown): RoadFailure {
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'type' in cause
    ? { type: String(cause.type) }
    : { type: 'host-failed' }
}
