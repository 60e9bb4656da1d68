import { marksIn } from '#bench/relay-client'
import type { ServerKind } from '#bench/relay-servers'

/** What a message brings to whoever did not type it. */
export interface News {
  /** When each letter was sent, and by whom. */
  readonly letters: readonly { readonly author: number; readonly sentAt: number }[]
  /** How many of them each typed. */
  readonly ofAuthor: ReadonlyMap<number, number>
}

export interface NewsReader {
  sent(mark: string, author: number): void
  read(message: Uint8Array): News
}

const MOST_KEPT = 512

/**
 * Reads each message once for all who get the same bytes, so that fifty clients in one process cost little beside the server
 * that is measured; letters that nobody sent, as those of the document before, are left out.
 */
export function createNewsReader(kind: ServerKind): NewsReader {
  const sent = new Map<string, { readonly author: number; readonly sentAt: number }>()
  const kept = new Map<number, { readonly message: Uint8Array; readonly news: News }[]>()
  let count = 0

  const readAnew = (message: Uint8Array): News => {
    const letters = marksIn(kind, message).flatMap((mark) => sent.get(mark) ?? [])
    const ofAuthor = new Map<number, number>()
    for (const { author } of letters) ofAuthor.set(author, (ofAuthor.get(author) ?? 0) + 1)
    return { letters, ofAuthor }
  }

  return {
    sent: (mark, author) => void sent.set(mark, { author, sentAt: performance.now() }),
    read(message) {
      const ofLength = kept.get(message.length) ?? []
      const known = ofLength.find((held) => Buffer.compare(held.message, message) === 0)
      if (known !== undefined) return known.news
      const news = readAnew(message)
      if (++count > MOST_KEPT) {
        kept.clear()
        count = 1
        ofLength.length = 0
      }
      ofLength.push({ message, news })
      kept.set(message.length, ofLength)
      return news
    },
  }
}
