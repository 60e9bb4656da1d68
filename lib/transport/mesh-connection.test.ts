import { expect, it } from 'vitest'
import { type MeshConnection, meshPlatform, type RtcPlatform } from '#lib/transport/mesh-connection'

/** A peer connection that was closed, as Firefox has them. */
class ClosedConnection {
  readonly signalingState = 'closed'
  get currentLocalDescription(): never {
    throw new DOMException('Peer connection is closed', 'InvalidStateError')
  }
  get currentRemoteDescription(): never {
    return this.currentLocalDescription
  }
  createDataChannel() {
    return {}
  }
  addEventListener() {}
  close() {}
}

it('R1 stands on no fingerprint once it is closed, where Firefox throws at whoever asks', () => {
  const made: MeshConnection[] = []
  const platform = { RTCPeerConnection: ClosedConnection } as unknown as RtcPlatform
  const { RTCPeerConnection: Mesh } = meshPlatform(platform, (connection) => made.push(connection))
  new Mesh()
  expect(made.map(({ facts }) => facts.descriptions())).toEqual([undefined])
})
