import type { ConnectionFacts } from '#lib/transport/peer-handshake'

/** Constructors of WebRTC: the browser's, or those of a library in Node. */
export interface RtcPlatform {
  readonly RTCPeerConnection: typeof RTCPeerConnection
  readonly RTCSessionDescription: typeof RTCSessionDescription
  readonly RTCIceCandidate: typeof RTCIceCandidate
}

/** One attempt to reach a peer, from the moment y-webrtc makes it. */
export interface MeshConnection {
  /** Channel 100, for entries. */
  readonly sync: RTCDataChannel
  /** Channel 101, for pieces of files. */
  readonly files: RTCDataChannel
  readonly facts: ConnectionFacts
  /** Whether a TURN server passes on what is said, as far as the platform knows by now. Never rejects. */
  isPassedOn(): Promise<boolean>
  /** Every fingerprint that any description, agreed on or proposed, stands for may have changed. */
  onDescription: (() => void) | undefined
  /** The platform hears nothing from the other side, or hears it again. */
  onQuiet: ((isQuiet: boolean) => void) | undefined
  /** simple-peer, or this side, has closed the connection; its channels need not tell. */
  onClosed: (() => void) | undefined
  /** Gives up; y-webrtc forgets the connection and announces itself again. */
  end(): void
}

const SYNC_CHANNEL = 100
const FILES_CHANNEL = 101

/**
 * What y-webrtc is given for WebRTC (D2): peer connections that carry two more channels, negotiated beforehand, and
 * show y-webrtc a channel that says and hears nothing (R9). All go through the public options of simple-peer.
 */
export function meshPlatform(platform: RtcPlatform, onConnection: (connection: MeshConnection) => void): RtcPlatform {
  class MeshPeerConnection extends platform.RTCPeerConnection {
    readonly #connection: MeshConnection
    #end = () => this.close()

    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      const negotiated = (label: string, id: number) => super.createDataChannel(label, { negotiated: true, id })
      const connection: MeshConnection = {
        sync: negotiated('sync', SYNC_CHANNEL),
        files: negotiated('files', FILES_CHANNEL),
        facts: connectionFacts(this),
        isPassedOn: () => isPassedOn(this),
        onDescription: undefined,
        onQuiet: undefined,
        onClosed: undefined,
        end: () => this.#end(),
      }
      this.#connection = connection
      this.addEventListener('signalingstatechange', () => connection.onDescription?.())
      this.addEventListener('iceconnectionstatechange', () =>
        connection.onQuiet?.(this.iceConnectionState === 'disconnected'),
      )
      onConnection(connection)
    }

    /** Called by simple-peer, once. */
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const mute = new MuteChannel(super.createDataChannel(label, options))
      this.#end = () => mute.end()
      return mute as unknown as RTCDataChannel // reason: simple-peer uses the members below and no others
    }

    override close(): void {
      super.close()
      this.#connection.onClosed?.()
    }
  }
  return { ...platform, RTCPeerConnection: MeshPeerConnection }
}

/** A channel's state without its voice: whatever y-webrtc says is dropped, and whatever it is told (R9). */
class MuteChannel {
  binaryType = 'arraybuffer'
  readonly bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onmessage: unknown = null
  onbufferedamountlow: unknown = null
  readonly #channel: RTCDataChannel

  constructor(channel: RTCDataChannel) {
    this.#channel = channel
    channel.addEventListener('open', () => this.onopen?.())
    channel.addEventListener('close', () => this.onclose?.())
    channel.addEventListener('error', (event) => this.onerror?.(event))
  }

  get label(): string {
    return this.#channel.label
  }

  get readyState(): RTCDataChannelState {
    return this.#channel.readyState
  }

  send(): void {}

  close(): void {
    this.#channel.close()
  }

  /** As if the other side had closed it: simple-peer then tears the whole connection down. */
  end(): void {
    this.onclose?.()
  }
}

/** Whether either end of the way that is used lies at a server. */
async function isPassedOn(connection: RTCPeerConnection): Promise<boolean> {
  const stats = await Promise.resolve()
    .then(() => connection.getStats())
    .catch(() => undefined)
  const all = new Map<string, RTCStats & Partial<RTCIceCandidatePairStats> & { candidateType?: string }>()
  stats?.forEach((one, id) => void all.set(id, one))
  const pair = [...all.values()].find(({ type, nominated, state }) => {
    return type === 'candidate-pair' && nominated && state === 'succeeded'
  })
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map((id = '') => all.get(id)?.candidateType)
  return ends.includes('relay')
}

/** Reads what is agreed on; while something else is proposed nothing is, nor after the end, when Firefox throws at whoever asks. */
function connectionFacts(connection: RTCPeerConnection): ConnectionFacts {
  return {
    descriptions() {
      if (connection.signalingState !== 'stable') return undefined
      const { currentLocalDescription: local, currentRemoteDescription: remote } = connection
      if (!local?.sdp || !remote?.sdp) return undefined
      return { localSdp: local.sdp, remoteSdp: remote.sdp, initiator: local.type === 'offer' }
    },
    remoteCertificate() {
      const transport = connection.sctp?.transport
      const [certificate] = transport?.getRemoteCertificates?.() ?? []
      return certificate && new Uint8Array(certificate)
    },
  }
}
