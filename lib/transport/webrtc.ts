import { Awareness } from 'y-protocols/awareness'
import { WebrtcProvider } from 'y-webrtc'
import { Doc } from 'yjs'
import { compareBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { Link } from '#lib/transport/link'
import { meshPlatform, type RtcPlatform } from '#lib/transport/mesh-connection'
import { createMeshGuard } from '#lib/transport/mesh-guard'
import { attemptPeer, type MeshAttempt, type MeshPeer } from '#lib/transport/mesh-peer'
import { type Call, createMeshSignaling } from '#lib/transport/mesh-signaling'
import { onLeave, onWake } from '#lib/transport/page-life'
import type { AuthenticatedPeer, HandshakeError } from '#lib/transport/peer-handshake'
import { armourSignaling } from '#lib/transport/signaling-armour'

/**
 * Direct links to the other devices of a workspace. y-webrtc finds them and keeps the connections, over an empty
 * document that carries nothing (D2, R9); everything that it leaves open is closed here and beside this file (D3, R1).
 */
export interface Mesh {
  /** One for each device that proved itself, however many connections lead to it. */
  peers(): readonly MeshPeer[]
  state(): MeshState
  /** Calls out anew: the network is back, or somebody looks. */
  rejoin(): void
  close(): void
}

export interface MeshState {
  /** `off`: this platform or its settings allow no direct connection. */
  readonly signaling: 'connected' | 'connecting' | 'off'
  /** Connections that carry. */
  readonly links: number
  /** Of these, those that go through a TURN server. */
  readonly passedOn: number
  /** Connections that are still being made. */
  readonly attempts: number
}

export interface MeshOptions {
  readonly workspaceId: WorkspaceId
  /** Both derived from the epoch (`meshRoom`); one mesh at a time per room and page. */
  readonly roomName: string
  readonly password: string
  /** Addresses of signaling servers, `ws:` or `wss:`. */
  readonly signaling: readonly string[]
  readonly iceServers: readonly RTCIceServer[]
  /** Hides this device's addresses from peers (R8): through TURN or not at all. */
  readonly relayOnly?: boolean
  readonly device: SigningKey
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  /** What the membership log says, as far as this device has it; a former device is one that had time to read why (R1). */
  deviceStanding(device: DeviceId): 'active' | 'unknown' | 'former'
  /** A proved peer. Set the link's listeners before returning; closing it ends the connection. */
  onLink(link: Link, peer: MeshPeer): void
  /** Somebody who knows the room but could not prove to be a device. */
  onRefused?(error: HandshakeError): void
  onState?(state: MeshState): void
  /** The page's WebRTC unless a test brings another; `undefined` where there is none. */
  readonly platform?: RtcPlatform | undefined
  /** y-webrtc keeps its rooms in its module: peers that share a process need one module each. */
  readonly provider?: typeof WebrtcProvider
}

const MIN_CONNECTIONS = 10
/** Part of the number is chance: where all want the same number of links a mesh falls apart. */
const SPREAD_CONNECTIONS = 5
/** So long the device with the higher key waits for the other to close the older of two connections. */
const DUPLICATE_MS = 1000

export function createMesh(options: MeshOptions): Mesh {
  const platform = 'platform' in options ? options.platform : browserRtc()
  const canRelay = options.iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)))
  const isOff = !platform || options.signaling.length === 0 || (options.relayOnly === true && !canRelay)
  return isOff ? MESH_OFF : startMesh(options, platform)
}

const MESH_OFF: Mesh = {
  peers: () => [],
  state: () => ({ signaling: 'off', links: 0, passedOn: 0, attempts: 0 }),
  rejoin() {},
  close() {},
}

