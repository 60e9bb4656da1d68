import { describe, expect, it } from 'vitest'
import { createContentIndex, decodeContentIndex, encodeContentIndex } from '#lib/document/content-index'
import { checkContent } from '#lib/document/content-rule'
import { placeIn } from '#lib/document/place'
import { rootsOf } from '#lib/document/roots'
import type { StructRange } from '#lib/document/struct-range'
import { writeAll } from '#lib/protocol/byte-writer'
import { chainNumber, createContentJudge } from '#lib/testing/content-writer'
import { mutate } from '#lib/testing/hostile-bytes'
import { writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const body = placeIn({ root: 'body' }, undefined)
const range = (clock: number, end: number, client = 7): StructRange => ({
  client,
  clock,
  end,
  place: body,
  type: undefined,
})
const [ALICE, BOB] = [chainNumber(1), chainNumber(2)]

describe('a content index', () => {
  it('E7 finds the entry that wrote a struct', () => {
    const index = createContentIndex()
    index.add({ chain: ALICE, seq: 1 }, { ranges: [range(0, 5)] })
    index.add({ chain: ALICE, seq: 3 }, { ranges: [range(5, 6)] })
    expect([0, 4, 5].map((clock) => index.entryAt(7, clock)?.seq)).toEqual([1, 1, 3])
    expect(index.entryAt(7, 6)).toBeUndefined()
    expect([index.nextClock(7), index.nextClock(8)]).toEqual([6, 0])
    expect(index.rangeAt(7, 3)).toEqual(range(0, 5))
  })

  it('E7 takes no gap, no overlap and no second chain for one client', () => {
    const index = createContentIndex()
    index.add({ chain: ALICE, seq: 1 }, { ranges: [range(0, 5)] })
    for (const [chain, wrong] of [
      [ALICE, range(6, 7)],
      [ALICE, range(4, 7)],
      [BOB, range(5, 6)],
    ] as const) {
      expect(() => index.add({ chain, seq: 2 }, { ranges: [wrong] })).toThrow()
    }
    expect(index.ownerOf(7)).toBe(ALICE)
  })

  it('E7 ends a slot at the lowest clock that a void entry claims and nobody holds', () => {
    const index = createContentIndex()
    index.add({ chain: ALICE, seq: 1 }, { ranges: [range(0, 5)] })
    index.addVoid([{ client: 7, clock: 0, end: 5 }])
    expect(index.limitOf(7)).toBe(Number.POSITIVE_INFINITY)
    index.addVoid([{ client: 7, clock: 20, end: 30 }])
    index.addVoid([{ client: 7, clock: 3, end: 9 }])
    expect(index.limitOf(7)).toBe(5)
  })
})

describe('its bytes', () => {
  it('E7 hold everything, canonically', () => {
    for (let seed = 0; seed < 20; seed++) {
      const judge = createContentJudge(rootsOf('body'))
      for (const { writer, update } of writeRichHistory(createSeededRandom(seed)).entries) judge.judge(writer, update)
      judge.index.addVoid([{ client: 2 ** 53 - 1, clock: 3, end: 4 }])
      const read = decodeContentIndex(encodeContentIndex(judge.index))
      expect(read.ok && read.value.records()).toEqual(judge.index.records())
    }
  })

  it('E7 judge every later entry as the index did that they were made of', () => {
    for (let seed = 0; seed < 6; seed++) {
      const { entries } = writeRichHistory(createSeededRandom(seed))
      const half = entries.length >> 1
      const judge = createContentJudge(rootsOf('body'))
      for (const { writer, update } of entries.slice(0, half)) judge.judge(writer, update)
      const read = decodeContentIndex(encodeContentIndex(judge.index))
      if (!read.ok) throw new Error(read.error.type)
      const index = read.value
      for (const { writer, update, seq } of entries.slice(half)) {
        const asked = { update, slots: writer.slots, roots: rootsOf('body') }
        const verdict = checkContent({ ...asked, index })
        expect(verdict).toEqual(checkContent({ ...asked, index: judge.index }))
        judge.judge(writer, update)
        if (verdict.type === 'accepted') index.add({ chain: writer.chain, seq }, verdict)
      }
    }
  })

  it('E7 cost next to nothing for keystrokes', () => {
    const index = createContentIndex()
    for (let seq = 1; seq <= 50_000; seq++) index.add({ chain: ALICE, seq }, { ranges: [range(seq - 1, seq)] })
    expect(encodeContentIndex(index).length).toBeLessThan(60)
  })

  it('E1 survive damage: refused, or read as exactly those bytes', () => {
    const random = createSeededRandom(5)
    const judge = createContentJudge(rootsOf('body'))
    for (const { writer, update } of writeRichHistory(random, { steps: 20 }).entries) judge.judge(writer, update)
    const bytes = encodeContentIndex(judge.index)
    for (let round = 0; round < 5000; round++) {
      const damaged = mutate(bytes, random)
      const read = decodeContentIndex(damaged)
      if (read.ok) expect(encodeContentIndex(read.value)).toEqual(damaged)
    }
  })

  it('E1 ask for no memory that they have not paid for', () => {
    const bomb = writeAll((writer) => {
      writer.byte(1)
      writer.list([ALICE], writer.raw)
      writer.list([], () => {})
      writer.list([7], (client) => {
        for (const number of [client, 1, 0]) writer.varUint(number)
        writer.list([2 ** 31], (count) => {
          for (const number of [count, 1, 0, 0, 0]) writer.varUint(number)
        })
      })
    })
    expect(decodeContentIndex(bomb)).toEqual({ ok: false, error: { type: 'malformed' } })
  })
})
