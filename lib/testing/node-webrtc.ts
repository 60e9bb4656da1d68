import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PeerConnection } from 'node-datachannel'
import * as polyfill from 'node-datachannel/polyfill'
import { WebSocket } from 'ws'
import type { WebrtcProvider } from 'y-webrtc'
import type { RtcPlatform } from '#lib/transport/mesh-connection'

/**
 * Peers in Node: real data channels by node-datachannel under the browser's interface, and one y-webrtc for each peer,
 * because it keeps its rooms in its module.
 */
export function nodeRtcPlatform(): RtcPlatform {
  class NodePeerConnection extends polyfill.RTCPeerConnection {
    readonly #native: PeerConnection

    constructor() {
      // reason: left to itself the library offers as soon as a channel exists, so that both sides would call
      const native = new PeerConnection('peer', { iceServers: [], disableAutoNegotiation: true })
      super({ iceServers: [], peerConnection: native } as ConstructorParameters<typeof polyfill.RTCPeerConnection>[0])
      this.#native = native
    }

    /** Its certificates are empty. */
    override get sctp() {
      return null as never
    }

    /** The answering side's label is null, which a browser turns into text. */
    override createDataChannel(label: string | null, options?: object) {
      return super.createDataChannel(String(label), options)
    }

    override async createOffer() {
      this.#native.setLocalDescription('offer' as never)
      return plain(await super.createOffer()) as never
    }

    override async createAnswer() {
      this.#native.setLocalDescription('answer' as never)
      return plain(await super.createAnswer()) as never
    }

    /** Done when it was created. */
    override async setLocalDescription() {}

    override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit) {
      return super.setRemoteDescription(plain({ type, sdp }) as never)
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

/** simple-peer writes into descriptions, which the library's do not allow. */
const plain = ({ type, sdp }: { type: string; sdp: string }) => ({ type, sdp })

/** A y-webrtc of its own for the peer of this name, speaking WebSocket as Node 20 has none. */
export async function freshWebrtcProvider(name: string): Promise<typeof WebrtcProvider> {
  globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket
  const main = createRequire(import.meta.url).resolve('y-webrtc')
  const source = pathToFileURL(join(dirname(main), '../src/y-webrtc.js'))
  const module: { WebrtcProvider: typeof WebrtcProvider } = await import(/* @vite-ignore */ `${source}?peer=${name}`)
  return module.WebrtcProvider
}
