import { expect, it } from 'vitest'
import { isLinkedRun } from '#lib/log/linked-run'
import type { SignedEntry } from '#lib/log/seal-entry'
import { createTestChain } from '#lib/testing/test-chain'

it('E2 takes what follows each other, and nothing of another chain, with a gap, in another order or of another branch', async () => {
  const [alice, bob] = [await createTestChain('alice'), await createTestChain('bob')]
  const [e1, e2, e3] = (await alice.writeMany(3)) as [SignedEntry, SignedEntry, SignedEntry]
  alice.rewind(e1)
  const [, b3] = (await alice.writeMany(2)) as [SignedEntry, SignedEntry]
  const { chain } = e1.header
  for (const run of [[e1], [e1, e2, e3], [e2, e3]]) expect(isLinkedRun(chain, run)).toBe(true)
  for (const run of [[await bob.write()], [e1, e3], [e2, e1], [e1, e2, b3]]) expect(isLinkedRun(chain, run)).toBe(false)
})
