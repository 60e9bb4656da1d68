import type { Cancel, Clock } from '#lib/base/clock'
import { err, ok, type Result } from '#lib/base/result'
import { readTabMessage, type TabId, type TabMessage, wrapTabMessage } from '#lib/tabs/tab-message'
import type { TabChannel } from '#lib/tabs/tab-platform'

/** Names of requests with what they carry and bring back; values are structured clones. */
export type TabCalls = { readonly [name: string]: { readonly payload: unknown; readonly answer: unknown } }
export type TabEvents = { readonly [name: string]: unknown }

export type TabHandlers<Calls extends TabCalls> = {
  readonly [Name in keyof Calls & string]: (
    payload: Calls[Name]['payload'],
    from: TabId,
  ) => Promise<Calls[Name]['answer']>
}

export type TabEvent<Events extends TabEvents> = {
  [Name in keyof Events & string]: { readonly name: Name; readonly payload: Events[Name] }
}[keyof Events & string]

export type TabRequestError =
  /** No leader showed a sign of life for two seconds: take over, then ask again. */
  | { readonly type: 'nobody-leads' }
  /** Another tab leads by now; whether the old one did what was asked is unknown. */
  | { readonly type: 'leader-changed' }
  /** The leader's handler threw: a bug there. */
  | { readonly type: 'request-failed'; readonly reason: string }

/**
 * The road between the tabs of a workspace and the one that leads. Every tab has one bus and asks the same way, the
 * leader too: while a tab leads, its own requests go straight to its handlers and its events straight to its listener.
 */
export interface TabBus<Calls extends TabCalls, Events extends TabEvents> {
  request<Name extends keyof Calls & string>(
    name: Name,
    payload: Calls[Name]['payload'],
  ): Promise<Result<Calls[Name]['answer'], TabRequestError>>
  onEvent: ((event: TabEvent<Events>) => void) | undefined
  /** Another tab, or this one, leads from now on: what the old leader knew of this tab has to be told again. */
  onLeader: (() => void) | undefined
  /** A tab of another release is open: one of the two has to be reloaded. */
  onForeignVersion: (() => void) | undefined
  /** Answers requests from now on; a handler may take its time, asking tabs are told that it is at work. */
  lead(handlers: TabHandlers<Calls>): TabLead<Events>
  close(): void
}

/** The leader's end of the bus. */
export interface TabLead<Events extends TabEvents> {
  /**
   * To all tabs, this one included, or to one. This tab hears it at once, others when the caller is done and only while the lead
   * lasts: until then `payload` must not change. One that cannot be cloned is a bug, thrown where no caller catches it.
   */
  emit<Name extends keyof Events & string>(name: Name, payload: Events[Name], to?: TabId): void
  /** The lead is lost: neither an answer nor an event leaves from here any more. */
  stop(): void
}

/** How long a request waits for a sign of life from the leader. */
export const ANSWER_MS = 2000

interface Pending {
  settle(outcome: Result<unknown, TabRequestError>): void
  /** The leader has shown life since the last look. */
  heard: boolean
  stopWaiting: Cancel
}

