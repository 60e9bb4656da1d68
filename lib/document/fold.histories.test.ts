import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { foldV1 } from '#lib/document/fold'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const SEEDS = Number(process.env.SEEDS ?? 60)

it(`S0 equals the single updates on ${SEEDS} random rich histories, in pieces`, {
  timeout: 30_000 + 500 * SEEDS,
}, () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const { entries } = writeRichHistory(createSeededRandom(seed), { steps: 80 })
    const [single, folded] = [createQuietDoc(), createQuietDoc()]
    for (const { update } of entries) Y.applyUpdate(single, update)
    for (const writer of new Set(entries.map((entry) => entry.writer))) {
      const updates = entries.filter((entry) => entry.writer === writer).map(({ update }) => update)
      for (let at = 0; at < updates.length; at += 17) {
        Y.applyUpdate(folded, foldV1(updates.slice(at, at + 17)))
      }
    }
    expect(canonicalState(folded), `seed ${seed}`).toEqual(canonicalState(single))
  }
})
