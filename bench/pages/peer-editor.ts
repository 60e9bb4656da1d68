/** The peer: a plain page with y-webrtc and y-prosemirror, presence on, over the schema of the product. */
import { baseKeymap } from 'prosemirror-commands'
import { keymap } from 'prosemirror-keymap'
import { EditorState } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { yCursorPlugin, ySyncPlugin, yUndoPlugin } from 'y-prosemirror'
import { WebrtcProvider } from 'y-webrtc'
import * as Y from 'yjs'
import { schema } from '#lib/schema/schema'

const [signaling = '', name = ''] = location.hash.slice(1).split(',')
const doc = new Y.Doc()
const provider = new WebrtcProvider('bench', doc, {
  signaling: [signaling],
  filterBcConns: false,
  peerOpts: { config: { iceServers: [] } },
})
provider.awareness.setLocalStateField('user', { name, color: '#336699' })
new EditorView(document.querySelector('#editor'), {
  state: EditorState.create({
    schema,
    plugins: [
      ySyncPlugin(doc.getXmlFragment('body')),
      yCursorPlugin(provider.awareness),
      yUndoPlugin(),
      keymap(baseKeymap),
    ],
  }),
})