/** `channel` stays open when the bus is closed. */
export function createTabBus<Calls extends TabCalls, Events extends TabEvents>({
  tab,
  channel,
  clock,
}: {
  readonly tab: TabId
  readonly channel: TabChannel
  readonly clock: Clock
}): TabBus<Calls, Events> {
  const pending = new Map<number, Pending>()
  let nextId = 1
  let serving: { readonly handlers: TabHandlers<Calls>; readonly atWork: Set<string> } | undefined
  let closed = false

  const post = (message: TabMessage) => {
    if (!closed) channel.postMessage(wrapTabMessage(message))
  }

  function settle(id: number, outcome: Result<unknown, TabRequestError>): void {
    const request = pending.get(id)
    pending.delete(id)
    request?.stopWaiting()
    request?.settle(outcome)
  }

  function settleAll(error: TabRequestError): void {
    for (const id of [...pending.keys()]) settle(id, err(error))
  }

  function wait(id: number, request: Pending): void {
    request.heard = false
    request.stopWaiting = clock.after(ANSWER_MS, () => {
      if (!request.heard) return settle(id, err({ type: 'nobody-leads' }))
      post({ type: 'still-there', from: tab, id })
      wait(id, request)
    })
  }

  async function handle(name: string, payload: unknown, from: TabId): Promise<Result<unknown, TabRequestError>> {
    const handlers = serving?.handlers
    const handler = handlers && Object.hasOwn(handlers, name) ? handlers[name] : undefined
    if (!handler) return err({ type: 'request-failed', reason: `unknown request ${name}` })
    try {
      return ok(await handler(payload, from))
    } catch (error) {
      return err({ type: 'request-failed', reason: error instanceof Error ? error.message : 'unknown' })
    }
  }

  async function serve(message: TabMessage & { type: 'request' }): Promise<void> {
    const lead = serving
    if (!lead) return
    const { from: to, id } = message
    const work = `${to}/${id}`
    lead.atWork.add(work)
    post({ type: 'taken', from: tab, to, id })
    const outcome = await handle(message.name, message.payload, to)
    lead.atWork.delete(work)
    if (serving !== lead) return
    if (outcome.ok) return post({ type: 'answer', from: tab, to, id, payload: outcome.value })
    const reason = outcome.error.type === 'request-failed' ? outcome.error.reason : outcome.error.type
    post({ type: 'failure', from: tab, to, id, reason })
  }

  function onMessage({ data }: { readonly data: unknown }): void {
    const message = readTabMessage(data)
    if (message === undefined) return
    if (message === 'foreign-version') {
      bus.onForeignVersion?.()
      return
    }
    if ('to' in message && message.to !== undefined && message.to !== tab) return
    switch (message.type) {
      case 'request':
        void serve(message)
        break
      case 'still-there':
        if (serving?.atWork.has(`${message.from}/${message.id}`))
          post({ type: 'taken', from: tab, to: message.from, id: message.id })
        break
      case 'taken': {
        const request = pending.get(message.id)
        if (request) request.heard = true
        break
      }
      case 'answer':
        settle(message.id, ok(message.payload))
        break
      case 'failure':
        settle(message.id, err({ type: 'request-failed', reason: message.reason }))
        break
      case 'leads':
        changeLeader()
        break
      case 'event':
        bus.onEvent?.({ name: message.name, payload: message.payload } as TabEvent<Events>)
    }
  }

  function changeLeader(): void {
    settleAll({ type: 'leader-changed' })
    bus.onLeader?.()
  }

  channel.addEventListener('message', onMessage)

  const bus: TabBus<Calls, Events> = {
    onEvent: undefined,
    onLeader: undefined,
    onForeignVersion: undefined,
    request: (name, payload) =>
      new Promise((resolve) => {
        if (closed) return resolve(err({ type: 'nobody-leads' }))
        const id = nextId++
        const request: Pending = {
          settle: (outcome) => resolve(outcome as Result<Calls[typeof name]['answer'], TabRequestError>),
          heard: false,
          stopWaiting: () => {},
        }
        pending.set(id, request)
        if (serving) {
          void handle(name, payload, tab).then((outcome) => settle(id, outcome))
        } else {
          wait(id, request)
          post({ type: 'request', from: tab, id, name, payload })
        }
      }),
    lead(handlers) {
      const lead = { handlers, atWork: new Set<string>() }
      serving = lead
      changeLeader()
      return {
        emit(name, payload, to) {
          if (serving !== lead) return
          if (to === undefined || to === tab) bus.onEvent?.({ name, payload } as TabEvent<Events>)
          // what this tab is told, it shows in this task already: others wait for a message anyway
          if (to !== tab)
            queueMicrotask(() => {
              if (serving === lead)
                post({ type: 'event', from: tab, ...(to === undefined ? {} : { to }), name, payload })
            })
        },
        stop() {
          if (serving !== lead) return
          serving = undefined
          settleAll({ type: 'leader-changed' })
        },
      }
    },
    close() {
      closed = true
      serving = undefined
      channel.removeEventListener('message', onMessage)
      settleAll({ type: 'nobody-leads' })
    },
  }
  return bus
}
