/** What a visitor may ask for once the door is behind them (R4, R10, I1). Each frame is answered or ends the visit. */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import { judgeBlob } from '#lib/protocol/blob'
import { type DoorLevel, type DoorStatement, decodeDoorStatement, verifyDoorStatement } from '#lib/protocol/door'
import type { DropFrame, DropOutcome } from '#lib/protocol/drop-frames'
import type { PutDoorFrame, ReadFrame } from '#lib/protocol/relay-frames'
import { mailboxName } from '#lib/protocol/relay-proof'
import type { RelayFarewell, RoadFrame } from '#lib/sync/relay-road'
import { dropRuns } from '#relay/drop-runs'
import { readPage } from '#relay/read-page'
import { groupBlobs } from '#relay/reader-guard'
import type { RelayContext } from '#relay/relay-context'
import type { Room, Visitor } from '#relay/room'
import type { Handled } from '#relay/sync-session'
import { createTokenBucket } from '#relay/token-bucket'

export interface RoomDesk {
  handle(frame: RoadFrame): Handled
}

/** What makes a visitor wait; nothing does where it is undefined. */
export interface DeskRoad {
  maySpendProof(): Promise<void> | undefined
  /** Takes bytes that were worked through for the visitor but neither came from it nor go to it. */
  pay(bytes: number): Promise<void> | undefined
  drained(): Promise<void> | undefined
  /** Whether the visitor has gone. */
  isClosed(): boolean
  /** Whether nothing further is begun, since the relay stops. */
  isResting(): boolean
}

const MAX_PRESENCE_BYTES = 2048
const MAX_RECEIPT_BYTES = 16_384
const MAX_PENDING_BYTES = 33_554_432
const DOOR_STATEMENTS = 96
const MAY_DROP: readonly DoorLevel[] = ['admin', 'root']
const NOTHING = { hasMore: false, blobs: 0, bytes: 0, young: 0 }

/** Statements that do not hold are passed over: another client may know better. Undecodable ones end the visit. */
export async function putDoor(
  frame: PutDoorFrame,
  room: Room,
  context: RelayContext,
  maySpendProof: DeskRoad['maySpendProof'],
): Promise<RelayFarewell | undefined> {
  const known = new Set(room.statements().map(toHex))
  const verified: DoorStatement[] = []
  for (const bytes of frame.statements) {
    const statement = decodeDoorStatement(bytes)
    if (!statement.ok) return 'malformed'
    if (known.has(toHex(bytes)) || !sameBytes(statement.value.room, room.name)) continue
    if (!context.isOwnOrigin(statement.value.origin)) continue
    await maySpendProof()
    if (await verifyDoorStatement(statement.value, context.crypto)) verified.push(statement.value)
  }
  await room.applyStatements(verified)
  return undefined
}

