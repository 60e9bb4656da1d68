import { describe, expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { MAX_ASKED, MAX_WANTS } from '#lib/sync/sync-settings'
import { createWantBoard } from '#lib/sync/want-board'

const chain = (n: number) => Uint8Array.of(n & 255, n >> 8, ...new Uint8Array(14)) as ChainTag

const claimOf = (n: number, seq: number) => ({ chain: chain(n), seq, idPrefix: new Uint8Array(8) })

/** A board over peers named by letters, with nothing held but what `held` says. */
function board() {
  const held = new Map<number, number>()
  const numberOf = (of: ChainTag) => (of[0] ?? 0) + 256 * (of[1] ?? 0)
  const heldSeq = (of: ChainTag) => held.get(numberOf(of)) ?? 0
  const made = createWantBoard<string>(
    { heldSeq, isLacking: ({ chain: of, seq }) => heldSeq(of) < seq },
    { answerMs: 3000, answerAtLatestMs: 30_000 },
  )
  const ask = (now: number) =>
    made
      .takeQuestions(now)
      .flatMap(({ peer, wants, graft }) =>
        wants.map(({ chain: of, from }) => `${peer} ${numberOf(of)}:${from}${graft ? ' graft' : ''}`),
      )
  const reach = (n: number, seq: number, now: number) => {
    held.set(n, seq)
    made.reached(chain(n), now)
  }
  const add = (peer: string, n: number, seq: number, dueAt = 0, graft = false) =>
    made.add(peer, n < 10 ? 'log' : 'content', claimOf(n, seq), dueAt, graft)
  return { board: made, ask, reach, add, held }
}

describe('want board', () => {
  it('R2 asks one link for what several hold, from the first entry that is missing', () => {
    const { ask, add, held } = board()
    held.set(20, 4)
    add('a', 20, 9)
    add('b', 20, 9)
    expect([ask(0), ask(1)]).toEqual([['a 20:5'], []])
  })

  it('R2 asks the next link when one is gone, and none for what came', () => {
    const { board: made, ask, reach, add } = board()
    for (const peer of ['a', 'b']) for (const n of [20, 21]) add(peer, n, 9)
    ask(0)
    reach(20, 9, 1)
    made.drop('a')
    expect(ask(2)).toEqual(['b 21:1'])
    reach(21, 9, 3)
    expect(made.size).toBe(0)
  })

  it('R2 asks further for what one link did not hold to the end', () => {
    const { ask, reach, add } = board()
    add('a', 20, 5)
    add('b', 20, 9)
    ask(0)
    reach(20, 5, 1)
    expect(ask(2)).toEqual(['b 20:6'])
  })

  it('E3 asks again from further back when what came parts from what is held', () => {
    const { board: made, ask, add, held } = board()
    held.set(20, 200)
    add('a', 20, 205)
    expect(ask(0)).toEqual(['a 20:201'])
    made.goBack('a', 'content', claimOf(20, 200), 137, 1)
    expect(ask(1)).toEqual(['a 20:137'])
    made.goBack('a', 'content', claimOf(20, 200), 137, 2)
    expect(ask(2)).toEqual([])
  })

  it('R2 leaves a link that answers nothing for 3 s, or this not for 30 s', () => {
    const { board: made, ask, add } = board()
    for (const peer of ['a', 'b']) add(peer, 20, 9)
    ask(0)
    expect([made.expire(2999), made.expire(3000)]).toEqual([false, true])
    expect(ask(3000)).toEqual(['b 20:1'])
    for (let now = 4000; now < 33_000; now += 1000) {
      made.heard('b', now)
      expect(made.expire(now)).toBe(false)
    }
    made.heard('b', 33_000)
    expect([made.expire(33_000), made.size]).toEqual([true, 0])
  })

  it('R2 waits with news for the entry itself, and asks by GRAFT when it does not come', () => {
    const { board: made, ask, reach, add } = board()
    add('a', 20, 1, 150, true)
    add('a', 21, 1, 150, true)
    expect([ask(100), made.nextAt(100)]).toEqual([[], 150])
    reach(20, 1, 120)
    expect(ask(150)).toEqual(['a 21:1 graft'])
  })

  it('R1 asks each link for the log first', () => {
    const { ask, reach, add } = board()
    add('a', 20, 1)
    add('a', 1, 1)
    add('b', 21, 1)
    expect(ask(0)).toEqual(['a 1:1', 'b 21:1'])
    reach(1, 1, 1)
    expect(ask(1)).toEqual(['a 20:1'])
  })

  it('R2 asks a link for a few chains at a time, and lets none claim without end', () => {
    const { board: made, ask, reach, add } = board()
    for (let n = 10; n < 60_000; n++) add('a', n, 1)
    expect(made.size).toBe(MAX_WANTS)
    expect(ask(0).length).toBe(MAX_ASKED)
    for (let n = 10; n < 10 + MAX_ASKED / 2 - 1; n++) reach(n, 1, 1)
    expect(ask(1).length).toBe(0)
    reach(10 + MAX_ASKED / 2 - 1, 1, 1)
    expect(ask(1).length).toBe(MAX_ASKED / 2)
  })
})
