/**
 * The peer: a plain page with y-webrtc and y-prosemirror, presence on, over the schema of the product. Where it keeps, an
 * edit is on the disk before it is sent, as with ours (E12), and what comes is shown at once and then kept.
 */

import { baseKeymap } from 'prosemirror-commands'
import { keymap } from 'prosemirror-keymap'
import { EditorState } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { yCursorPlugin, ySyncPlugin, yUndoPlugin } from 'y-prosemirror'
import { Awareness } from 'y-protocols/awareness'
import { WebrtcProvider } from 'y-webrtc'
import * as Y from 'yjs'
import { keepUpdates } from '#bench/pages/keep-updates'
import { schema } from '#lib/schema/schema'

const [signaling = '', name = '', keeps = ''] = location.hash.slice(1).split(',')
const doc = new Y.Doc()
const sent = keeps === 'keeps' ? keepUpdates(doc) : doc
const awareness = new Awareness(doc)
new WebrtcProvider(`bench${keeps}`, sent, {
  signaling: [signaling],
  filterBcConns: false,
  peerOpts: { config: { iceServers: [] } },
  awareness,
})
awareness.setLocalStateField('user', { name, color: '#336699' })
new EditorView(document.querySelector('#editor'), {
  state: EditorState.create({
    schema,
    plugins: [ySyncPlugin(doc.getXmlFragment('body')), yCursorPlugin(awareness), yUndoPlugin(), keymap(baseKeymap)],
  }),
})
