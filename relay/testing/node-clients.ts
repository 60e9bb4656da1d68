/** Clients of a relay of several nodes, that go to another one whenever theirs goes. */
import { toHex } from '#lib/base/bytes'
import { blobHash } from '#lib/protocol/blob'
import { enterOwnRoom, type Owner } from '#relay/testing/owner'

/** The address of a node that answers now. */
export type FindNode = () => string

/** Enters until it succeeds: a node may be killed at any moment. */
async function enter(find: FindNode, seed: Uint8Array): Promise<Owner> {
  for (;;) {
    const entering = enterOwnRoom(find(), seed).catch(() => undefined)
    const owner = await entering
    if (owner !== undefined) return owner
    await new Promise(setImmediate)
  }
}

export interface NodeWriter {
  /** What it was told is stored, by hash. */
  readonly confirmed: ReadonlyMap<string, number>
  /** Resolves when all that was given to it is confirmed. */
  finish(): Promise<void>
}

/** Puts the blobs one by one, and again where no confirmation came before the connection went. */
export function writeThroughNodes(find: FindNode, seed: Uint8Array, blobs: AsyncIterable<Uint8Array>): NodeWriter {
  const confirmed = new Map<string, number>()
  const write = async () => {
    let owner: Owner | undefined
    let isLost = true
    for await (const blob of blobs) {
      const hash = toHex(blobHash(blob))
      while (!confirmed.has(hash)) {
        if (owner === undefined || isLost) {
          owner = await enter(find, seed)
          isLost = false
          void owner.closed.then(() => {
            isLost = true
          })
        }
        owner.send({ type: 'put', blobs: [blob] })
        const stored = await Promise.race([owner.next('stored'), owner.closed])
        if (typeof stored === 'string') isLost = true
        else for (const item of stored.items) confirmed.set(toHex(item.hash), item.cursor)
      }
    }
    owner?.close()
  }
  const done = write()
  return { confirmed, finish: () => done }
}

export interface Follower {
  /** Hashes in the order in which they were taken; the first lies at cursor 1. */
  readonly taken: readonly string[]
  /** What was pushed out of its order, if anything. */
  readonly faults: readonly string[]
  /** Resolves when it has taken so many. */
  reach(count: number): Promise<void>
  stop(): void
}

/** Reads from where it is, then takes what is pushed: the next cursor every time, or it is a fault. */
export function followThroughNodes(find: FindNode, seed: Uint8Array): Follower {
  const taken: string[] = []
  const faults: string[] = []
  let isStopped = false
  let current: Owner | undefined
  let wake = () => {}

  const take = (cursor: number, bytes: Uint8Array, how: string) => {
    if (cursor <= taken.length) return
    if (cursor > taken.length + 1) faults.push(`${how} ${cursor} after ${taken.length}`)
    taken.push(toHex(blobHash(bytes)))
    wake()
  }
  const visit = async (owner: Owner) => {
    let isReading = true
    const early: { cursor: number; bytes: Uint8Array }[] = []
    owner.onFrame = (frame) => {
      if (frame.type !== 'blobs') return
      for (const { cursor, bytes } of frame.items) {
        if (frame.request > 0) take(cursor, bytes, 'read')
        else if (isReading) early.push({ cursor, bytes: bytes.slice() })
        else take(cursor, bytes, 'pushed')
      }
    }
    owner.send({ type: 'subscribe' })
    for (let hasMore = true, request = 1; hasMore; request++) {
      const filter = { lane: 'any', channel: undefined } as const
      owner.send({ type: 'read', request, after: taken.length, filter, without: [] })
      const page = await Promise.race([owner.next('page'), owner.closed])
      if (typeof page === 'string') return
      hasMore = page.hasMore
    }
    isReading = false
    for (const { cursor, bytes } of early) take(cursor, bytes, 'pushed')
    await owner.closed
  }
  const follow = async () => {
    while (!isStopped) {
      current = await enter(find, seed)
      await visit(current)
    }
  }
  void follow()
  return {
    taken,
    faults,
    async reach(count) {
      while (taken.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    stop() {
      isStopped = true
      current?.close()
    },
  }
}
