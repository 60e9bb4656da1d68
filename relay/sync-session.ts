/**
 * One connection to `/sync`: hello and challenge, then a door or a mailbox, then its desk. Frames are handled one after
 * the other; whatever is wrong with them ends this connection with a reason and touches nobody else (R4).
 */
import { sameBytes } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { roomName } from '#lib/protocol/door'
import { HELLO, PROTOCOL_VERSION } from '#lib/protocol/frame-hello'
import type { EnterMailboxFrame } from '#lib/protocol/mailbox-frames'
import type { OpenFrame } from '#lib/protocol/relay-frames'
import { mailboxName, mailboxProof, NONCE_BYTES, roomProof } from '#lib/protocol/relay-proof'
import { createRoadReader, createRoadWriter, type RelayFarewell, type RoadFrame } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'
import { createReaderGuard } from '#relay/reader-guard'
import type { RelayContext } from '#relay/relay-context'
import type { Room, Visitor } from '#relay/room'
import { createRoomDesk, putDoor } from '#relay/room-desk'
import type { SharedFrame } from '#relay/shared-frame'
import { createTokenBucket, type TokenBucket } from '#relay/token-bucket'

/** A link whose sender can be made to wait. */
export interface VisitorLink extends Link {
  /** As `send`, where that is cheaper for what many are sent. */
  sendShared?(shared: Extract<SharedFrame, { parts: unknown }>): void
  pause?(): void
  resume?(): void
}

export interface VisitorRights {
  mayCreateRoom(): boolean
}

/** The reason to end the visit, if there is one; at once where nothing is to be waited for. */
export type Handled = RelayFarewell | undefined | Promise<RelayFarewell | undefined>

type Stage =
  | { readonly type: 'greeting' | 'greeted' | 'closed' }
  | { readonly type: 'at-door'; readonly room: Room; readonly visitor: Visitor }
  | { readonly type: 'inside'; handle(frame: RoadFrame): Handled }

/** A device that shows more statements before it is let in has nothing that helps. */
const MAX_DOOR_FRAMES = 64
/** What a waiting frame costs besides its bytes. */
const FRAME_COST = 256
/** Others have their turn after so much that one visitor has sent. */
const TURN_BYTES = 65_536

/** What a frame costs besides its bytes: those that make the relay write or answer at length cost as much as a long one. */
function costOf({ type }: RoadFrame): number {
  return type === 'put' || type === 'ping' || type === 'presence' || type === 'read' ? FRAME_COST : 16 * FRAME_COST
}

export interface Session {
  /** Handles no frame after the one that it is at. */
  rest(): void
  /** Says why, and closes the link. */
  sendAway(reason: RelayFarewell): void
}

