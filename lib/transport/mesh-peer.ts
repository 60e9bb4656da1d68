import type { Cancel, Clock } from '#lib/base/clock'
import type { DeviceId, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { type ChannelLink, createChannelLink } from '#lib/transport/channel-link'
import type { Link } from '#lib/transport/link'
import type { MeshConnection } from '#lib/transport/mesh-connection'
import {
  type AuthenticatedPeer,
  createHandshake,
  HANDSHAKE_MESSAGES,
  type Handshake,
  type HandshakeError,
  showsSame,
} from '#lib/transport/peer-handshake'

/** One connection of the mesh, from its making to its end: nothing leaves it as a link before the handshake (R1). */
export interface MeshAttempt {
  /** Who is there, once proved and taken. */
  peer(): AuthenticatedPeer | undefined
  /** A TURN server passes on what is said to it. */
  isPassedOn(): boolean
  end(reason: string): void
}

export interface MeshAttemptOptions {
  readonly connection: MeshConnection
  readonly workspaceId: WorkspaceId
  readonly device: SigningKey
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  /** Calls back unless cancelled in time. */
  deadline(giveUp: () => void): Cancel
  /** Proved. Set the listeners of both links here; waiting frames follow. A returned text refuses the peer. */
  onProved(peer: AuthenticatedPeer, links: { readonly sync: Link; readonly files: Link }): string | undefined
  /** Which way it takes has become known. */
  onWay(): void
  onRefused(error: HandshakeError): void
  /** Once, for every attempt. */
  onEnd(reason: string): void
}

/**
 * While the platform hears nothing: whoever closed the laptop or lost the network is not shown as here for long. Otherwise whoever
 * uses the link watches that it lives.
 */
const QUIET_PING_MS = 1000
/** The first way that is found need not be the one that stays. */
const WAY_MS = 5000

export function attemptPeer(options: MeshAttemptOptions): MeshAttempt {
  const { connection, clock } = options
  let ended = false
  let proved: AuthenticatedPeer | undefined
  let handshake: Handshake | undefined
  let isQuiet = false
  let stopPinging: Cancel = () => {}
  let isPassedOn = false
  let stopLooking: Cancel = () => {}
  const stopDeadline = options.deadline(() => end('not-connected-in-time'))

  function end(reason: string): void {
    if (ended) return
    ended = true
    stopDeadline()
    stopPinging()
    stopLooking()
    connection.onDescription = undefined
    connection.onQuiet = undefined
    connection.onClosed = undefined
    sync.finish(reason)
    files.finish(reason)
    connection.end()
    options.onEnd(reason)
  }

  async function prove(): Promise<void> {
    handshake = createHandshake({ ...options, facts: connection.facts, send: (message) => sync.link.send(message) })
    const outcome = await handshake.outcome
    if (ended) return
    if (!outcome.ok) {
      options.onRefused(outcome.error)
      end(outcome.error.type)
      return
    }
    stopDeadline()
    proved = outcome.value
    const refusal = options.onProved(proved, { sync: sync.link, files: files.link })
    if (refusal !== undefined) {
      proved = undefined
      return end(refusal)
    }
    sync.start()
    files.start()
    if (isQuiet) ping()
    stopLooking = clock.after(WAY_MS, () => void lookAtWay())
    await lookAtWay()
  }

  async function lookAtWay(): Promise<void> {
    isPassedOn = await connection.isPassedOn()
    if (!ended) options.onWay()
  }

  function ping(): void {
    stopPinging()
    if (sync.ping()) stopPinging = clock.after(QUIET_PING_MS, ping)
    else end('silent')
  }

  const sync: ChannelLink = createChannelLink({
    channel: connection.sync,
    firstMessages: HANDSHAKE_MESSAGES,
    onFirst: (message) => handshake?.hear(message),
    onOpen: () => void prove(),
    onEnd: end,
  })
  const files: ChannelLink = createChannelLink({
    channel: connection.files,
    firstMessages: 0,
    onFirst: () => {},
    onOpen: () => {},
    onEnd: end,
  })
  connection.onClosed = () => end('closed')
  connection.onQuiet = (nowQuiet) => {
    isQuiet = nowQuiet
    if (!isQuiet) stopPinging()
    else if (proved) ping()
  }
  connection.onDescription = () => {
    if (proved && !showsSame(connection.facts, proved.fingerprints)) end('fingerprint-changed')
  }

  return { peer: () => proved, isPassedOn: () => isPassedOn, end }
}

/** What the rest of the app is told about a peer. */
export interface MeshPeer {
  readonly device: DeviceId
  /** Whether this side made the offer. */
  readonly initiator: boolean
}
