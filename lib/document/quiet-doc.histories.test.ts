import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { type HistoryEntry, writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const SEEDS = Number(process.env.SEEDS ?? 200)
const FIRST = Number(process.env.FIRST_SEED ?? 0)

const replay = (entries: readonly HistoryEntry[]): Y.Doc => {
  const doc = createQuietDoc()
  for (const { update } of entries) Y.applyUpdate(doc, update)
  return doc
}

it(`E11 S1 gives one state for ${SEEDS} random rich histories, in any order`, { timeout: 30_000 + 500 * SEEDS }, () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const random = createSeededRandom(seed)
    const { entries } = writeRichHistory(random, { steps: 40 })
    const state = canonicalState(replay(entries))
    for (let order = 0; order < 2; order++) {
      expect(canonicalState(replay(random.shuffle(entries))), `seed ${seed}`).toEqual(state)
    }
  }
})
