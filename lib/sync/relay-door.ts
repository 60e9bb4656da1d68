/**
 * A device at the door of its room (protocol.md R3): it opens with a proof, shows the statements it knows while it is not
 * let in, and once inside brings those that the relay lacks.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { SigningKey } from '#lib/crypto/crypto'
import { type RelayKey, roomName } from '#lib/protocol/door'
import { doorDigest } from '#lib/protocol/door-list'
import type { ChallengeFrame, DoorFrame, OpenedFrame, OpenFrame } from '#lib/protocol/relay-frames'
import { roomProof } from '#lib/protocol/relay-proof'
import type { RoadFrame } from '#lib/sync/relay-road'

/** What `relay.set` says about a room: it is named by both. */
export interface RelayRoom {
  readonly rootKey: Uint8Array
  /** 32 bytes. */
  readonly random: Uint8Array
}

export interface RelayDoor {
  answer(challenge: ChallengeFrame): Promise<OpenFrame>
  /** `inside` once for a connection; `refused` when no statement helps. */
  opened(frame: OpenedFrame): 'inside' | 'knocking' | 'refused'
  door(frame: DoorFrame): void
  /** Statements have changed: brings new ones to the relay. */
  changed(): void
  lost(): void
}

export interface RelayDoorOptions {
  readonly origin: string
  readonly room: RelayRoom
  readonly relayKey: SigningKey
  /** Encoded statements about the room at this origin, in the order of the log. */
  readonly statements: () => readonly Uint8Array[]
  readonly send: (frame: RoadFrame) => void
}

const STATEMENTS_PER_FRAME = 96
/** Statements of the relay that are looked at. */
const MAX_THEIRS = 16_384

/** Answers a relay's challenge: what the holder of `relayKey` sends to open the room at this origin. */
export async function proveRoom(
  { rootKey, random }: RelayRoom,
  relayKey: SigningKey,
  origin: string,
  nonce: Uint8Array,
): Promise<OpenFrame> {
  const room = roomName(rootKey, random)
  const signature = await relayKey.sign(roomProof(origin, nonce, room))
  return {
    type: 'open',
    origin,
    room,
    rootKey: rootKey as RelayKey,
    random,
    relayKey: relayKey.publicKey as RelayKey,
    signature,
  }
}

export function createRelayDoor({ origin, room, relayKey, statements, send }: RelayDoorOptions): RelayDoor {
  /** How many statements were shown on this connection before the door opened. */
  let shown = 0
  /** Statements that the relay has or was shown, once that is known. */
  let theirs: Set<string> | undefined
  let reading = new Set<string>()

  const show = (list: readonly Uint8Array[]) => {
    if (list.length > 0) send({ type: 'put-door', statements: list })
  }
  const bringLacking = (known: Set<string>) => {
    const lacking = statements().filter((bytes) => !known.has(toHex(bytes)))
    for (const bytes of lacking) known.add(toHex(bytes))
    for (let i = 0; i < lacking.length; i += STATEMENTS_PER_FRAME) show(lacking.slice(i, i + STATEMENTS_PER_FRAME))
  }

  return {
    answer: ({ nonce }) => proveRoom(room, relayKey, origin, nonce),
    opened({ level, door }) {
      const list = statements()
      if (level !== 'none') {
        if (sameBytes(door, doorDigest(list))) theirs = new Set(list.map(toHex))
        else send({ type: 'read-door' })
        return 'inside'
      }
      if (shown >= list.length) return 'refused'
      show(list.slice(shown, shown + STATEMENTS_PER_FRAME))
      shown += STATEMENTS_PER_FRAME
      return 'knocking'
    },
    door(frame) {
      for (const bytes of frame.statements) if (reading.size < MAX_THEIRS) reading.add(toHex(bytes))
      if (!frame.isLast) return
      theirs = reading
      reading = new Set()
      bringLacking(theirs)
    },
    changed() {
      if (theirs !== undefined) bringLacking(theirs)
    },
    lost() {
      shown = 0
      theirs = undefined
      reading = new Set()
    },
  }
}
