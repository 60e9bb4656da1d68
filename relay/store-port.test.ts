import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RoomName } from '#lib/protocol/door'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { LogStore } from '#relay/log-store'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { reachStore, serveStore } from '#relay/store-port'

/** A store in memory with `bent` in place of its own, reached through a port. */
function reached(bent: Partial<LogStore> = {}, isGiven = false): Promise<LogStore> {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  serveStore(port1, () => ({ ...createMemoryLogStore(createSeededRandom(1)), ...bent }), isGiven)
  return reachStore(port2)
}

describe('store behind a port', () => {
  it('R4 passes on why a commit failed, and goes on', async () => {
    let isFull = true
    const commit: LogStore['commit'] = async () => {
      if (isFull) throw Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' })
      return []
    }
    const store = await reached({ commit })
    await expect(store.commit([])).rejects.toMatchObject({ message: 'disk is full', code: 'SQLITE_FULL' })
    isFull = false
    expect(await store.commit([])).toEqual([])
  })

  it('R4 gives every asker their own answer, whichever comes first', async () => {
    let answer = (_: number) => {}
    const expireRooms = () =>
      new Promise<number>((resolve) => {
        answer = resolve
      })
    const store = await reached({ expireRooms })
    const late = store.expireRooms(1)
    expect(await store.roomNames()).toEqual([])
    answer(7)
    expect(await late).toBe(7)
  })

  it.each([true, false])('R4 takes the memory of what is read where the store gives it away: %s', async (isGiven) => {
    const [long, short] = [new Uint8Array(5000).fill(1), new Uint8Array(10).fill(2)]
    const shared = new Uint8Array(8000).fill(3)
    const blobs = [long, short, shared.subarray(0, 4000), shared.subarray(4000)].map((bytes, i) => ({
      cursor: i,
      bytes,
    }))
    const read: LogStore['read'] = async () => ({ blobs, cursor: 4, hasMore: false })
    const store = await reached({ read }, isGiven)
    const query = {
      room: new Uint8Array(32) as RoomName,
      after: 0,
      filter: { lane: 'any', channel: undefined },
    } as const
    const page = await store.read({ ...query, maxBytes: 1, maxBlobs: 1 })
    expect(page.blobs.map(({ bytes }) => [bytes.length, bytes[0]])).toEqual([
      [5000, 1],
      [10, 2],
      [4000, 3],
      [4000, 3],
    ])
    expect(long.length).toBe(isGiven ? 0 : 5000)
    expect(short.length).toBe(10)
    expect(shared.length).toBe(8000)
  })

  it('R4 rejects where the store cannot be opened, with the code that tells why', async () => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => port1.close())
    serveStore(port1, () => {
      throw Object.assign(new Error('not allowed'), { code: 'EACCES' })
    })
    await expect(reachStore(port2)).rejects.toMatchObject({ message: 'not allowed', code: 'EACCES' })
  })
})
