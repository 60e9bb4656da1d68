import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { foldV1 } from '#lib/document/fold'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { createContentWriter } from '#lib/testing/content-writer'
import { writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

/** Updates of one writer who types a text letter by letter. */
function typed(text: string): Uint8Array[] {
  const writer = createContentWriter(1)
  return [...text].map((letter, at) => writer.edit((doc) => doc.getText('t').insert(at, letter)))
}

describe('fold', () => {
  it('S0 joins neighbours, which Y.mergeUpdates never does', () => {
    const updates = typed('the waxwing passes berries along the branch')
    expect(Y.decodeUpdate(foldV1(updates)).structs).toHaveLength(1)
    expect(foldV1(updates).length).toBeLessThan(Y.mergeUpdates(updates).length / 5)
  })

  it('S0 joins no items that continue each other by clock alone', () => {
    const writer = createContentWriter(1)
    const end = writer.edit((doc) => doc.getText('t').insert(0, 'end'))
    const start = writer.edit((doc) => doc.getText('t').insert(0, 'start '))
    const folded = createQuietDoc()
    Y.applyUpdate(folded, foldV1([end, start]))
    expect(folded.getText('t').toString()).toBe('start end')
    expect(Y.decodeUpdate(foldV1([end, start])).structs).toHaveLength(2)
  })

  it('S0 joins no items that were written beside different neighbours', () => {
    const [alice, bob] = [createContentWriter(1), createContentWriter(2)]
    const first = alice.edit((doc) => doc.getText('t').insert(0, 'a'))
    bob.receive(first)
    alice.receive(bob.edit((doc) => doc.getText('t').insert(1, 'z')))
    const second = alice.edit((doc) => doc.getText('t').insert(1, 'b'))
    expect(Y.decodeUpdate(foldV1([first, second])).structs).toHaveLength(2)
  })

  it('S0 unites delete ranges that meet or overlap', () => {
    const writer = createContentWriter(1)
    const text = writer.edit((doc) => doc.getText('t').insert(0, 'abcdef'))
    const deletions = [3, 0, 0].map((at) => writer.edit((doc) => doc.getText('t').delete(at, 1)))
    const ranges = Y.decodeUpdate(foldV1([text, ...deletions])).ds.clients.get(writer.client)
    expect(ranges).toMatchObject([
      { clock: 0, len: 2 },
      { clock: 3, len: 1 },
    ])
  })

  it('S0 gives the same bytes for the same updates, also when folded again', () => {
    const { entries } = writeRichHistory(createSeededRandom(4), { people: 1 })
    const updates = entries.map(({ update }) => update)
    expect(foldV1(updates)).toEqual(foldV1(updates.map((update) => update.slice())))
    const half = updates.length >> 1
    const twice = foldV1([foldV1(updates.slice(0, half)), foldV1(updates.slice(half))])
    expect(twice).toEqual(foldV1(updates))
  })

  it('S0 leaves its arguments as they are, and folds nothing to an empty update', () => {
    const updates = typed('abc')
    const before = updates.map((update) => update.slice())
    foldV1(updates)
    expect(updates).toEqual(before)
    expect(foldV1([])).toEqual(Uint8Array.of(0, 0))
  })
})
