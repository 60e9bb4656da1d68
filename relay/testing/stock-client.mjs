/**
 * An unmodified y-webrtc client in a process of its own, as other software would run it. Arguments: signaling address,
 * room, password or nothing, text to insert. Reports every change of the shared text to the parent.
 */
import * as webrtc from 'node-datachannel/polyfill'
import WebSocket from 'ws'

globalThis.WebSocket = WebSocket
const { Doc } = await import('yjs')
const { WebrtcProvider } = await import('y-webrtc')

/** simple-peer changes descriptions, which node-datachannel's are too rigid for. */
const plain = ({ type, sdp }) => ({ type, sdp })
class PeerConnection extends webrtc.RTCPeerConnection {
  get sctp() {
    return null
  }
  async createOffer() {
    return plain(await super.createOffer())
  }
  async createAnswer() {
    return plain(await super.createAnswer())
  }
  createDataChannel(label, options) {
    return super.createDataChannel(String(label), options)
  }
  async setRemoteDescription(description) {
    return super.setRemoteDescription(plain(description))
  }
}
class SessionDescription {
  constructor(description) {
    Object.assign(this, description)
  }
}

const [signaling, room, password, text] = process.argv.slice(2)
const doc = new Doc()
const shared = doc.getText('shared')
shared.observe(() => process.send({ text: shared.toString() }))
new WebrtcProvider(room, doc, {
  signaling: [signaling],
  password: password || null,
  peerOpts: {
    wrtc: {
      RTCPeerConnection: PeerConnection,
      RTCSessionDescription: SessionDescription,
      RTCIceCandidate: webrtc.RTCIceCandidate,
    },
    config: { iceServers: [] },
    channelName: 'm',
    channelConfig: { negotiated: true, id: 0 },
  },
})
shared.insert(0, text)
process.on('disconnect', () => process.exit(0))
