import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { decodeCheckpoint, documentFrom, encodeCheckpoint, stateDigest, YJS_VERSION } from '#lib/document/checkpoint'
import { checkContent } from '#lib/document/content-rule'
import { canonicalState } from '#lib/document/encode-state'
import { rootsOf } from '#lib/document/roots'
import { createContentJudge } from '#lib/testing/content-writer'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { deliverInAnyOrder, type HistoryEntry, writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** What a copy holds after `entries`. */
function copyOf(entries: readonly HistoryEntry[]) {
  const judge = createContentJudge(rootsOf('body'))
  const covers = new Map<unknown, { chain: HistoryEntry['writer']['chain']; seq: number; id: EntryId }>()
  for (const { writer, seq, update } of entries) {
    judge.judge(writer, update)
    covers.set(writer, { chain: writer.chain, seq, id: hash(utf8(`${writer.client} ${seq}`)) as EntryId })
  }
  return { judge, checkpoint: { state: canonicalState(judge.doc), index: judge.index, covers: [...covers.values()] } }
}

describe('a checkpoint', () => {
  it('S1 names the Yjs that is installed', () => {
    const installed = JSON.parse(readFileSync('node_modules/yjs/package.json', 'utf8'))
    expect(installed.version).toBe(YJS_VERSION)
  })

  it('S1 gives the same bytes for the same entries in another order', () => {
    const { entries } = writeRichHistory(createSeededRandom(1))
    const { covers } = copyOf(entries).checkpoint
    const bytes = [1, 2, 3].map((seed) => {
      const judge = createContentJudge(rootsOf('body'))
      const random = createSeededRandom(seed)
      deliverInAnyOrder(entries, judge, random)
      return encodeCheckpoint({ state: canonicalState(judge.doc), index: judge.index, covers: random.shuffle(covers) })
    })
    expect(new Set(bytes.map(toHex)).size).toBe(1)
  })

  it('E7 lets a copy go on where it was: every later entry is judged and applied alike', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { entries } = writeRichHistory(createSeededRandom(seed))
      const half = entries.length >> 1
      const { judge, checkpoint } = copyOf(entries.slice(0, half))
      const read = decodeCheckpoint(encodeCheckpoint(checkpoint))
      if (!read.ok) throw new Error(read.error.type)
      const doc = documentFrom(read.value)
      expect(doc.ok && toHex(stateDigest(doc.value))).toBe(toHex(stateDigest(judge.doc)))
      for (const { writer, update, seq } of entries.slice(half)) {
        const { index } = read.value
        const verdict = checkContent({ update, slots: writer.slots, index, roots: rootsOf('body') })
        expect(verdict).toEqual(
          checkContent({ update, slots: writer.slots, index: judge.index, roots: rootsOf('body') }),
        )
        judge.judge(writer, update)
        if (verdict.type === 'accepted') index.add({ chain: writer.chain, seq }, verdict)
      }
    }
  })

  it('E1 survives damage of any kind as malformed, and no flipped bit of its index passes unseen', () => {
    const random = createSeededRandom(3)
    const { checkpoint } = copyOf(writeRichHistory(random, { steps: 12 }).entries)
    const bytes = encodeCheckpoint(checkpoint)
    for (let round = 0; round < 2000; round++) {
      const read = decodeCheckpoint(mutate(bytes, random))
      if (read.ok) documentFrom(read.value)
    }
    for (const flipped of flips(bytes)) {
      const read = decodeCheckpoint(flipped)
      if (read.ok) expect(encodeCheckpoint(read.value)).toEqual(flipped)
    }
  })

  it('S1 refuses the state of another Yjs', () => {
    const { checkpoint } = copyOf([])
    const bytes = encodeCheckpoint(checkpoint)
    const other = Uint8Array.from(bytes, (byte, at) => (at === 2 ? 0x39 : byte))
    expect(decodeCheckpoint(other)).toMatchObject({ error: { type: 'other-yjs' } })
  })
})
