import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { OpenPage } from '#lib/session/session-view'
import { createFakeFiles } from '#lib/testing/fake-files'

/** Pages in memory, for screens: nobody else writes in them. */
export function createFakePages() {
  const titles = new Y.Doc()
  const docs = new Map<string, Y.Doc>()
  function docOf(pageId: string): Y.Doc {
    const known = docs.get(pageId)
    if (known) return known
    const doc = new Y.Doc()
    doc.getXmlFragment('body').insert(0, [new Y.XmlElement('paragraph')])
    docs.set(pageId, doc)
    return doc
  }
  const files = createFakeFiles()
  return {
    open(id: string, title: string, trashed: boolean): OpenPage {
      const doc = docOf(id)
      const text = titles.getText(id)
      if (text.length === 0 && title !== '') text.insert(0, title)
      return {
        id,
        doc,
        awareness: new Awareness(doc),
        title: text,
        files,
        readOnly: trashed ? 'trashed' : false,
        userEdit: (edit) => edit(),
        flush: () => {},
        onReplaced: undefined,
        close: () => {},
      }
    },
  }
}
