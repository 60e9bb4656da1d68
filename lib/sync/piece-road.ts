/**
 * Pieces of files on the road to one relay (protocol.md F1). It is a connection of its own beside the one for entries, so
 * that no letter waits behind a picture; it is made when there is something to carry and left when there is nothing more.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { PieceName } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { DeclineReason } from '#lib/protocol/relay-frames'
import { createRelayConnection, type RelayConnection, type RelayConnectionOptions } from '#lib/sync/relay-connection'
import { proveRoom, type RelayRoom } from '#lib/sync/relay-door'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { Link } from '#lib/transport/link'

export interface PieceRoad {
  /**
   * Brings a piece; resolves once it is on the relay's disk, or with the reason why the relay does not take it. While the
   * relay is away it waits. `load` is asked for the bytes when their turn comes; without them it resolves as stored, and where
   * it rejects this rejects, too.
   */
  put(name: PieceName, load: () => Promise<Uint8Array | undefined>): Promise<'stored' | DeclineReason>
  /** `away`: the relay cannot be reached now. What is not what its name says counts as missing. */
  read(name: PieceName): Promise<Result<Uint8Array, { readonly type: 'missing' | 'away' }>>
  /** What waits is never resolved. */
  close(): void
}

export interface PieceRoadOptions {
  readonly connect: () => Promise<Link>
  /** As the relay is named in statements. */
  readonly origin: string
  readonly room: RelayRoom
  readonly relayKey: SigningKey
  readonly crypto: Pick<Crypto, 'digest'>
  readonly clock: Clock
  readonly random: Random
  readonly onWake?: RelayConnectionOptions['onWake']
}

type Wish = { readonly name: PieceName } & (
  | {
      readonly type: 'put'
      load(): Promise<Uint8Array | undefined>
      settle(outcome: 'stored' | DeclineReason | Promise<never>): void
    }
  | { readonly type: 'read'; settle(outcome: Result<Uint8Array, { readonly type: 'missing' | 'away' }>): void }
)

/** Asked for at once: the way there and back is used, and little waits in a socket. */
const MOST_UNDER_WAY = 3
const IDLE_MS = 20_000
/** A relay that answers nothing for so long is left and asked anew. */
const UNANSWERED_MS = 60_000

export function createPieceRoad(options: PieceRoadOptions): PieceRoad {
  const { clock, random, crypto } = options
  let waiting: Wish[] = []
  const underWay = new Map<string, Wish>()
  let connection: RelayConnection | undefined
  let isInside = false
  let stopTimer: Cancel = () => {}

  const keyOf = ({ type, name }: Pick<Wish, 'type' | 'name'>) => `${type} ${toHex(name)}`

  function connect(): void {
    connection ??= createRelayConnection({
      ...{ connect: options.connect, clock, random, onWake: options.onWake },
      answer: ({ nonce }) => proveRoom(options.room, options.relayKey, options.origin, nonce),
      onFrame: (frame) => void handle(frame),
      onLost() {
        isInside = false
        waiting = [...underWay.values(), ...waiting]
        underWay.clear()
      },
      onState(state) {
        if (state === 'away' || state === 'refused') giveUpReading()
      },
    })
  }

  /** Whoever reads asks again; what is to be brought waits for the relay. */
  function giveUpReading(): void {
    const reads = waiting.filter((wish) => wish.type === 'read')
    waiting = waiting.filter((wish) => wish.type === 'put')
    for (const wish of reads) wish.settle(err({ type: 'away' }))
    restSoon()
  }

  function leave(): void {
    stopTimer()
    isInside = false
    connection?.close()
    connection = undefined
  }

  /** After the last wish the connection stays for a while: files come in groups. A relay that is silent is left. */
  function restSoon(): void {
    stopTimer()
    if (connection === undefined) return
    if (underWay.size > 0) stopTimer = clock.after(UNANSWERED_MS, () => connection?.restart())
    else if (waiting.length === 0) stopTimer = clock.after(IDLE_MS, leave)
  }

  function add(wish: Wish): void {
    if (wish.type === 'read') waiting = [wish, ...waiting]
    else waiting.push(wish)
    connect()
    if (wish.type === 'read' && ['away', 'refused'].includes(connection?.state() ?? 'away')) {
      connection?.wake()
      giveUpReading()
    } else next()
  }

  function next(): void {
    while (isInside && underWay.size < MOST_UNDER_WAY) {
      const at = waiting.findIndex((wish) => !underWay.has(keyOf(wish)))
      const [wish] = at < 0 ? [] : waiting.splice(at, 1)
      if (!wish) break
      underWay.set(keyOf(wish), wish)
      void begin(wish)
    }
    restSoon()
  }

  async function begin(wish: Wish): Promise<void> {
    if (wish.type === 'read') return connection?.send({ type: 'read-piece', name: wish.name })
    const loaded = await wish.load().then(ok, err)
    if (underWay.get(keyOf(wish)) !== wish) return
    if (!loaded.ok) settlePut(wish.name, Promise.reject(loaded.error))
    else if (loaded.value) connection?.send({ type: 'put-piece', bytes: loaded.value })
    else settlePut(wish.name, 'stored')
  }

  function taken<Type extends Wish['type']>(type: Type, name: PieceName): Extract<Wish, { type: Type }> | undefined {
    const wish = underWay.get(keyOf({ type, name }))
    underWay.delete(keyOf({ type, name }))
    return wish as Extract<Wish, { type: Type }> | undefined
  }

  function settlePut(name: PieceName, outcome: 'stored' | DeclineReason | Promise<never>): void {
    taken('put', name)?.settle(outcome)
    next()
  }

  async function handle(frame: RoadFrame): Promise<void> {
    if (frame.type === 'opened') {
      isInside = frame.level !== 'none'
      if (!isInside) return connection?.refused()
      connection?.established()
      next()
    } else if (frame.type === 'piece-stored') settlePut(frame.name, 'stored')
    else if (frame.type === 'declined') settlePut(frame.hash as PieceName, frame.reason)
    else if (frame.type === 'piece') {
      const wish = taken('read', frame.name)
      const { bytes } = frame
      const isWhole = wish && bytes && sameBytes(await crypto.digest(bytes), frame.name)
      wish?.settle(isWhole ? ok(bytes) : err({ type: 'missing' }))
      next()
    }
  }

  return {
    put: (name, load) => new Promise((settle) => add({ type: 'put', name, load, settle })),
    read: (name) => new Promise((settle) => add({ type: 'read', name, settle })),
    close: leave,
  }
}
