import { expect, it } from 'vitest'
import { tailType } from '#lib/protocol/entry-kind'
import { isUnknownTailType } from '#lib/protocol/entry-tail'
import { mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { inviteNoteIn, inviteNoteTail, NO_NOTE } from '#lib/workspace/invite-note'

const note = { needsPin: true, label: 'Jonas, from the press' }

it('I8 comes back from its tail value', () => {
  expect(inviteNoteIn(inviteNoteTail(note))).toEqual(note)
})

it('I8 stands nowhere when it says nothing, and is nothing an older version must know', () => {
  expect(inviteNoteTail(NO_NOTE)).toEqual([])
  expect(inviteNoteIn([])).toEqual(NO_NOTE)
  expect(isUnknownTailType(tailType.inviteNote)).toBe(false)
})

it('attack 24 I8 takes a damaged note for none', () => {
  const random = createSeededRandom(5)
  const [{ type, value } = { type: 0, value: new Uint8Array(0) }] = inviteNoteTail(note)
  for (let i = 0; i < 300; i++) {
    const read = inviteNoteIn([{ type, value: mutate(value, random) }])
    expect(read.label.length).toBeLessThanOrEqual(100)
  }
  expect(inviteNoteIn([{ type, value: Uint8Array.of(2, 0) }])).toEqual(NO_NOTE)
})
