import type { Clock } from '#lib/base/clock'
import type { LogStore } from '#relay/log-store'
import type { NodeBus, NodeMessage } from '#relay/node-bus'
import { newsOf, type StoreNews } from '#relay/store-news'

/** One node's part of a store that several share. */
export interface StoreNode {
  readonly store: LogStore
  readonly bus: NodeBus
  /** From now on no news comes, as over a lost connection; until `mend`. */
  cut(): void
  mend(): void
}

/** Gives a store in memory to several nodes, with news that takes `delayMs`. */
export function shareStore(store: LogStore, clock: Clock, delayMs: number): { join(): StoreNode } {
  const members = new Set<{ isCut: boolean; onNews(news: StoreNews): void; onMessage(message: NodeMessage): void }>()
  return {
    join() {
      const listeners = new Map<NodeMessage['kind'], (message: NodeMessage) => void>()
      const own = {
        isCut: false,
        onNews: (_news: StoreNews) => {},
        onMessage: (message: NodeMessage) => listeners.get(message.kind)?.(message),
      }
      members.add(own)
      const tell = (say: (member: typeof own) => void) => {
        for (const member of members) {
          if (member !== own) clock.after(delayMs, () => void (member.isCut || say(member)))
        }
      }
      return {
        store: {
          ...store,
          async commit(writes) {
            const placed = await store.commit(writes)
            for (const news of newsOf(writes, placed)) tell((member) => member.onNews(news))
            return placed
          },
          listen(listener) {
            own.onNews = listener
          },
        },
        bus: {
          nodes: () => members.size,
          send: (message) => tell((member) => member.onMessage(message)),
          listen: (kind, listener) => void listeners.set(kind, listener),
        },
        cut() {
          own.isCut = true
        },
        mend() {
          own.isCut = false
          own.onNews({ type: 'missed' })
        },
      }
    },
  }
}
