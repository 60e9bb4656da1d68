import { expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { createGatheredEntries } from '#lib/replica/gathered-entries'
import { createTestChain } from '#lib/testing/test-chain'

const nameOf = (first: number): ChainTag => new Uint8Array(16).fill(first) as ChainTag

it('S0 gathers no more entries than a device has room for, however many chains are covered', async () => {
  const entries = await (await createTestChain('alice')).writeMany(10)
  const gathered = createGatheredEntries(40_000)
  const chains = Array.from({ length: 60 }, (_, i) => nameOf(i))
  for (const chain of chains) gathered.keep(chain, entries)
  const kept = chains.filter((chain) => gathered.of(chain).length > 0)
  const bytes = entries.reduce((size, { box }) => size + box.length, 0) * kept.length
  expect(bytes).toBeLessThan(40_000)
  expect(kept.length).toBeGreaterThan(2)
  expect(kept).toEqual(chains.slice(-kept.length))
  for (const chain of kept) gathered.drop(chain)
  for (const chain of kept) gathered.keep(chain, entries)
  expect(kept.every((chain) => gathered.of(chain).length === entries.length)).toBe(true)
})

it('S0 gathers nothing of a segment whose entries have no room alone', async () => {
  const entries = await (await createTestChain('alice')).writeMany(10)
  const gathered = createGatheredEntries(entries.reduce((size, { box }) => size + box.length, 0) + 4096)
  gathered.keep(nameOf(1), entries.slice(0, 5))
  gathered.keep(nameOf(2), entries)
  expect(gathered.of(nameOf(1))).toHaveLength(5)
  expect(gathered.of(nameOf(2))).toEqual([])
  gathered.keep(nameOf(1), entries)
  expect(gathered.of(nameOf(1))).toEqual([])
})
