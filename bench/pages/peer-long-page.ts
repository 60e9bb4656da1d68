/** The peer: plain y-prosemirror and prosemirror-tables over the schema of the product. */
import { baseKeymap } from 'prosemirror-commands'
import { keymap } from 'prosemirror-keymap'
import { EditorState } from 'prosemirror-state'
import { tableEditing } from 'prosemirror-tables'
import { EditorView } from 'prosemirror-view'
import { initProseMirrorDoc, yCursorPlugin, ySyncPlugin, yUndoPlugin } from 'y-prosemirror'
import { exposeLongPage } from '#bench/pages/long-page'
import { schema } from '#lib/schema/schema'

exposeLongPage((mount, doc, awareness) => {
  const type = doc.getXmlFragment('body')
  const { doc: page, mapping } = initProseMirrorDoc(type, schema)
  return new EditorView(mount, {
    state: EditorState.create({
      doc: page,
      plugins: [
        ySyncPlugin(type, { mapping }),
        yCursorPlugin(awareness),
        yUndoPlugin(),
        tableEditing(),
        keymap(baseKeymap),
      ],
    }),
  })
})
