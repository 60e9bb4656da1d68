/**
 * A device's half of the road to one relay (protocol.md R3–R5, R10): through the door, read what was missed, bring what
 * the relay lacks, stay for what comes, and all of it again after every loss. It judges nothing: runs go to the replica.
 */
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChainTag } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import type { SigningKey } from '#lib/crypto/crypto'
import type { DeclineReason } from '#lib/protocol/relay-frames'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource } from '#lib/sync/entry-source'
import { createKnownPast } from '#lib/sync/known-past'
import { createRelayConnection, type RelayConnectionOptions, type RelayState } from '#lib/sync/relay-connection'
import { createRelayDoor, type RelayRoom } from '#lib/sync/relay-door'
import { createRelayDrops, type DropProgress, type Dropping } from '#lib/sync/relay-drops'
import { createRelayMailboxes, type RelayMailboxes } from '#lib/sync/relay-mailboxes'
import {
  decodeMemory,
  emptyMemory,
  encodeMemory,
  isMemoryOf,
  isSetBack,
  type RelayMemory,
} from '#lib/sync/relay-memory'
import { createRelayReader } from '#lib/sync/relay-reader'
import type { RoadFrame } from '#lib/sync/relay-road'
import { createRelaySegments } from '#lib/sync/relay-segments'
import { createRelayUploader } from '#lib/sync/relay-uploader'
import { createStandIns } from '#lib/sync/stand-ins'
import type { Link } from '#lib/transport/link'

export interface RelayClient {
  state(): RelayState
  /** What the relay said when it ended the last connection, until there is another. */
  farewell(): string | undefined
  /** Why it has no room for something that this device brought; it goes on giving what it has. */
  refusal(): DeclineReason | undefined
  /** A new own run, on disk: consecutive entries of one chain, the last signed. */
  committed(run: readonly SealedEntry[]): void
  /** A segment of this own chain is on disk (S0). */
  folded(chain: ChainTag): void
  /** Sends what is gathered now: this tab may go away, or somebody waits at the relay. */
  hurry(): void
  /** The entries 1 to this one of the chain are on the relay's disk, as this device holds them; 0 for none. */
  acknowledged(chain: ChainTag): number
  /** Statements have changed: shows them, or tries the door again. */
  doorChanged(): void
  /** Has it drop what acknowledged segments stand for (S3); for devices that are an admin's there. */
  drop(onProgress: (progress: DropProgress) => void): Dropping
  readonly mailboxes: RelayMailboxes
  /** To everybody in the room at this moment; at most 2 KiB, dropped where it does not pass. */
  sendPresence(sealed: Uint8Array): void
  /** The last value of this device, at most 16 KiB; said again on every connection. */
  putReceipt(sealed: Uint8Array): void
  /** Saves what it remembers and ends. */
  close(): Promise<void>
}

export interface RelayClientOptions {
  readonly connect: () => Promise<Link>
  /** As the relay is named in statements, like `https://team.example`. */
  readonly origin: string
  readonly room: RelayRoom
  readonly relayKey: SigningKey
  readonly source: EntrySource
  /** Whether this device writes that chain. */
  readonly isOwn: (chain: ChainTag) => boolean
  /** Whether nobody waits for content at the relay now: then it may be gathered. Never, unless told. */
  readonly mayGather?: () => boolean
  /** Whether nobody writes now: what segments stand for may come. Always, unless told. */
  readonly mayFill?: () => boolean
  /** Where it remembers, by room and origin; written no later than the entries that it speaks about. */
  readonly memory: { load(): Promise<Uint8Array | undefined>; save(bytes: Uint8Array): Promise<void> }
  /** Encoded door statements of this room and origin, in the order of the log. */
  readonly statements: () => readonly Uint8Array[]
  readonly clock: Clock
  readonly random: Random
  readonly onState?: (state: RelayState) => void
  readonly onWake?: RelayConnectionOptions['onWake']
  readonly onRefusal?: () => void
  readonly onAcknowledged?: (chain: ChainTag, seq: number) => void
  /** Everything that the relay had was read; again after every new connection. */
  readonly onCaughtUp?: () => void
  /** Another device's, sealed; anything may come. */
  readonly onPresence?: (sealed: Uint8Array) => void
  readonly onReceipt?: (sealed: Uint8Array) => void
  /** The relay's own memory ends before what it showed this device once: it lost entries or hides them. */
  readonly onSetBack?: () => void
}

const SAVE_AFTER_MS = 2000

