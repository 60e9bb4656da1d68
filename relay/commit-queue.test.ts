import { describe, expect, it } from 'vitest'
import type { RoomName } from '#lib/protocol/door'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createCommitQueue } from '#relay/commit-queue'
import type { StoreWrite } from '#relay/log-store'
import { createMemoryLogStore } from '#relay/memory-log-store'

const room = new Uint8Array(32) as RoomName
const receipt = (value: number): StoreWrite => ({ type: 'receipt', room, key: room, bytes: Uint8Array.of(value) })

/** A queue whose groups are counted; the store fails while told to. */
function counted() {
  const store = createMemoryLogStore(createSeededRandom(1))
  const groups: number[] = []
  const state = { isBroken: false }
  const queue = createCommitQueue(
    {
      async commit(writes) {
        groups.push(writes.length)
        if (state.isBroken) throw new Error('disk')
        return store.commit(writes)
      },
    },
    (task) => void setImmediate(task),
  )
  return { queue, groups, state, store }
}

describe('group commit', () => {
  it('R4 shares one commit among the writes of a turn, in order', async () => {
    const { queue, groups, store } = counted()
    const begin: StoreWrite = { type: 'room', record: { room, rootKey: room, random: room, touchedAt: 1 } }
    await Promise.all([begin, receipt(1), receipt(2), receipt(3)].map((write) => queue.add(write)))
    expect(groups).toEqual([4])
    expect((await store.receipts(room))[0]?.bytes).toEqual(Uint8Array.of(3))
    expect(queue.pendingBytes()).toBe(0)
  })

  it('R4 keeps what is gathered for the next commit, whoever asks for that', async () => {
    const { queue, groups } = counted()
    const begin: StoreWrite = { type: 'room', record: { room, rootKey: room, random: room, touchedAt: 1 } }
    const first = queue.gather(begin)
    await new Promise(setImmediate)
    expect(groups).toEqual([])
    await Promise.all([queue.add(receipt(1)), first])
    const second = queue.gather(receipt(2))
    queue.flush()
    await second
    const third = queue.gather(receipt(3))
    await queue.idle()
    await third
    expect(groups).toEqual([2, 1, 1])
  })

  it('R4 does not commit what is gathered meanwhile right behind a commit', async () => {
    const { queue, groups } = counted()
    const begun = queue.add({ type: 'room', record: { room, rootKey: room, random: room, touchedAt: 1 } })
    await new Promise(setImmediate)
    void queue.gather(receipt(1))
    await begun
    await new Promise(setImmediate)
    expect(groups).toEqual([1])
    await queue.idle()
    expect(groups).toEqual([1, 1])
  })

  it('R4 tells everybody in a group that failed, and goes on', async () => {
    const { queue, state } = counted()
    state.isBroken = true
    const outcomes = await Promise.allSettled([queue.add(receipt(1)), queue.add(receipt(2))])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await queue.idle()
    state.isBroken = false
    await expect(
      queue.add({ type: 'room', record: { room, rootKey: room, random: room, touchedAt: 1 } }),
    ).resolves.toBeDefined()
  })
})
