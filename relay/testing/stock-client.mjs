/**
 * An unmodified y-webrtc client in a process of its own, as other software would run it. Arguments: signaling address,
 * room, password or nothing, text to insert. Reports every change of the shared text to the parent.
 */
import polyfill from 'node-datachannel/polyfill'
import WebSocket from 'ws'

globalThis.WebSocket = WebSocket
const { Doc } = await import('yjs')
const { WebrtcProvider } = await import('y-webrtc')

const [signaling, room, password, text] = process.argv.slice(2)
const doc = new Doc()
doc.getText('t').observe(() => process.send({ text: doc.getText('t').toString() }))
const provider = new WebrtcProvider(room, doc, {
  signaling: [signaling],
  password: password || null,
  peerOpts: {
    wrtc: polyfill,
    config: { iceServers: [] },
    channelName: 'm',
    channelConfig: { negotiated: true, id: 0 },
  },
})
provider.on('peers', ({ webrtcPeers }) => process.send({ peers: webrtcPeers.length }))
doc.getText('t').insert(0, text)
process.on('disconnect', () => process.exit(0))
