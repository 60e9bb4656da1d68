import { describe, expect, it } from 'vitest'
import type { ChainTag, DeviceId, EntryId } from '#lib/base/ids'
import { type JudgedHead, judgedState } from '#lib/delivery/judged-state'
import { createReceiptSender, type ReceiptListeners } from '#lib/delivery/receipt-sender'
import type { Receipt } from '#lib/protocol/receipt'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const head = (n: number, seq: number): JudgedHead => ({
  chain: Uint8Array.of(n >> 8, n & 255, ...new Uint8Array(14)) as ChainTag,
  seq,
  id: new Uint8Array(32).fill(seq) as EntryId,
})

/** A sender whose seal leaves receipts readable: the bytes are their place in `made`. */
function sending(...first: JudgedHead[]) {
  const clock = createVirtualClock()
  const made: Receipt[] = []
  const live: Receipt[] = []
  const kept: Receipt[] = []
  const to: ReceiptListeners[] = []
  const state = { heads: first as readonly JudgedHead[], others: 1, listeners: 'everybody' as ReceiptListeners }
  const at = (sealed: Uint8Array) => made[sealed[0] ?? 0] as Receipt
  const sender = createReceiptSender({
    clock,
    device: new Uint8Array(32) as DeviceId,
    heads: () => state.heads,
    others: () => state.others,
    listeners: () => state.listeners,
    seal: async (receipt) => Uint8Array.of(made.push(receipt) - 1),
    send(sealed, listeners) {
      live.push(at(sealed))
      to.push(listeners)
    },
    keep: (sealed) => kept.push(at(sealed)),
  })
  return { clock, sender, state, live, kept, to }
}
const seqs = (receipt: Receipt | undefined) => receipt?.heads.map(({ seq }) => seq)

describe('receipt sender', () => {
  it('R10 tells links what is new and the relay everything', async () => {
    const { clock, sender, state, live, kept } = sending(head(1, 5), head(2, 6))
    sender.changed()
    await clock.advance(1000)
    state.heads = [head(1, 7), head(2, 6)]
    sender.changed()
    await clock.advance(11_000)
    expect(live.map(seqs)).toEqual([[5, 6], [7]])
    expect(kept.map((receipt) => seqs(receipt)?.toSorted())).toEqual([
      [5, 6],
      [6, 7],
    ])
    expect(kept[1]?.digest).toEqual(judgedState(state.heads).digest)
  })

  it('R10 tells two people of each pause within two seconds, and eleven others every ten', async () => {
    for (const [others, told] of [
      [1, 5],
      [11, 2],
    ] as const) {
      const { clock, sender, state, live } = sending(head(1, 1))
      state.others = others
      for (let seq = 2; seq < 7; seq++) {
        state.heads = [head(1, seq)]
        sender.changed()
        await clock.advance(3000)
      }
      expect(live.length).toBe(told)
    }
  })

  it('R10 sends every 10 s while nobody pauses, with a counter that rises', async () => {
    const { clock, sender, state, live, kept } = sending(head(1, 1))
    for (let seq = 2; seq < 62; seq++) {
      state.heads = [head(1, seq)]
      sender.changed()
      await clock.advance(300)
    }
    expect(live.length).toBe(2)
    const counters = live.flatMap((receipt, i) => [receipt.counter, kept[i]?.counter ?? 0])
    expect(counters).toEqual([...new Set(counters)].toSorted((a, b) => a - b))
  })

  it('R10 tells a new link everything', async () => {
    const { clock, sender, live } = sending(head(1, 5), head(2, 6))
    sender.changed()
    await clock.advance(20_000)
    sender.greet()
    await clock.advance(1000)
    expect(live.map((receipt) => [seqs(receipt)?.length, receipt.complete])).toEqual([
      [2, false],
      [2, true],
    ])
  })

  it('R10 tells of news whom it concerns, and the relay where that is nobody; all of a greeting and a sign of life', async () => {
    const { clock, sender, state, live, kept, to } = sending(head(1, 5))
    const bob = new Set(['bob'])
    const judge = async (seq: number, listeners: ReceiptListeners) => {
      state.heads = [head(1, seq)]
      state.listeners = listeners
      sender.changed()
      await clock.advance(11_000)
    }
    await judge(6, bob)
    await judge(7, new Set())
    sender.greet()
    await clock.advance(11_000)
    await judge(8, bob)
    await clock.advance(3_600_000)
    expect(to).toEqual([bob, 'everybody', bob, 'everybody'])
    expect([live.length, kept.length]).toEqual([4, 5])
  })

  it('R10 gives a sign of life every hour, and none when closed', async () => {
    const { clock, sender, live } = sending(head(1, 5))
    sender.changed()
    await clock.advance(3 * 3_600_000)
    expect(live.map(seqs)).toEqual([[5], [5], [5], [5]])
    sender.close()
    await clock.advance(3 * 3_600_000)
    expect(live.length).toBe(4)
  })

  it('R10 tells everybody everything once an hour also while something is written all the time', async () => {
    const { clock, sender, state, live, to } = sending(head(1, 1), head(2, 1))
    state.listeners = new Set()
    sender.greet()
    await clock.advance(1000)
    for (let seq = 2; seq < 10; seq++) {
      state.heads = [head(1, seq), head(2, 1)]
      sender.changed()
      await clock.advance(30 * 60_000)
    }
    expect(to).toEqual(Array.from({ length: 5 }, () => 'everybody'))
    expect(live.map((receipt) => receipt.heads.length)).toEqual([2, 2, 2, 2, 2])
    sender.close()
  })

  it('R10 keeps the chains that changed last when not all fit', async () => {
    const many = Array.from({ length: 600 }, (_, n) => head(n, 1))
    const { clock, sender, state, kept } = sending(...many)
    sender.changed()
    await clock.advance(1000)
    state.heads = many.map((one, n) => (n < 3 ? head(n, 2) : one))
    sender.changed()
    await clock.advance(11_000)
    const last = kept.at(-1)
    expect([last?.complete, last?.heads.length, last?.heads.filter(({ seq }) => seq === 2).length]).toEqual([
      false,
      512,
      3,
    ])
  })
})
