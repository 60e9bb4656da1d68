import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as polyfill from 'node-datachannel/polyfill'
import { WebSocket } from 'ws'
import type { WebrtcProvider } from 'y-webrtc'
import type { RtcPlatform } from '#lib/transport/mesh-connection'

/**
 * Peers in Node: real data channels by node-datachannel under the browser's interface, and one y-webrtc for each peer,
 * because it keeps its rooms in its module.
 */
export function nodeRtcPlatform(): RtcPlatform {
  /** simple-peer changes descriptions, which node-datachannel's are too rigid for. */
  const plain = (description: { type: string; sdp: string }) => ({ type: description.type, sdp: description.sdp })
  // biome-ignore lint/suspicious/noExplicitAny: reason: the library's types differ from the DOM's in names alone
  const Base = polyfill.RTCPeerConnection as any
  class NodePeerConnection extends Base {
    /** Its certificates are empty. */
    get sctp() {
      return null
    }
    async createOffer() {
      return plain(await super.createOffer())
    }
    async createAnswer() {
      return plain(await super.createAnswer())
    }
    createDataChannel(label: unknown, options?: object) {
      return super.createDataChannel(String(label), options)
    }
    async setRemoteDescription(description: { type: string; sdp: string }) {
      return super.setRemoteDescription(plain(description))
    }
  }
  class NodeSessionDescription {
    constructor(description: object) {
      Object.assign(this, description)
    }
  }
  const platform = {
    RTCPeerConnection: NodePeerConnection,
    RTCSessionDescription: NodeSessionDescription,
    RTCIceCandidate: polyfill.RTCIceCandidate,
  }
  return platform as unknown as RtcPlatform
}

/** A y-webrtc of its own for the peer of this name, speaking WebSocket as Node 20 has none. */
export async function freshWebrtcProvider(name: string): Promise<typeof WebrtcProvider> {
  globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket
  const main = createRequire(import.meta.url).resolve('y-webrtc')
  const source = pathToFileURL(join(dirname(main), '../src/y-webrtc.js'))
  const module: { WebrtcProvider: typeof WebrtcProvider } = await import(/* @vite-ignore */ `${source}?peer=${name}`)
  return module.WebrtcProvider
}
