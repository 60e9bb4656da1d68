import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { err } from '#lib/base/result'
import type { OpenPage } from '#lib/session/session-view'
import { createFakeFiles } from '#lib/testing/fake-files'

/** Pages in memory, for screens: nobody else writes in them. */
export function createFakePages() {
  const titles = new Y.Doc()
  const known = new Map<string, Pick<OpenPage, 'doc' | 'awareness'>>()
  function partsOf(pageId: string): Pick<OpenPage, 'doc' | 'awareness'> {
    const before = known.get(pageId)
    if (before) return before
    const doc = new Y.Doc()
    doc.getXmlFragment('body').insert(0, [new Y.XmlElement('paragraph')])
    const parts = { doc, awareness: new Awareness(doc) }
    known.set(pageId, parts)
    return parts
  }
  const files = createFakeFiles()
  return {
    open(id: string, title: string, trashed: boolean): OpenPage {
      const text = titles.getText(id)
      if (text.length === 0 && title !== '') text.insert(0, title)
      return {
        id,
        ...partsOf(id),
        title: text,
        files,
        readOnly: trashed ? 'trashed' : false,
        userEdit: (edit) => edit(),
        append: async () => err({ type: 'page-closed' }),
        flush: () => {},
        onReplaced: undefined,
        close: () => {},
      }
    },
  }
}
