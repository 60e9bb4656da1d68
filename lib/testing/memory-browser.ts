import type { TabChannel, TabLockOptions, TabLocks, TabPlatform } from '#lib/tabs/tab-platform'

/** A browser as far as its tabs notice: locks and channels that they share, and a person who looks at some of them. */
export interface MemoryBrowser {
  openTab(options?: { visible?: boolean }): MemoryTab
}

export interface MemoryTab extends TabPlatform {
  show(): void
  hide(): void
  /** Ends without a word: its locks are free, nothing it has posted later arrives. */
  kill(): void
  /** Stops hearing messages, as a suspended page does; its locks stay held. */
  suspend(): void
  /** Hears everything it missed. */
  resume(): void
}

interface Request {
  readonly tab: object
  readonly grant: (lock: unknown) => Promise<void>
  resolve(): void
  reject(error: unknown): void
}

const aborted = () => new DOMException('aborted', 'AbortError')

export function createMemoryBrowser(): MemoryBrowser {
  const holders = new Map<string, Request>()
  const queues = new Map<string, Request[]>()
  const channels = new Map<string, Set<(data: unknown) => void>>()

  function grant(name: string, request: Request): void {
    holders.set(name, request)
    const free = () => {
      if (holders.get(name) !== request) return
      holders.delete(name)
      const next = queues.get(name)?.shift()
      if (next) grant(name, next)
    }
    const ended = Promise.resolve().then(() => request.grant({ name }))
    ended.then(request.resolve, request.reject).finally(free)
  }

  function takeAway(name: string): void {
    holders.get(name)?.reject(aborted())
    holders.delete(name)
  }

  const locksOf = (tab: object): TabLocks => ({
    request: (name: string, options: TabLockOptions, held) =>
      new Promise<void>((resolve, reject) => {
        const request: Request = { tab, grant: held, resolve, reject }
        if (options.steal) takeAway(name)
        if (!holders.has(name)) return grant(name, request)
        if (options.ifAvailable) return void held(null).then(resolve, reject)
        const queue = queues.get(name) ?? []
        queues.set(name, [...queue, request])
        options.signal?.addEventListener('abort', () => {
          const waiting = queues.get(name) ?? []
          if (!waiting.includes(request)) return
          queues.set(
            name,
            waiting.filter((each) => each !== request),
          )
          reject(aborted())
        })
      }),
  })

  function dropLocks(tab: object): void {
    for (const [name, queue] of queues)
      queues.set(
        name,
        queue.filter((request) => request.tab !== tab),
      )
    for (const [name, holder] of [...holders]) {
      if (holder.tab !== tab) continue
      holders.delete(name)
      const next = queues.get(name)?.shift()
      if (next) grant(name, next)
    }
  }

  return {
    openTab({ visible = true } = {}) {
      const tab = {}
      const missed: (() => void)[] = []
      const changes = new Set<() => void>()
      let state: 'running' | 'suspended' | 'dead' = 'running'
      let seen = visible

      const run = (task: () => void) => {
        if (state === 'running') task()
        else if (state === 'suspended') missed.push(task)
      }

      const turn = (to: boolean) => {
        seen = to
        for (const change of changes) run(change)
      }

      return {
        locks: locksOf(tab),
        visibility: {
          visible: () => seen,
          onChange(listener) {
            changes.add(listener)
            return () => changes.delete(listener)
          },
        },
        openChannel(name): TabChannel {
          const listeners = new Set<(event: { data: unknown }) => void>()
          const hear = (data: unknown) =>
            run(() => {
              for (const listener of listeners) listener({ data })
            })
          const all = channels.get(name) ?? new Set()
          channels.set(name, all)
          all.add(hear)
          return {
            postMessage(message) {
              if (state === 'dead') return
              for (const each of all) {
                const data = structuredClone(message)
                if (each !== hear) queueMicrotask(() => each(data))
              }
            },
            addEventListener: (_type, listener) => void listeners.add(listener),
            removeEventListener: (_type, listener) => void listeners.delete(listener),
            close: () => void all.delete(hear),
          }
        },
        show: () => turn(true),
        hide: () => turn(false),
        kill() {
          state = 'dead'
          dropLocks(tab)
        },
        suspend() {
          state = 'suspended'
        },
        resume() {
          state = 'running'
          for (const task of missed.splice(0)) task()
        },
      }
    },
  }
}