export function createRelayClient(options: RelayClientOptions): RelayClient {
  const { source, clock, random } = options
  let memory: RelayMemory = emptyMemory()
  let receipt: Uint8Array | undefined
  let isInside = false
  let stopSaving: Cancel | undefined
  let store = new Uint8Array(16)

  const save = async () => {
    stopSaving?.()
    stopSaving = undefined
    await options.memory.save(encodeMemory(memory))
  }
  const saveSoon = () => {
    stopSaving ??= clock.after(SAVE_AFTER_MS, () => void save().catch(() => {}))
  }
  const loaded = options.memory.load().then(
    (bytes) => {
      memory = decodeMemory(bytes)
    },
    () => {},
  )

  const send = (frame: RoadFrame) => {
    if (isInside) connection.send(frame)
  }
  const standIns = createStandIns(source, () => memory)
  /** Up to there nothing has to be brought any more. */
  const heldTo = (line: ChainTag): number => {
    let to = memory.held.heldTo(line, source.head(line)?.from)
    for (let next = standIns.sparedTo(line, to + 1); next > to; next = standIns.sparedTo(line, to + 1)) {
      to = memory.held.heldTo(line, next + 1)
    }
    return to
  }
  /** Up to there its entries are not here: segments stand for them. */
  const coveredTo = (line: ChainTag, from: number): number =>
    source.segments(line).find((one) => one.covers && one.from <= from && from <= one.to)?.to ?? from - 1
  /** What segments stood for that nobody believes any more may have been dropped: that is looked at anew (S2). */
  const readDoubtful = () => {
    for (const { chain, channel, range } of standIns.takeDoubtful()) {
      memory.held.remove(chain, range)
      memory.leftOut.add(chain, range)
      uploader.noteDoubtful(chain, range)
      reader.readAgain(channel)
      saveSoon()
    }
  }
  const uploader = createRelayUploader({
    source,
    sparedTo: (line, from) =>
      Math.max(memory.leftOut.heldTo(line, from), standIns.sparedTo(line, from), coveredTo(line, from)),
    endsOf: standIns.endsOf,
    onLook: readDoubtful,
    isOwn: options.isOwn,
    mayGather: options.mayGather ?? (() => false),
    send,
    clock,
    random,
    onStored(line, range, cursor) {
      memory.held.add(line, range)
      reader.passed(cursor)
      saveSoon()
      options.onAcknowledged?.(line, heldTo(line))
    },
    onRefusal: () => options.onRefusal?.(),
  })
  const segments = createRelaySegments({
    source,
    isOwn: options.isOwn,
    memory: () => memory,
    send,
    clock,
    random,
    onStored(chain, segment, cursor) {
      standIns.note(chain, segment)
      reader.passed(cursor)
      saveSoon()
    },
  })
  const reader = createRelayReader({
    source,
    clock,
    memory: () => memory,
    send,
    onHeld(line, range) {
      memory.held.add(line, range)
      uploader.noteHeld(line, range)
      options.onAcknowledged?.(line, heldTo(line))
    },
    onSegment: standIns.note,
    mayFill: options.mayFill ?? (() => true),
    onCaughtUp() {
      past.caughtUp()
      uploader.caughtUp()
      segments.caughtUp()
      drops.caughtUp()
      options.onCaughtUp?.()
    },
    onProgress: saveSoon,
    onFailed: () => connection.restart(),
  })
  const drops = createRelayDrops({ source, clock, send })
  const mailboxes = createRelayMailboxes(send, clock)
  const door = createRelayDoor({ ...options, send: (frame) => connection.send(frame) })

  const past = createKnownPast(() => memory)

  /** What it had, it has no more: everything is read again, and brought. */
  const beginAnew = () => {
    options.onSetBack?.()
    memory = emptyMemory(store)
    saveSoon()
    connection.restart()
  }

  /** Another store, one that was set back, or a device that lost what it had: everything is read again. */
  const checkMemory = (end: number) => {
    const lostHere = [...memory.held.newest()].some(({ chain, seq }) => (source.head(chain)?.seq ?? 0) < seq)
    if (isSetBack(memory, store, end)) options.onSetBack?.()
    if (lostHere || !isMemoryOf(memory, store, end)) memory = emptyMemory(store)
  }

  const goInside = (end: number) => {
    isInside = true
    connection.established()
    checkMemory(end)
    uploader.start(memory.held)
    const known = memory.cursor
    past.begin()
    mailboxes.start()
    if (receipt !== undefined) send({ type: 'receipt', sealed: receipt })
    reader.start(known)
  }

  const handle = (frame: RoadFrame) => {
    switch (frame.type) {
      case 'opened': {
        const standing = door.opened(frame)
        if (standing === 'inside' && !isInside) goInside(frame.end)
        else if (standing === 'refused') connection.refused()
        return
      }
      case 'door':
        return door.door(frame)
      case 'stored':
        for (const { hash, cursor } of frame.items) past.stored(hash, cursor)
        segments.stored(frame)
        return uploader.stored(frame)
      case 'declined':
        return uploader.declined(frame)
      case 'dropped':
        return void drops.handle(frame)
      case 'blobs':
        if (!past.shown(frame.items)) return beginAnew()
        return drops.handle(frame) ? undefined : reader.handle(frame)
      case 'page':
        return drops.handle(frame) ? undefined : reader.handle(frame)
      case 'subscribed':
      case 'behind':
        return reader.handle(frame)
      case 'mailbox-opened':
      case 'deposit-found':
      case 'answered':
        return mailboxes.handle(frame)
      case 'presence':
        return options.onPresence?.(frame.sealed)
      case 'receipt':
        return options.onReceipt?.(frame.sealed)
    }
  }

  const connection = createRelayConnection({
    connect: options.connect,
    clock,
    random,
    async answer(challenge) {
      await loaded
      store = challenge.store.slice()
      return door.answer(challenge)
    },
    onFrame: handle,
    onLost() {
      isInside = false
      door.lost()
      reader.stop()
      uploader.stop()
      segments.stop()
      drops.lost()
    },
    onState: (state) => options.onState?.(state),
    onWake: options.onWake,
  })

  return {
    state: () => connection.state(),
    farewell: () => connection.farewell(),
    refusal: () => uploader.refusal(),
    committed: (run) => uploader.committed(run),
    folded: (chain) => segments.folded(chain),
    hurry: () => uploader.hurry(),
    acknowledged: heldTo,
    doorChanged() {
      if (isInside) door.changed()
      else if (connection.state() === 'refused') connection.wake()
    },
    drop: drops.begin,
    mailboxes,
    sendPresence: (sealed) => send({ type: 'presence', sealed }),
    putReceipt(sealed) {
      receipt = sealed
      send({ type: 'receipt', sealed })
    },
    async close() {
      connection.close()
      reader.stop()
      uploader.stop()
      segments.stop()
      drops.lost()
      isInside = false
      if (stopSaving !== undefined) await save()
    },
  }
}
