import { nodeRtcPlatform } from '#lib/testing/node-webrtc'
import type { RtcPlatform } from '#lib/transport/mesh-connection'

/** Real data channels in Node whose messages are counted as they are sent, whoever opened the channel. */
export function countedRtcPlatform(onSend: (message: unknown) => void): RtcPlatform {
  const platform = nodeRtcPlatform()
  const counted = new WeakSet<RTCDataChannel>()

  const count = (channel: RTCDataChannel) => {
    if (counted.has(channel)) return
    counted.add(channel)
    const send = channel.send.bind(channel) as (message: never) => void
    channel.send = (message: unknown) => {
      onSend(message)
      send(message as never)
    }
  }

  class CountedConnection extends platform.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('datachannel', ({ channel }) => count(channel))
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options)
      count(channel)
      return channel
    }
  }
  return { ...platform, RTCPeerConnection: CountedConnection }
}
