import { expect, it } from 'vitest'
import { blobHash } from '#lib/protocol/blob'
import { createKnownPast } from '#lib/sync/known-past'
import { emptyMemory } from '#lib/sync/relay-memory'

const at = (cursor: number, value = cursor) => ({ cursor, bytes: Uint8Array.of(value) })

/** A device that has read so far, and knows what lay last. */
function reader(cursor: number) {
  const memory = emptyMemory()
  const past = createKnownPast(() => memory)
  memory.cursor = cursor
  return { memory, past }
}

it('R4 asks for the newest blob again, and knows a past by it', () => {
  const { memory, past } = reader(9)
  past.begin()
  expect(past.shown([at(8), at(9)])).toBe(true)
  past.caughtUp()
  for (const [shown, isKnown] of [
    [[at(9), at(10)], true],
    [[at(10)], true],
    [[at(9, 77), at(10)], false],
  ] as const) {
    past.begin()
    expect([memory.cursor, past.shown(shown)]).toEqual([8, isKnown])
  }
})

it('R4 knows what it stored itself', () => {
  const { memory, past } = reader(9)
  past.begin()
  past.caughtUp()
  past.stored(blobHash(Uint8Array.of(10)), 10)
  memory.cursor = 10
  past.begin()
  expect([memory.cursor, past.shown([at(10, 77)])]).toEqual([9, false])
})

it('R4 takes nothing for the newest before all was read, and reads nothing old again', () => {
  const { memory, past } = reader(9)
  past.begin()
  past.shown([at(12)])
  expect(memory.newest).toBeUndefined()
  past.caughtUp()
  memory.cursor = 500
  past.begin()
  expect([memory.newest?.cursor, memory.cursor]).toEqual([12, 500])
})
