import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { createHeldRanges, type HeldRanges, readHeldRanges } from '#lib/sync/held-ranges'
import { decodeMemory, emptyMemory, encodeMemory, noteWaiting } from '#lib/sync/relay-memory'

const chain = new Uint8Array(16).fill(1) as ChainTag
const change = fc.record({
  add: fc.boolean(),
  from: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 0, max: 10 }),
})
const numbersIn = (held: HeldRanges) =>
  [...held.chains.values()].flat().flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))

/** The ranges and a plain set after the same changes. */
function after(changes: readonly { add: boolean; from: number; size: number }[]) {
  const held = createHeldRanges()
  const model = new Set<number>()
  for (const { add, from, size } of changes) {
    const range = { from, to: from + size }
    if (add) held.add(chain, range)
    else held.remove(chain, range)
    for (let i = range.from; i <= range.to; i++)
      if (add) model.add(i)
      else model.delete(i)
  }
  return { held, model }
}

describe('held ranges', () => {
  it('R5 hold what a set of numbers would, in as few ranges as there are gaps', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const { held, model } = after(changes)
        expect(numbersIn(held)).toEqual([...model].toSorted((a, b) => a - b))
        const gaps = [...model].filter((i) => !model.has(i + 1)).length
        expect([...held.chains.values()].flat()).toHaveLength(gaps)
      }),
    )
  })

  it('R5 tell the first stretch that is missing', () => {
    fc.assert(
      fc.property(fc.array(change), fc.integer({ min: 1, max: 60 }), (changes, last) => {
        const { held, model } = after(changes)
        const missing = Array.from({ length: last }, (_, i) => i + 1).filter((i) => !model.has(i))
        const [from] = missing
        const to = missing.find((i) => !missing.includes(i + 1))
        expect(held.firstMissing(chain, last)).toEqual(from === undefined ? undefined : { from, to })
        expect(held.heldTo(chain)).toBe([...Array(80).keys()].find((i) => !model.has(i + 1)) ?? 80)
      }),
    )
  })

  it('R5 are read back, and copied without sharing', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const { held } = after(changes)
        const read = readAll(writeAll(held.write), readHeldRanges)
        expect(read.ok && numbersIn(read.value)).toEqual(numbersIn(held))
        const before = numbersIn(held)
        createHeldRanges(held).add(chain, { from: 100, to: 101 })
        expect(numbersIn(held)).toEqual(before)
      }),
    )
  })
})

describe('memory of a relay', () => {
  it('R5 is read back', () => {
    const memory = emptyMemory(new Uint8Array(16).fill(9))
    memory.cursor = 12
    memory.held.add(chain, { from: 1, to: 7 })
    memory.leftOut.add(chain, { from: 8, to: 9 })
    noteWaiting(memory, new Uint8Array(16).fill(3) as ChannelTag, 8)
    noteWaiting(memory, new Uint8Array(16).fill(3) as ChannelTag, 11)
    const again = decodeMemory(encodeMemory(memory))
    expect([again.store, again.cursor, numbersIn(again.held)]).toEqual([memory.store, 12, [1, 2, 3, 4, 5, 6, 7]])
    expect(numbersIn(again.leftOut)).toEqual([8, 9])
    expect([...again.waiting.values()]).toEqual([8])
  })

  it('R5 counts as forgotten when it is damaged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(decodeMemory(Uint8Array.of(7, ...bytes)).cursor).toBe(0)
        expect(() => decodeMemory(Uint8Array.of(1, ...bytes))).not.toThrow()
      }),
    )
    expect(decodeMemory(undefined).cursor).toBe(0)
  })
})