function startMesh(options: MeshOptions, platform: RtcPlatform): Mesh {
  const { clock, random, device } = options
  const maxConns = MIN_CONNECTIONS + randomBelow(random, SPREAD_CONNECTIONS)
  const attempts = new Map<MeshAttempt, Call | undefined>()
  let reacting: Call | undefined
  let closed = false

  const proved = () => [...attempts.keys()].filter((attempt) => attempt.peer())

  const doc = new Doc()
  const awareness = new Awareness(doc)
  awareness.destroy() // nobody is in it (R9), and its timer goes every three seconds
  const guard = createMeshGuard({
    clock,
    random,
    maxConnections: maxConns,
    degree: () => proved().length,
    announce: rejoin,
  })
  const provider = new (options.provider ?? WebrtcProvider)(options.roomName, doc, {
    signaling: options.signaling,
    awareness,
    maxConns,
    filterBcConns: false,
    peerOpts: {
      wrtc: meshPlatform(platform, startAttempt),
      channelName: 'm',
      channelConfig: { negotiated: true, id: 0 },
      config: {
        iceServers: [...options.iceServers],
        iceTransportPolicy: options.relayOnly ? 'relay' : 'all',
      },
    },
  })
  const armoured = new Map<WebrtcProvider['signalingConns'][number], () => void>()
  const room = createMeshSignaling({
    ...options,
    ownId: () => provider.room?.peerId,
    hasConnection: (peerId) => provider.room?.webrtcConns.has(peerId) === true,
    mayConnect(peerId, calling) {
      const connections = provider.room?.webrtcConns.size ?? maxConns
      return (!calling || connections < maxConns) && guard.mayConnect(peerId, connections)
    },
    react(call, run) {
      reacting = call
      try {
        run()
      } finally {
        reacting = undefined
      }
    },
    announce: rejoin,
  })
  armour()
  const stopWaking = onWake(() => guard.wake())
  /** The others need not wait until a link that says nothing is given up. */
  const stopLeaving = onLeave(() => {
    for (const attempt of [...attempts.keys()]) attempt.end('closed')
  })

  function armour(): void {
    for (const conn of provider.signalingConns) {
      if (armoured.has(conn)) continue
      const disarm = armourSignaling(conn, options.roomName, room)
      conn.on('connect', tell)
      conn.on('disconnect', tell)
      armoured.set(conn, () => {
        disarm()
        conn.off('connect', tell)
        conn.off('disconnect', tell)
      })
    }
  }

  function startAttempt(connection: Parameters<typeof attemptPeer>[0]['connection']): void {
    const call = reacting
    const attempt = attemptPeer({
      ...options,
      connection,
      deadline: guard.deadline,
      onProved: (peer, links) => welcome(attempt, peer, links),
      onWay: tell,
      onRefused: (error) => options.onRefused?.(error),
      onEnd(reason) {
        if (call) call.attempt = undefined
        if (call && !attempt.peer() && reason !== 'superseded') guard.failed(call.peerId)
        attempts.delete(attempt)
        tell()
      },
    })
    if (call) call.attempt = { proved: () => attempt.peer() !== undefined, end: attempt.end }
    attempts.set(attempt, call)
    tell()
  }

  function welcome(
    attempt: MeshAttempt,
    { device: theirs, initiator }: AuthenticatedPeer,
    { sync }: { readonly sync: Link },
  ): string | undefined {
    const standing = (each: MeshAttempt) => options.deviceStanding(each.peer()?.device ?? theirs)
    if (standing(attempt) === 'former') return 'not-a-member'
    const unknown = proved().filter((each) => standing(each) === 'unknown')
    if (unknown.includes(attempt) && !guard.mayKeepUnknown(unknown.length)) return 'too-many-unknown'
    const peerId = attempts.get(attempt)?.peerId
    if (peerId !== undefined) guard.succeeded(peerId)
    replaceOlder(attempt, theirs)
    const peer: MeshPeer = { device: theirs, initiator }
    options.onLink(sync, peer)
    tell()
    return undefined
  }

  /** The newer of two connections to a device stays. One side decides, lest each keeps another one. */
  function replaceOlder(newer: MeshAttempt, theirs: DeviceId): void {
    const name = toHex(theirs)
    const sameDevice = (each: MeshAttempt) => each !== newer && toHex(each.peer()?.device ?? device.publicKey) === name
    const older = proved().filter(sameDevice)
    const replace = () => {
      if (attempts.has(newer)) for (const each of older) each.end('replaced')
    }
    if (compareBytes(device.publicKey, theirs) < 0) replace()
    else if (older.length > 0) clock.after(DUPLICATE_MS, replace)
  }

  /** Announces this device again; y-webrtc does so whenever it is told to connect. */
  function rejoin(): void {
    if (closed) return
    provider.signalingConns.length = 0
    provider.connect()
    armour()
  }

  function state(): MeshState {
    const [links, passedOn] = [proved().length, proved().filter((each) => each.isPassedOn()).length]
    const connected = [...armoured.keys()].some((conn) => conn.connected)
    return { signaling: connected ? 'connected' : 'connecting', links, passedOn, attempts: attempts.size - links }
  }

  function tell(): void {
    if (!closed) options.onState?.(state())
  }

  return {
    peers() {
      const byDevice = new Map<string, MeshPeer>()
      for (const attempt of proved()) {
        const peer = attempt.peer()
        if (peer) byDevice.set(toHex(peer.device), { device: peer.device, initiator: peer.initiator })
      }
      return [...byDevice.values()]
    },
    state,
    rejoin: () => guard.wake(),
    close() {
      if (closed) return
      closed = true
      stopWaking()
      stopLeaving()
      room.close()
      guard.close()
      for (const attempt of [...attempts.keys()]) attempt.end('closed')
      provider.disconnect()
      provider.destroy()
      doc.destroy()
      for (const disarm of armoured.values()) disarm()
    },
  }
}

function browserRtc(): RtcPlatform | undefined {
  if (!('RTCPeerConnection' in globalThis)) return undefined
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate }
}
