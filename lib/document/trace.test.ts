import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import type { ChannelRoots } from '#lib/document/roots'
import { type ContentWriter, createContentJudge, createContentWriter } from '#lib/testing/content-writer'
import { loadTrace, type Patch, type Trace } from '#lib/testing/load-trace'
import { replayTrace } from '#lib/testing/replay-trace'

/** How people really write, in a plain text. */
const TEXT: ChannelRoots = { roots: { t: { items: ['string'] } }, types: {} }
const textOf = (doc: Y.Doc): string => doc.getText('t').toString()

const apply = (patches: readonly Patch[]) => (doc: Y.Doc) => {
  for (const [at, deleted, inserted] of patches) {
    doc.getText('t').delete(at, deleted)
    doc.getText('t').insert(at, inserted)
  }
}

/** Every transaction as the update of its writer, who first takes in what it follows. */
function replay(trace: Trace): { writer: ContentWriter; update: Uint8Array }[] {
  const writers = new Map<number, ContentWriter>()
  const made: { writer: ContentWriter; update: Uint8Array }[] = []
  for (const { transaction, agent, followed } of replayTrace(trace)) {
    const writer = writers.get(agent) ?? createContentWriter(agent + 1)
    writers.set(agent, writer)
    for (const parent of followed) {
      const entry = made[parent]
      if (entry) writer.receive(entry.update)
    }
    made.push({ writer, update: writer.edit(apply(transaction.patches)) })
  }
  return made
}

for (const name of ['automerge-paper', 'friendsforever'] as const) {
  const trace = loadTrace(name, { whole: true })
  const entries = replay(trace)

  it(`E7 accepts every edit of ${name} and ends with its text`, () => {
    const judge = createContentJudge(TEXT)
    for (const { writer, update } of entries) expect(judge.judge(writer, update).type).toBe('accepted')
    expect(textOf(judge.doc)).toBe(trace.endContent)
  })

  it(`S0 folds ${name} to a fraction, with the same state`, () => {
    const single = createQuietDoc()
    for (const { update } of entries) Y.applyUpdate(single, update)
    const byWriter = [...new Set(entries.map(({ writer }) => writer))].map((writer) =>
      entries.filter((entry) => entry.writer === writer).map(({ update }) => update),
    )
    const folded = createQuietDoc()
    expect(applyAccepted(folded, ...byWriter.map(foldV1)).ok).toBe(true)
    expect(canonicalState(folded)).toEqual(canonicalState(single))
    const size = (updates: readonly Uint8Array[]) => updates.reduce((total, { length }) => total + length, 0)
    expect(size(byWriter.map(foldV1)) * 10).toBeLessThan(size(entries.map(({ update }) => update)) * byWriter.length)
  })
}
