import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { insertedText } from '#lib/document/inserted-text'
import { createSeededRandom } from '#lib/testing/seeded-random'

function updatesOf(edit: (doc: Y.Doc) => void): Uint8Array[] {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  edit(doc)
  return updates
}

it('W2 shows the words of held-back edits without those they took back', () => {
  const updates = updatesOf((doc) => {
    const body = doc.getXmlFragment('body')
    const [first, second] = [new Y.XmlElement('paragraph'), new Y.XmlElement('paragraph')]
    body.push([first, second])
    first.insert(0, [new Y.XmlText('Hallo')])
    const text = first.get(0) as Y.XmlText
    text.delete(1, 1)
    text.insert(1, 'e')
    second.insert(0, [new Y.XmlText('world')])
  })
  expect(insertedText(updates, 100)).toBe('Hlloe world')
  expect(insertedText(updates, 3)).toBe('Hll…')
})

it('W2 shows nothing of updates that cannot be read', () => {
  const random = createSeededRandom(1)
  const [whole] = updatesOf((doc) => doc.getText('body').insert(0, 'words'))
  expect(insertedText([random.bytes(40), (whole ?? random.bytes(4)).slice(0, 9)], 100)).toBe('')
})
