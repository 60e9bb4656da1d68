import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'
import type { HeadClaim } from '#lib/protocol/frame-fields'
import type { Lane } from '#lib/protocol/outer-header'
import type { Head } from '#lib/sync/entry-source'
import { headClaim } from '#lib/sync/have-exchange'

/** Newest places of chains, as IHAVE tells them. */
export interface NewsItem {
  readonly lane: Lane
  readonly claim: HeadClaim
}

/** Gathers what lazy links are to be told, so that a burst of typing costs them one frame. */
export interface News {
  add(head: Pick<Head, 'lane' | 'chain' | 'seq' | 'id'>): void
  close(): void
}

/** Calls `tell` with what was gathered, between `newsMinMs` and `newsMaxMs` after the first of it. */
export function createNews(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { newsMinMs, newsMaxMs }: { readonly newsMinMs: number; readonly newsMaxMs: number },
  tell: (items: readonly NewsItem[]) => void,
): News {
  const items = new Map<string, NewsItem>()
  let cancel: (() => void) | undefined

  const flush = () => {
    cancel = undefined
    const gathered = [...items.values()]
    items.clear()
    tell(gathered)
  }

  return {
    add(head) {
      const key = toHex(head.chain)
      if ((items.get(key)?.claim.seq ?? 0) < head.seq) items.set(key, { lane: head.lane, claim: headClaim(head) })
      cancel ??= clock.after(newsMinMs + randomBelow(random, newsMaxMs - newsMinMs + 1), flush)
    },
    close: () => cancel?.(),
  }
}
