import type { Cancel, Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { SignalingRoom } from '#lib/transport/signaling-armour'
import { readSignalingMessage, type SignalingMessage } from '#lib/transport/signaling-message'
import { createSignalingSeal } from '#lib/transport/signaling-seal'

/**
 * Decides what of a room's signaling reaches y-webrtc, which acts on all of it: it would answer without limit, keep a
 * dead connection for a late message, throw on an unexpected one, and try to turn around a connection in the middle of
 * its making when both sides call at once, after which it may stay silent for ever.
 */
export interface MeshSignaling extends SignalingRoom {
  close(): void
}

/** One call between this side and a peer, from the first message to the end of its connection. */
export interface Call {
  readonly peerId: string
  /** This side made the offer. */
  readonly calling: boolean
  readonly startedAt: number
  answered: boolean
  /** The connection that it led to, as long as it has not ended. */
  attempt: { proved(): boolean; end(reason: 'superseded'): void } | undefined
}

export interface MeshSignalingOptions {
  readonly roomName: string
  readonly password: string
  readonly clock: Clock
  readonly random: Random
  /** Under which name this side is known in the room; `undefined` until y-webrtc has opened it. */
  ownId(): string | undefined
  /** Whether y-webrtc has a connection to this peer, whatever became of it. */
  hasConnection(peerId: string): boolean
  /** Whether another connection may be made: to call somebody, or because somebody called. */
  mayConnect(peerId: string, calling: boolean): boolean
  /** Runs y-webrtc's reaction; a connection that it makes meanwhile belongs to `call`. */
  react(call: Call | undefined, run: () => void): void
  /** It is time to announce again. */
  announce(): void
}

/** A candidate that waits for the offer or answer it belongs to. */
interface EarlyCandidate {
  readonly token: number
  run(): void
}

const ANNOUNCE_EVERY_MS = 1000
/** A call is young for so long: of two young calls between the same peers the one of the greater name stands. */
const YOUNG_MS = 3000
const MAX_EARLY_CANDIDATES = 32
const MAX_PEERS = 64

export function createMeshSignaling(options: MeshSignalingOptions): MeshSignaling {
  const { clock } = options
  const seal = createSignalingSeal(options.roomName, options.password, options.random)
  const calls = new Map<string, Call>()
  /** Messages of peers whose old connection is being taken down. */
  const waiting = new Map<string, (() => void)[]>()
  const early = new Map<string, readonly EarlyCandidate[]>()
  /** Tokens of calls that do not stand: their candidates would break the one that does. */
  const dropped = new Map<string, number>()
  let announcedAt = Number.NEGATIVE_INFINITY
  let stopAnnouncing: Cancel | undefined
  let closed = false

  function place(peerId: string, calling: boolean, run: () => void): void {
    const call: Call = { peerId, calling, startedAt: clock.now(), answered: false, attempt: undefined }
    calls.set(peerId, call)
    options.react(call, run)
    if (calls.size > MAX_PEERS) for (const [id, { attempt }] of calls) if (!attempt) calls.delete(id)
  }

  function consider(message: SignalingMessage, run: () => void): void {
    const { from } = message
    if (closed) return
    const later = waiting.get(from)
    if (later) later.push(() => consider(message, run))
    else if (message.type === 'announce') {
      if (!options.hasConnection(from) && options.mayConnect(from, true)) place(from, true, run)
    } else if (message.signal.type === 'offer') hearOffer(from, message.token, run)
    else if (message.signal.type === 'answer') hearAnswer(from, run)
    else hearCandidate(from, { token: message.token, run })
  }

  function hearOffer(from: string, token: number, run: () => void): void {
    const present = calls.get(from)
    const isGlare =
      present?.attempt?.proved() === false && present.calling && clock.now() - present.startedAt < YOUNG_MS
    if (isGlare && (options.ownId() ?? '') > from) {
      remember(dropped, from, token)
      return
    }
    if (!options.hasConnection(from)) {
      if (options.mayConnect(from, false)) takeOffer(from, token, run)
      return
    }
    // whoever offers anew, or made the call that stands, has no use for the connection that is here
    present?.attempt?.end('superseded')
    waiting.set(from, [() => takeOffer(from, token, run)])
    clock.after(0, () => {
      const messages = waiting.get(from) ?? []
      waiting.delete(from)
      if (!closed) for (const each of messages) each()
    })
  }

  function takeOffer(from: string, token: number, run: () => void): void {
    place(from, false, run)
    deliverEarly(from, (candidate) => candidate.token === token)
  }

  function hearAnswer(from: string, run: () => void): void {
    const call = calls.get(from)
    if (!call?.attempt || !call.calling || call.answered) return
    call.answered = true
    options.react(undefined, run)
    deliverEarly(from, ({ token }) => token !== dropped.get(from))
  }

  function hearCandidate(from: string, candidate: EarlyCandidate): void {
    if (candidate.token === dropped.get(from)) return
    const call = calls.get(from)
    const isReady = call?.attempt !== undefined && (!call.calling || call.answered)
    if (isReady) options.react(undefined, candidate.run)
    else remember(early, from, [...(early.get(from) ?? []), candidate].slice(-MAX_EARLY_CANDIDATES))
  }

  function deliverEarly(from: string, fits: (candidate: EarlyCandidate) => boolean): void {
    const candidates = early.get(from) ?? []
    early.delete(from)
    for (const candidate of candidates) if (fits(candidate)) options.react(undefined, candidate.run)
  }

  return {
    outgoing(data) {
      if (closed) return undefined
      if (!('type' in data && data.type === 'announce')) return seal.seal(data)
      if (stopAnnouncing) return undefined
      const dueMs = announcedAt + ANNOUNCE_EVERY_MS - clock.now()
      if (dueMs > 0) {
        stopAnnouncing = clock.after(dueMs, () => {
          stopAnnouncing = undefined
          options.announce()
        })
        return undefined
      }
      announcedAt = clock.now()
      return seal.seal(data)
    },
    incoming(data) {
      const message = readSignalingMessage(seal.open(data))
      const ownId = options.ownId()
      const isForMe = message?.type === 'announce' || message?.to === ownId
      return message && ownId !== undefined && message.from !== ownId && isForMe ? message : undefined
    },
    around: consider,
    close() {
      closed = true
      stopAnnouncing?.()
    },
  }
}

/** Puts a value and forgets the one that was put longest ago, so that nobody fills a map. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.size > MAX_PEERS ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}
