import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { LogStore } from '#relay/log-store'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { reachStore, serveStore } from '#relay/store-port'

/** A store in memory with `bent` in place of its own, reached through a port. */
function reached(bent: Partial<LogStore> = {}): Promise<LogStore> {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  serveStore(port1, () => ({ ...createMemoryLogStore(createSeededRandom(1)), ...bent }))
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

  it('R4 rejects where the store cannot be opened, with the code that tells why', async () => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => port1.close())
    serveStore(port1, () => {
      throw Object.assign(new Error('not allowed'), { code: 'EACCES' })
    })
    await expect(reachStore(port2)).rejects.toMatchObject({ message: 'not allowed', code: 'EACCES' })
  })
})
