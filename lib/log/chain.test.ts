import { describe, expect, it } from 'vitest'
import type { EntryId } from '#lib/base/ids'
import { type Chain, placeRun } from '#lib/log/chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createTestChain } from '#lib/testing/test-chain'

const alice = await createTestChain('alice')
const entries = await alice.writeMany(6)
const [e1, e2, e3, , , e6] = entries as [SealedEntry, SealedEntry, SealedEntry, SealedEntry, SealedEntry, SealedEntry]

/** Alice's second branch: after `count` entries she goes on as if nothing else had been written. */
async function forkAfter(count: number): Promise<SealedEntry[]> {
  alice.rewind(entries[count - 1])
  return [await alice.write({ seconds: 99 }), await alice.write({ seconds: 99 }), await alice.write({ seconds: 99 })]
}

const holding = (count: number): Chain => ({
  chain: e1.header.chain,
  newest: count,
  idAt: (seq) => (seq <= count ? entries[seq - 1]?.id : undefined),
})
const proof = (seq: number, a: EntryId, b: EntryId, witness: SealedEntry) => ({
  type: 'fork',
  proof: { chain: e1.header.chain, seq, a, b, witness },
})

describe('placeRun', () => {
  it('E2 continues a chain, from the start, in the middle and with an overlap', () => {
    expect(placeRun(holding(0), entries)).toEqual({ type: 'next', known: 0, next: entries })
    expect(placeRun(holding(3), entries.slice(3))).toEqual({ type: 'next', known: 0, next: entries.slice(3) })
    expect(placeRun(holding(4), entries)).toEqual({ type: 'next', known: 4, next: entries.slice(4) })
  })

  it('E2 attack 3: knows what it holds, however often it comes', () => {
    for (let from = 0; from < 6; from++) expect(placeRun(holding(6), entries.slice(from))).toEqual({ type: 'known' })
    expect(placeRun(holding(6), [e2])).toEqual({ type: 'known' })
  })

  it('E2 attack 5: names the gap before a run', () => {
    expect(placeRun(holding(0), [e3])).toEqual({ type: 'gap', from: 1, to: 2 })
    expect(placeRun(holding(2), [e6])).toEqual({ type: 'gap', from: 3, to: 5 })
  })

  it('E3 attack 7: proves a fork by another entry at a held place', async () => {
    const branch = await forkAfter(2)
    const [b3] = branch as [SealedEntry]
    for (const held of [3, 6]) {
      expect(placeRun(holding(held), branch)).toEqual(proof(3, e3.id, b3.id, b3))
      expect(placeRun(holding(held), [e1, e2, ...branch])).toEqual(proof(3, e3.id, b3.id, b3))
    }
  })

  it('E3 proves a fork by an entry whose prev is not the held one, instead of calling it bad', async () => {
    const [b3, b4, b5] = (await forkAfter(2)) as [SealedEntry, SealedEntry, SealedEntry]
    expect(placeRun(holding(3), [b4, b5])).toEqual(proof(3, e3.id, b3.id, b4))
    expect(placeRun(holding(6), [b5])).toEqual(proof(4, entries[3]?.id ?? b4.id, b4.id, b5))
  })

  it('E3 proves a fork of the first entry', async () => {
    const [b1] = (await forkAfter(0)) as [SealedEntry]
    expect(placeRun(holding(1), [b1])).toEqual(proof(1, e1.id, b1.id, b1))
  })

  it('calls broken what is empty, of another chain or not linked', async () => {
    const bob = await createTestChain('bob')
    for (const run of [[], [await bob.write()], [e1, e3], [e2, e1], [e1, ...(await forkAfter(2))]]) {
      expect(placeRun(holding(0), run)).toEqual({ type: 'broken' })
    }
  })
})
