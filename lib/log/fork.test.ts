import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { EntryId, PersonId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { winningBranch } from '#lib/log/fork'

const person = (name: string) => hash(utf8(name)) as PersonId
const [alice, bob, carol] = [person('alice'), person('bob'), person('carol')]
const low = new Uint8Array(32).fill(1) as EntryId
const high = new Uint8Array(32).fill(2) as EntryId
const winner = (ofLow: PersonId[], ofHigh: PersonId[]) => {
  const [a, b] = [
    { id: low, endorsers: ofLow },
    { id: high, endorsers: ofHigh },
  ] as const
  expect(winningBranch(b, a, alice)).toBe(winningBranch(a, b, alice))
  return winningBranch(a, b, alice)
}

it('E3 the branch with more endorsers counts', () => {
  expect(winner([], [bob])).toBe(high)
  expect(winner([bob], [])).toBe(low)
})

it('E3 the lower id counts between equals', () => {
  expect(winner([], [])).toBe(low)
  expect(winner([bob], [carol])).toBe(low)
})

it('E3 the author endorses nothing, however many of their devices do', () => {
  expect(winner([], [alice, person('alice'), bob])).toBe(high)
  expect(winner([], [alice])).toBe(low)
})

it('E3 who stands in both branches counts for none', () => {
  expect(winner([bob], [bob, carol])).toBe(high)
  expect(winner([bob, carol], [bob, carol])).toBe(low)
})

it('E3 a person counts once', () => {
  expect(winner([bob], [carol, person('carol')])).toBe(low)
})
