/** The parts of y-webrtc 10.3.0 that the mesh uses, as its source has them; its own declarations say `any`. */
declare module 'y-webrtc' {
  import type { Awareness } from 'y-protocols/awareness'
  import type { Doc } from 'yjs'

  type SignalingListener = (message: unknown, connection: SignalingConn) => void

  /** One WebSocket for all rooms of this page at one address; it reconnects by itself. */
  interface SignalingConn {
    readonly url: string
    readonly connected: boolean
    ws: WebSocket | null
    send(message: unknown): void
    on(name: 'connect' | 'disconnect' | 'message', listener: SignalingListener): void
    off(name: 'connect' | 'disconnect' | 'message', listener: SignalingListener): void
    /** Of lib0's Observable. */
    readonly _observers: Map<string, Set<SignalingListener>>
  }

  export interface ProviderOptions {
    readonly signaling: readonly string[]
    readonly awareness: Awareness
    readonly maxConns?: number
    readonly filterBcConns: boolean
    /** For simple-peer. */
    readonly peerOpts: {
      readonly wrtc?: object
      readonly channelName?: string
      readonly channelConfig?: RTCDataChannelInit
      readonly config: RTCConfiguration
    }
  }

  export class WebrtcProvider {
    constructor(roomName: string, doc: Doc, options: ProviderOptions)
    /** Null until a microtask after the constructor. */
    readonly room: { readonly peerId: string; readonly webrtcConns: ReadonlyMap<string, unknown> } | null
    signalingConns: SignalingConn[]
    connect(): void
    disconnect(): void
    destroy(): void
  }
}
