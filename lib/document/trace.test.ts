import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState } from '#lib/document/encode-state'
import { foldV1 } from '#lib/document/fold'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import type { ChannelRoots } from '#lib/document/roots'
import { type ContentWriter, createContentJudge, createContentWriter } from '#lib/testing/content-writer'
import { loadTrace, type Patch, type Trace } from '#lib/testing/load-trace'

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
function replay({ txns }: Trace): { writer: ContentWriter; update: Uint8Array }[] {
  const writers = new Map<number, { writer: ContentWriter; seen: Set<number> }>()
  const made: { writer: ContentWriter; update: Uint8Array }[] = []
  for (const [i, { agent = 0, parents = [], patches }] of txns.entries()) {
    const known = writers.get(agent) ?? { writer: createContentWriter(agent + 1), seen: new Set() }
    writers.set(agent, known)
    const followed: number[] = []
    for (const open = [...parents]; open.length > 0; ) {
      const parent = open.pop() ?? 0
      if (known.seen.has(parent)) continue
      known.seen.add(parent)
      followed.push(parent)
      open.push(...(txns[parent]?.parents ?? []))
    }
    for (const parent of followed.sort((a, b) => a - b)) {
      const entry = made[parent]
      if (entry) known.writer.receive(entry.update)
    }
    made.push({ writer: known.writer, update: known.writer.edit(apply(patches)) })
    known.seen.add(i)
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
