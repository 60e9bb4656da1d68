import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { branchTag, createForkTree, type ForkTree, type TreeEntry } from '#lib/replica/fork-tree'

const CHAIN = new Uint8Array(16).fill(9) as ChainTag
const BASE = 3
const idOf = (name: number): EntryId => new Uint8Array(32).fill(name) as EntryId

/** Entry `i + 1` follows the entry that `parents[i]` picks of those before it; 0 stands before the base. */
function entriesOf(parents: readonly number[]): TreeEntry[] {
  const entries: TreeEntry[] = [{ id: idOf(0), seq: BASE - 1, prev: idOf(0) }]
  for (const pick of parents) {
    const parent = entries[pick % entries.length] as TreeEntry
    entries.push({ id: idOf(entries.length), seq: parent.seq + 1, prev: parent.id })
  }
  return entries.slice(1)
}

const drawn = (tree: ForkTree): string[] =>
  tree
    .lines()
    .map(({ tag, from, ids, parent }) => `${toHex(tag)} ${from} ${ids.map((id) => id[0])} ${parent && toHex(parent)}`)
    .sort()

/** Entries in some order in which each comes after the one it follows. */
function shuffled(entries: readonly TreeEntry[], dice: readonly number[]): TreeEntry[] {
  const left = [...entries]
  const done: TreeEntry[] = []
  while (left.length > 0) {
    const ready = left.filter(({ seq, prev }) => seq === BASE || done.some(({ id }) => id[0] === prev[0]))
    const next = ready[(dice[done.length] ?? 0) % ready.length] as TreeEntry
    done.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return done
}

const parents = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 30 })
const dice = fc.array(fc.nat({ max: 100 }), { maxLength: 30 })

describe('the lines of a forked chain', () => {
  it('E3 follow from the entries, in whatever order they came', () => {
    fc.assert(
      fc.property(parents, dice, (picks, order) => {
        const entries = entriesOf(picks)
        const [one, other] = [createForkTree(CHAIN, BASE), createForkTree(CHAIN, BASE)]
        one.add(entries)
        for (const entry of shuffled(entries, order)) {
          other.add([entry])
          other.lines()
        }
        expect(drawn(other)).toEqual(drawn(one))
        expect(other.deepest()).toEqual(one.deepest())
      }),
    )
  })

  it('E3 hold every entry once, and end at forks', () => {
    fc.assert(
      fc.property(parents, (picks) => {
        const entries = entriesOf(picks)
        const tree = createForkTree(CHAIN, BASE)
        tree.add(entries)
        const held = tree.lines().flatMap(({ ids }) => ids)
        expect(held.map(toHex).sort()).toEqual(entries.map(({ id }) => toHex(id)).sort())
        for (const line of tree.lines().slice(1)) {
          const last = line.ids.at(-1) as EntryId
          expect(tree.lineOf(last)).toBe(line)
          expect(entries.filter(({ prev }) => toHex(prev) === toHex(last)).length).not.toBe(1)
        }
      }),
    )
  })

  it('E3 keep their names when others grow longer', () => {
    const tree = createForkTree(CHAIN, BASE)
    const [a, b, c] = [1, 2, 3].map(idOf) as [EntryId, EntryId, EntryId]
    tree.add([
      { id: a, seq: BASE, prev: idOf(0) },
      { id: b, seq: BASE, prev: idOf(0) },
    ])
    const before = tree.lines().map(({ tag }) => toHex(tag))
    const shape = tree.shape()
    tree.add([{ id: c, seq: BASE + 1, prev: b }])
    expect(tree.lines().map(({ tag }) => toHex(tag))).toEqual(before)
    expect([tree.shape(), tree.lineOf(c)?.tag]).toEqual([shape, branchTag(b)])
    expect(before.sort()).toEqual([CHAIN, branchTag(a), branchTag(b)].map(toHex).sort())
  })
})
