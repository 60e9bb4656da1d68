/**
 * A device at the door of its room (protocol.md R3): it opens with a proof, shows the statements it knows while it is not
 * let in, and once inside brings those that the relay lacks.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { SigningKey } from '#lib/crypto/crypto'
import type { DoorLevel, RelayKey } from '#lib/protocol/door'
import { roomName } from '#lib/protocol/door'
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

const isIn = (level: DoorLevel) => level !== 'none'

export function createRelayDoor({ origin, room, relayKey, statements, send }: RelayDoorOptions): RelayDoor {
  let shown = 0
  let theirs = new Set<string>()

  const showFrom = (list: readonly Uint8Array[], from: number) =>
    send({ type: 'put-door', statements: list.slice(from, from + STATEMENTS_PER_FRAME) })

  return {
    async answer({ nonce }) {
      const name = roomName(room.rootKey, room.random)
      const signature = await relayKey.sign(roomProof(origin, nonce, name))
      const rootKey = room.rootKey as RelayKey
      return {
        type: 'open',
        origin,
        room: name,
        rootKey,
        random: room.random,
        relayKey: relayKey.publicKey as RelayKey,
        signature,
      }
    },
    opened({ level, door }) {
      const list = statements()
      if (isIn(level)) {
        if (list.length > 0 && !sameBytes(door, doorDigest(list))) send({ type: 'read-door' })
        return 'inside'
      }
      if (shown >= list.length) return 'refused'
      showFrom(list, shown)
      shown += STATEMENTS_PER_FRAME
      return 'knocking'
    },
    door(frame) {
      for (const bytes of frame.statements) if (theirs.size < MAX_THEIRS) theirs.add(toHex(bytes))
      if (!frame.isLast) return
      const lacking = statements().filter((bytes) => !theirs.has(toHex(bytes)))
      for (let i = 0; i < lacking.length; i += STATEMENTS_PER_FRAME) showFrom(lacking, i)
      theirs = new Set()
    },
    lost() {
      shown = 0
      theirs = new Set()
    },
  }
}
