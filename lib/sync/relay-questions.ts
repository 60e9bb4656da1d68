/**
 * What one connection asks of a relay to read a room (protocol.md R4): where the room ends, and page after page. The blobs
 * of a page come before it does, and it is answered when they were taken.
 */
import type { ChainRange } from '#lib/protocol/blob'
import type { BlobsFrame, PageFrame, PlacedBlob, ReadFilter, SubscribedFrame } from '#lib/protocol/relay-frames'
import type { RoadFrame } from '#lib/sync/relay-road'

export interface RelayQuestions {
  /** The connection is gone: whatever is still open was answered with `undefined`. */
  readonly isOver: boolean
  /** From now on the relay pushes what others bring. */
  subscribe(): Promise<SubscribedFrame | undefined>
  /** What lies after a cursor. */
  readPage(filter: ReadFilter, after: number, without: readonly ChainRange[]): Promise<PageFrame | undefined>
  /** Everything that lies after a cursor; `onPage` hears how far each page went. */
  readPages(
    filter: ReadFilter,
    after: number,
    onPage?: (cursor: number) => void,
    without?: readonly ChainRange[],
  ): Promise<void>
  /** Hostile, and maybe nothing that was asked. */
  answered(frame: BlobsFrame | PageFrame | SubscribedFrame): void
  stop(): void
}

export interface RelayQuestionsOptions {
  readonly send: (frame: RoadFrame) => void
  /** Resolves when the blobs of a page were taken. */
  readonly take: (items: readonly PlacedBlob[]) => Promise<void>
  /** The relay sends too much at once, or gets no further. */
  readonly onFailed: () => void
}

/** More than any relay puts in a page. */
const MAX_PAGE_BYTES = 8_388_608

/** A page that was asked for; its blobs come before it does. */
interface AwaitedPage {
  readonly items: PlacedBlob[]
  bytes: number
  readonly resolve: (page: PageFrame | undefined) => void
}

export function createRelayQuestions({ send, take, onFailed }: RelayQuestionsOptions): RelayQuestions {
  const pages = new Map<number, AwaitedPage>()
  let subscribed: (frame: SubscribedFrame | undefined) => void = () => {}
  let requests = 0
  let isOver = false

  const readPage: RelayQuestions['readPage'] = async (filter, after, without) => {
    const request = ++requests
    const answer = new Promise<PageFrame | undefined>((resolve) => {
      pages.set(request, { items: [], bytes: 0, resolve })
    })
    send({ type: 'read', request, after, filter, without })
    const page = await answer
    const isStuck = page?.hasMore && page.cursor <= after
    if (isStuck) onFailed()
    return isStuck ? undefined : page
  }

  const keepForPage = ({ request, items }: BlobsFrame) => {
    const page = pages.get(request)
    if (page === undefined) return
    page.items.push(...items)
    page.bytes += items.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (page.bytes > MAX_PAGE_BYTES) onFailed()
  }

  const endPage = (frame: PageFrame) => {
    const page = pages.get(frame.request)
    if (page === undefined) return
    pages.delete(frame.request)
    void take(page.items).then(() => page.resolve(isOver ? undefined : frame))
  }

  return {
    get isOver() {
      return isOver
    },
    subscribe() {
      const answer = new Promise<SubscribedFrame | undefined>((resolve) => {
        subscribed = resolve
      })
      send({ type: 'subscribe' })
      return answer
    },
    readPage,
    async readPages(filter, after, onPage = () => {}, without = []) {
      for (let cursor = after; !isOver; ) {
        const page = await readPage(filter, cursor, without)
        if (page === undefined) return
        cursor = page.cursor
        onPage(cursor)
        if (!page.hasMore) return
      }
    },
    answered(frame) {
      if (frame.type === 'blobs') keepForPage(frame)
      else if (frame.type === 'page') endPage(frame)
      else subscribed(frame)
    },
    stop() {
      isOver = true
      subscribed(undefined)
      for (const page of pages.values()) page.resolve(undefined)
    },
  }
}
