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

it.each([
  ['host', 'relay', true],
  ['relay', 'srflx', true],
  ['host', 'prflx', false],
  [undefined, undefined, false],
])('R8 knows a link that a TURN server passes on: %s to %s', (local, remote, isPassedOn) => {
  const made: MeshConnection[] = []
  class Connected extends ClosedConnection {
    readonly sctp = {
      transport: {
        iceTransport: { getSelectedCandidatePair: () => local && { local: { type: local }, remote: { type: remote } } },
      },
    }
  }
  const platform = { RTCPeerConnection: Connected } as unknown as RtcPlatform
  const { RTCPeerConnection: Mesh } = meshPlatform(platform, (connection) => made.push(connection))
  new Mesh()
  expect(made.map((connection) => connection.isPassedOn())).toEqual([isPassedOn])
})

it('R8 takes a link for none that is passed on where the platform does not tell', () => {
  const made: MeshConnection[] = []
  const platform = { RTCPeerConnection: ClosedConnection } as unknown as RtcPlatform
  const { RTCPeerConnection: Mesh } = meshPlatform(platform, (connection) => made.push(connection))
  new Mesh()
  expect(made.map((connection) => connection.isPassedOn())).toEqual([false])
})