export function createRoomDesk(room: Room, visitor: Visitor, context: RelayContext, road: DeskRoad): RoomDesk {
  const { store, queue, mailboxes, limits, clock, crypto } = context
  const presence = createTokenBucket(limits.presence, clock)

  const sendPage = async (frame: ReadFrame) => {
    const { request } = frame
    const { blobs, cursor, hasMore } = await readPage(room.name, frame, context, road.pay)
    for (const items of groupBlobs(blobs)) visitor.send({ type: 'blobs', request, items })
    visitor.send({ type: 'page', request, cursor, hasMore })
  }

  const sendDoor = () => {
    const statements = room.statements()
    for (let i = 0; i === 0 || i < statements.length; i += DOOR_STATEMENTS) {
      const isLast = i + DOOR_STATEMENTS >= statements.length
      visitor.send({ type: 'door', isLast, statements: statements.slice(i, i + DOOR_STATEMENTS) })
    }
  }

  const subscribe = async () => {
    room.subscribe(visitor)
    visitor.send({ type: 'subscribed', end: room.end() })
    for (const { bytes } of await store.receipts(room.name)) visitor.send({ type: 'receipt', sealed: bytes })
  }

  const put = (blobs: readonly Uint8Array[]): Handled => {
    for (const bytes of blobs) {
      const blob = judgeBlob(bytes)
      if (!blob.ok) return 'malformed'
      room.put(blob.value, visitor)
    }
    return queue.pendingBytes() > MAX_PENDING_BYTES ? queue.idle().then(() => undefined) : undefined
  }

  const putPiece = async (bytes: Uint8Array) => {
    room.putPiece((await crypto.digest(bytes)) as PieceName, bytes, visitor)
    if (queue.pendingBytes() > MAX_PENDING_BYTES) await queue.idle()
  }

  const sendPiece = async (name: PieceName) => {
    const bytes = await store.piece(room.name, name)
    visitor.send({ type: 'piece', name, bytes })
    await road.pay(bytes?.length ?? 0)
  }

  let isDropping = false
  /** Beside what else the visitor asks for: it may take long. */
  const drop = async (frame: DropFrame) => {
    const { request, after } = frame
    const answer = (outcome: DropOutcome, { cursor, hasMore, blobs, bytes, young } = { ...NOTHING, cursor: after }) =>
      visitor.send({ type: 'dropped', request, outcome, cursor, hasMore, blobs, bytes, young })
    const mayDrop = () => MAY_DROP.includes(room.levelOf(visitor.relayKey))
    if (!mayDrop()) return answer('not-allowed')
    if (!Number.isFinite(limits.dropSeconds)) return answer('off')
    isDropping = true
    const isOver = () => road.isClosed() || road.isResting()
    const mayGoOn = () => !isOver() && mayDrop()
    const dropped = await dropRuns(room, frame, context, { mayGoOn, pay: road.pay })
    isDropping = false
    if (!isOver()) answer(dropped.isStopped ? 'not-allowed' : 'done', dropped)
  }

  const serve = async (frame: RoadFrame): Promise<RelayFarewell | undefined> => {
    await road.drained()
    if (road.isClosed()) return undefined
    switch (frame.type) {
      case 'put':
        return put(frame.blobs)
      case 'read':
        await sendPage(frame)
        return undefined
      case 'put-piece':
        await putPiece(frame.bytes)
        return undefined
      case 'read-piece':
        await sendPiece(frame.name)
        return undefined
      case 'drop':
        if (isDropping) return 'unexpected-frame'
        drop(frame).catch(() => visitor.sendAway('store-failed'))
        return undefined
      case 'subscribe':
        await subscribe()
        return undefined
      case 'put-door':
        return putDoor(frame, room, context, road.maySpendProof)
      case 'read-door':
        sendDoor()
        return undefined
      case 'receipt':
        if (frame.sealed.length > MAX_RECEIPT_BYTES) return 'malformed'
        room.putReceipt(frame.sealed, visitor)
        return undefined
      case 'presence':
        if (frame.sealed.length > MAX_PRESENCE_BYTES) return 'malformed'
        if (presence.trySpend(1)) room.presence(frame.sealed, visitor)
        return undefined
      case 'open-mailbox': {
        const outcome = await mailboxes.open(room.name, frame)
        visitor.send({ type: 'mailbox-opened', name: mailboxName(frame.publicKey), outcome })
        return undefined
      }
      case 'listen-mailbox': {
        const outcome = await mailboxes.listen(room.name, frame.name, visitor)
        if (road.isClosed()) mailboxes.leave(visitor)
        visitor.send({ type: 'mailbox-opened', name: frame.name, outcome })
        return undefined
      }
      case 'answer': {
        const { name, number } = frame
        const outcome = await mailboxes.answer(room.name, name, frame, visitor)
        visitor.send({ type: 'answered', name, number, outcome })
        return undefined
      }
      default:
        return 'unexpected-frame'
    }
  }

  return { handle: (frame) => (frame.type === 'put' && road.drained() === undefined ? put(frame.blobs) : serve(frame)) }
}