/** Serves `link` until either side closes it; `onEnd` is called then, once. */
export function startSession(
  link: VisitorLink,
  rights: VisitorRights,
  context: RelayContext,
  onEnd: () => void,
): Session {
  const { clock, limits, log, meter, rooms, mailboxes, crypto } = context
  const nonce = context.random.bytes(NONCE_BYTES)
  const reader = createRoadReader()
  const send = createRoadWriter((bytes) => link.send(bytes))
  const byteBucket = createTokenBucket(limits.bytes, clock)
  const leaving: (() => void)[] = [onEnd]
  let stage: Stage = { type: 'greeting' }
  let doorFrames = 0

  const wait = (delayMs: number) => new Promise<void>((resolve) => void clock.after(delayMs, resolve))
  const isClosed = () => stage.type === 'closed'

  const end = () => {
    if (isClosed()) return
    stage = { type: 'closed' }
    for (const leave of leaving) leave()
  }
  const atEnd = (leave: () => void) => {
    if (isClosed()) leave()
    else leaving.push(leave)
  }
  const sendAway = (reason: RelayFarewell) => {
    if (isClosed()) return
    log.debug({ reason }, 'connection ends')
    meter.count('waxwing_visits_ended_total', reason)
    send({ type: 'bye', reason })
    end()
    link.close(reason)
  }

  let lastHeardAt = clock.now()
  let stopIdle = () => {}
  const watchIdle = () => {
    // the clock may have been set back
    lastHeardAt = Math.min(lastHeardAt, clock.now())
    const quietMs = clock.now() - lastHeardAt
    if (quietMs >= limits.idleMs) sendAway('idle')
    else stopIdle = clock.after(limits.idleMs - quietMs, watchIdle)
  }
  const stopHandshake = clock.after(limits.handshakeMs, () => sendAway('too-slow'))
  atEnd(stopHandshake)
  atEnd(() => stopIdle())

  /** Something to wait for where the visitor is ahead of the rate. */
  const spend = (bucket: TokenBucket, amount: number): Promise<void> | undefined => {
    const aheadMs = bucket.spend(amount)
    return aheadMs > 0 ? wait(aheadMs) : undefined
  }
  let proofBucket: TokenBucket | undefined
  const maySpendProof = () => {
    proofBucket ??= createTokenBucket(limits.proofs, clock)
    return spend(proofBucket, 1)
  }
  const pay = (bytes: number) => spend(byteBucket, bytes)

  const beInside = (handle: (frame: RoadFrame) => Handled) => {
    stopHandshake()
    if (!isClosed()) stage = { type: 'inside', handle }
  }

  /** Answers OPEN and PUT-DOOR of somebody who has proved a key: in, or still before the door. */
  const meetAtDoor = async (room: Room, visitor: Visitor): Promise<RelayFarewell | undefined> => {
    const level = room.levelOf(visitor.relayKey)
    if (level === 'none') stage = { type: 'at-door', room, visitor }
    else {
      if (!room.isStored() && context.space.isFull()) return 'store-full'
      if (!room.isStored() && !rights.mayCreateRoom()) return 'too-many-rooms'
      await room.store()
      if (isClosed()) return undefined
      room.enter(visitor)
      room.touch()
      const desk = createRoomDesk(room, visitor, context, {
        maySpendProof,
        pay,
        drained: () => (link.queuedBytes() === 0 ? undefined : link.drained()),
        isClosed,
        isResting: () => isResting,
      })
      beInside((frame) => desk.handle(frame))
    }
    send({ type: 'opened', level, end: room.end(), door: room.doorDigest() })
    return undefined
  }

  const openRoom = async (frame: OpenFrame): Promise<RelayFarewell | undefined> => {
    if (!context.isOwnOrigin(frame.origin)) {
      log.warn({}, 'a proof was made for another origin: PUBLIC_ORIGIN must name every address of this relay')
      return 'wrong-origin'
    }
    if (!sameBytes(roomName(frame.rootKey, frame.random), frame.room)) return 'wrong-room'
    const proof = roomProof(frame.origin, nonce, frame.room)
    if (!(await crypto.verify(frame.relayKey, proof, frame.signature))) return 'bad-proof'
    if (isClosed()) return undefined
    const { room: name, relayKey } = frame
    const opening = rooms.open(name, frame.rootKey, frame.random)
    atEnd(() => rooms.release(name))
    const room = await opening
    const guard = createReaderGuard(link, send, { clock, limits, onStalled: () => sendAway('too-slow') })
    const { push, whisper } = guard
    const visitor: Visitor = { relayKey, send, push, whisper, sendAway }
    atEnd(() => {
      guard.close()
      room.leave(visitor)
      mailboxes.leave(visitor)
    })
    return meetAtDoor(room, visitor)
  }

  const enterMailbox = async (frame: EnterMailboxFrame): Promise<RelayFarewell | undefined> => {
    if (!context.isOwnOrigin(frame.origin)) return 'wrong-origin'
    const name = mailboxName(frame.publicKey)
    if (!(await crypto.verify(frame.publicKey, mailboxProof(frame.origin, nonce, name), frame.signature))) {
      return 'bad-proof'
    }
    const joiner = { send }
    const isThere = await mailboxes.enter(name, joiner)
    atEnd(() => mailboxes.leave(joiner))
    if (!isThere) return 'no-mailbox'
    beInside(async (next) => {
      if (next.type !== 'deposit') return 'unexpected-frame'
      send({ type: 'deposited', hash: hash(next.bytes), outcome: await mailboxes.deposit(name, next.bytes) })
      return undefined
    })
    return undefined
  }

  const comeIn = async (frame: RoadFrame): Promise<RelayFarewell | undefined> => {
    if (stage.type === 'greeted' && frame.type === 'open') return openRoom(frame)
    if (stage.type === 'greeted' && frame.type === 'enter-mailbox') return enterMailbox(frame)
    if (stage.type === 'at-door' && frame.type === 'put-door' && ++doorFrames <= MAX_DOOR_FRAMES) {
      const { room, visitor } = stage
      return (await putDoor(frame, room, context, maySpendProof)) ?? meetAtDoor(room, visitor)
    }
    return 'unexpected-frame'
  }

  const handle = (frame: RoadFrame): Handled => {
    if (frame.type === 'ping') {
      send({ type: 'pong', nonce: frame.nonce })
      return undefined
    }
    if (frame.type === 'bye') {
      end()
      link.close('bye')
      return undefined
    }
    if (stage.type === 'inside') return stage.handle(frame)
    if (stage.type === 'greeting' && frame.type === 'hello') {
      if (frame.lowestVersion > PROTOCOL_VERSION || frame.highestVersion < PROTOCOL_VERSION) return 'wrong-version'
      stage = { type: 'greeted' }
      return undefined
    }
    return comeIn(frame)
  }

  const inbox: Uint8Array[] = []
  let inboxBytes = 0
  let isHandling = false
  let isPaused = false
  let isResting = false
  const setPaused = (paused: boolean) => {
    if (paused === isPaused) return
    isPaused = paused
    if (paused) link.pause?.()
    else link.resume?.()
  }
  let bytesThisTurn = 0
  const giveTurn = (bytes: number): Promise<void> | undefined => {
    bytesThisTurn += bytes
    if (bytesThisTurn < TURN_BYTES) return undefined
    bytesThisTurn = 0
    return new Promise<void>(context.defer)
  }
  const handleInbox = async () => {
    if (isHandling) return
    isHandling = true
    for (let bytes = inbox.shift(); bytes !== undefined && !isClosed() && !isResting; bytes = inbox.shift()) {
      const frame = reader.read(bytes)
      const handled = frame.ok ? frame.value && handle(frame.value) : 'malformed'
      const reason = handled instanceof Promise ? await handled : handled
      if (reason !== undefined) sendAway(reason)
      inboxBytes -= bytes.length + FRAME_COST
      const turn = giveTurn(bytes.length + FRAME_COST)
      if (turn !== undefined) await turn
      const credit = pay(bytes.length + (frame.ok && frame.value ? costOf(frame.value) : 0))
      if (credit !== undefined) await credit
      setPaused(isPaused && inboxBytes >= limits.inboxBytes / 2)
    }
    isHandling = false
  }

  link.onFrame = (bytes) => {
    if (isClosed()) return
    lastHeardAt = clock.now()
    inbox.push(bytes)
    inboxBytes += bytes.length + FRAME_COST
    if (inboxBytes > limits.inboxBytes) setPaused(true)
    handleInbox().catch((error: unknown) => {
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a frame could not be handled')
      sendAway('store-failed')
    })
  }
  link.onClose = end
  watchIdle()
  send(HELLO)
  send({ type: 'challenge', nonce, store: context.store.id })

  return {
    rest() {
      isResting = true
    },
    sendAway,
  }
}
