import { expect, it } from 'vitest'
import { ok } from '#lib/base/result'
import type { SignedEntry } from '#lib/log/seal-entry'
import { entryToStored } from '#lib/replica/entry-record'
import { readLinked } from '#lib/replica/linked-rows'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createTestChain } from '#lib/testing/test-chain'

/** Two ways of a chain on one disk: 1–5, and from 4 on 4x–6x; of the first the third entry is lacking. */
async function twoWays() {
  const chain = await createTestChain('alice')
  const first = await chain.writeMany(5)
  chain.rewind(first[2])
  const second = await chain.writeMany(3)
  return { first, second, chain: first[0]?.header.chain as SignedEntry['header']['chain'] }
}

const diskOf =
  (entries: readonly SignedEntry[]): WorkspaceStore['readChain'] =>
  async (_, from, limit) =>
    ok(
      entries
        .map(entryToStored)
        .filter(({ seq }) => seq >= from)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit),
    )

it('S0 E3 gives of two ways on one disk only the one that is linked', async () => {
  const { first, second, chain } = await twoWays()
  const disk = diskOf([...first.slice(0, 3), ...first.slice(4), ...second])
  const wanted = [...first.slice(0, 3), ...second].map(({ id }) => id)
  for (const [from, limit] of [
    [1, 100],
    [2, 2],
    [5, 1],
    [7, 9],
  ] as const) {
    const rows = await readLinked(disk, chain, 2, undefined, from, limit)
    expect(rows.ok && rows.value.map(({ id }) => id)).toEqual(wanted.slice(from - 1, from - 1 + limit))
  }
})

it('S0 follows from the entry that only a segment names', async () => {
  const { first, second, chain } = await twoWays()
  const rows = await readLinked(diskOf([...first.slice(4), ...second]), chain, 3, first[2]?.id, 4, 10)
  expect(rows.ok && rows.value.map(({ id }) => id)).toEqual(second.map(({ id }) => id))
})

it('S0 gives nothing beyond a gap', async () => {
  const { first, chain } = await twoWays()
  const rows = await readLinked(diskOf([...first.slice(0, 2), ...first.slice(3)]), chain, 1, undefined, 1, 10)
  expect(rows.ok && rows.value.length).toBe(2)
})
