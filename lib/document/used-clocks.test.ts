import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodeState } from '#lib/document/encode-state'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { besideState, createHolding } from '#lib/document/used-clocks'
import { writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const CLIENT = 7

/** Somebody under that client id who goes on from `base`. */
function writer(base?: Uint8Array) {
  const doc = createQuietDoc()
  if (base) Y.applyUpdate(doc, base)
  doc.clientID = CLIENT
  const text = doc.getText('t')
  const edit = (change: () => void): Uint8Array => {
    const updates: Uint8Array[] = []
    const note = (update: Uint8Array) => void updates.push(update)
    doc.on('update', note)
    doc.transact(change)
    doc.off('update', note)
    return Y.mergeUpdates(updates)
  }
  return { doc, text, edit, state: () => encodeState(doc) }
}

it('attack 8 E2 finds every edit of an honest history in its document, whatever was written into or deleted', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { entries, documents } = writeRichHistory(createSeededRandom(seed), { steps: 40 })
    const [document] = documents
    const holds = createHolding(encodeState(document ?? createQuietDoc()))
    expect(entries.filter(({ update }) => !holds(update))).toEqual([])
  }
})

it('attack 8 E2 tells other words at the same clocks, and the same words at another place', () => {
  const first = writer()
  const base = first.edit(() => first.text.insert(0, 'ab'))
  const [mine, theirs, elsewhere] = [writer(base), writer(base), writer(base)]
  const update = mine.edit(() => mine.text.insert(2, 'one'))
  theirs.edit(() => theirs.text.insert(2, 'two, and more'))
  elsewhere.edit(() => elsewhere.text.insert(1, 'one'))
  expect([mine, theirs, elsewhere].map(({ state }) => createHolding(state())(update))).toEqual([true, false, false])
})

it('attack 8 E2 puts both beside each other: words, what is built on them, and what they delete', () => {
  const first = writer()
  const base = first.edit(() => first.text.insert(0, 'keep drop '))
  const [mine, theirs] = [writer(base), writer(base)]
  const updates = [
    mine.edit(() => mine.text.insert(10, 'mine wrong ')),
    mine.edit(() => mine.text.delete(15, 6)),
    mine.edit(() => mine.text.delete(5, 5)),
    mine.edit(() => mine.text.insert(10, 'too ')),
  ]
  expect(mine.text.toString()).toBe('keep mine too ')
  theirs.edit(() => theirs.text.insert(10, 'theirs '))
  expect(applyAccepted(theirs.doc, besideState(theirs.state(), updates)).ok).toBe(true)
  const words = theirs.text.toString()
  expect([words.match(/keep /g), words.match(/mine too /g), words.match(/theirs /g)]).toEqual([
    ['keep '],
    ['mine too '],
    ['theirs '],
  ])
  expect(words).toHaveLength('keep mine too theirs '.length)
})
