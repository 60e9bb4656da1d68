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
])('R8 knows a link that a TURN server passes on: %s to %s', async (local, remote, isPassedOn) => {
  const stats = new Map<string, object>([
    ['a', { type: 'local-candidate', candidateType: local }],
    ['b', { type: 'remote-candidate', candidateType: remote }],
    ['c', { type: 'remote-candidate', candidateType: 'relay' }],
    ['d', { type: 'candidate-pair', state: 'failed', localCandidateId: 'a', remoteCandidateId: 'c' }],
    [
      'e',
      {
        ...{ type: 'candidate-pair', state: 'succeeded', nominated: true },
        localCandidateId: 'a',
        remoteCandidateId: 'b',
      },
    ],
  ])
  class Connected extends ClosedConnection {
    getStats = async () => stats
  }
  expect(await connectionOf(Connected).isPassedOn()).toBe(isPassedOn)
})

it('R8 takes a link for none that is passed on where the platform does not tell', async () => {
  class Silent extends ClosedConnection {
    getStats = () => Promise.reject(new Error('closed'))
  }
  expect(await connectionOf(Silent).isPassedOn()).toBe(false)
})

function connectionOf(Platform: new () => ClosedConnection): MeshConnection {
  const made: MeshConnection[] = []
  const platform = { RTCPeerConnection: Platform } as unknown as RtcPlatform
  const { RTCPeerConnection: Mesh } = meshPlatform(platform, (connection) => made.push(connection))
  new Mesh()
  return made[0] as MeshConnection
}
