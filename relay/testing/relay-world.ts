/** A relay and devices in virtual time: the real service, client, frames and signatures over links in memory. */
import type { DeviceId } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { decodeBlob } from '#lib/protocol/blob'
import { type DoorLevel, encodeDoorStatement, type RelayKey, roomName, signDoorStatement } from '#lib/protocol/door'
import { HELLO } from '#lib/protocol/frame-hello'
import type { OpenFrame } from '#lib/protocol/relay-frames'
import { createMailboxClient, type MailboxClient } from '#lib/sync/mailbox-client'
import { proveRoom } from '#lib/sync/relay-door'
import { createEntryShelf } from '#lib/testing/entry-shelf'
import { createMemoryLinkPair, type MemoryLinkPair, type MemoryRoad } from '#lib/testing/memory-link'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'
import { createWallClock, type WallClock } from '#lib/testing/wall-clock'
import type { Link } from '#lib/transport/link'
import { defaultLimits } from '#relay/limits'
import type { LogStore } from '#relay/log-store'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createMeter } from '#relay/meter'
import { noOtherNodes } from '#relay/node-bus'
import type { SyncLimits } from '#relay/sync-limits'
import { createSyncService, type SyncService } from '#relay/sync-service'
import { driveByHand, type HandLink } from '#relay/testing/hand-link'
import { shareStore } from '#relay/testing/shared-store'
import { createTestDevice, type TestDevice } from '#relay/testing/test-device'

export const ORIGIN = 'https://relay.example'
export const PATIENCE_MS = 200_000

/** One of the relay's processes. */
export interface WorldNode {
  service: SyncService
  /** No news of other nodes comes, until `mend`. */
  cut(): void
  mend(): void
  /** Its connections break, and it forgets what it had in memory. */
  restart(): Promise<void>
}

export interface RelayWorld {
  readonly clock: VirtualClock
  /** What the relay and all clients take for the time. */
  readonly wall: WallClock
  readonly random: SeededRandom
  readonly crypto: ReturnType<typeof createNodeCrypto>
  readonly road: MemoryRoad
  readonly logged: string[]
  /** How often the relay stopped reading a link, and went on. */
  pauses: number
  resumes: number
  store: LogStore
  isUp: boolean
  /** Frames that reached any client, by type. */
  readonly received: Map<string, number>
  readonly room: { readonly rootKey: Uint8Array; readonly random: Uint8Array }
  /** Statements that every device knows. */
  readonly statements: Uint8Array[]
  say(signer: SigningKey, subject: SigningKey, level: DoorLevel, n: number): Promise<void>
  key(): Promise<SigningKey>
  device(options?: { relayKey?: SigningKey; isStranger?: boolean }): Promise<TestDevice>
  /** The device that founded the room. */
  readonly founder: TestDevice
  joiner(mailboxKey: SigningKey, onAnswer: (bytes: Uint8Array) => void): MailboxClient
  /** Links driven by hand lead to the first node unless another one is named; clients come to any. */
  hand(node?: number): HandLink
  /** A link through the door as this key, of another room if one is given. */
  inside(key: SigningKey, room?: RelayWorld['room'], node?: number): Promise<HandLink>
  /** One relay, or those that share one store. */
  readonly nodes: readonly WorldNode[]
  connect(): Promise<Link>
  /** Every connection breaks; the relay forgets what it had in memory, and all of it with `store`. */
  restartRelay(store?: LogStore): Promise<void>
  cutAll(): void
  /** Whether all devices and the relay hold the same. */
  converged(...devices: TestDevice[]): Promise<boolean>
}

const NEWS_DELAY_MS = 7

/** A world whose relay runs as so many nodes on one store. */
export async function createRelayWorld(seed = 1, limits: Partial<SyncLimits> = {}, nodeCount = 1): Promise<RelayWorld> {
  const clock = createVirtualClock()
  const wall = createWallClock(clock)
  const random = createSeededRandom(seed)
  const crypto = createNodeCrypto()
  const authors = new Map<string, DeviceId>()
  const pairs = new Map<MemoryLinkPair, number>()
  const logged: string[] = []
  const road: MemoryRoad = { delayMs: () => 5 + random.below(20) }
  const log = {
    debug: (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`),
    warn: (facts: object, text: string) => void logged.push(`${JSON.stringify(facts)} ${text}`),
  }

  const createService = (store: LogStore, bus = noOtherNodes): SyncService =>
    createSyncService({
      store,
      bus,
      crypto,
      clock: wall,
      random,
      limits: { ...defaultLimits.sync, ...limits },
      log,
      meter: createMeter(),
      isOwnOrigin: (origin) => origin === ORIGIN,
      defer: (task) => void clock.after(0, task),
    })

  const key = () => crypto.signingKey(random.bytes(32))
  const rootKey = await key()
  const room = { rootKey: rootKey.publicKey, random: random.bytes(32) }

  const cutPairs = (of?: number) => {
    for (const [pair, at] of pairs) {
      if (of !== undefined && at !== of) continue
      pair.cut('cable')
      pairs.delete(pair)
    }
  }

  const createNodes = (store: LogStore): WorldNode[] => {
    if (nodeCount === 1) {
      const alone = {
        service: createService(store),
        cut: () => {},
        mend: () => {},
        restart: () => world.restartRelay(),
      }
      return [alone]
    }
    const shared = shareStore(store, clock, NEWS_DELAY_MS)
    return Array.from({ length: nodeCount }, (_, i) => {
      let joined = shared.join()
      const node: WorldNode = {
        service: createService(joined.store, joined.bus),
        cut: () => joined.cut(),
        mend: () => joined.mend(),
        async restart() {
          joined.cut()
          cutPairs(i)
          await Promise.all([node.service.close(), clock.advance(1)])
          joined = shared.join()
          node.service = createService(joined.store, joined.bus)
        },
      }
      return node
    })
  }

  const open = (at: number) => {
    const pair = createMemoryLinkPair(clock, road)
    pairs.set(pair, at)
    const visit = Object.assign(pair.b, { pause: () => void world.pauses++, resume: () => void world.resumes++ })
    world.nodes[at]?.service.accept(visit, { mayCreateRoom: () => true })
    return pair.a
  }
  const connect = async () => {
    if (!world.isUp) throw new Error('nobody answers')
    return open(nodeCount === 1 ? 0 : random.below(nodeCount))
  }

  const hand = (node = 0) => driveByHand(open(node))

  const inside = async (relayKey: SigningKey, into = room, node = 0) => {
    const held = hand(node)
    await clock.advance(100)
    const nonce = held.of('challenge')[0]?.nonce ?? new Uint8Array(32)
    held.send(HELLO)
    held.send(await openFrame(relayKey, into, nonce))
    await clock.advance(100)
    return held
  }

  const device = async (options: { relayKey?: SigningKey; isStranger?: boolean } = {}): Promise<TestDevice> =>
    createTestDevice(options.relayKey ?? (await key()), {
      crypto,
      clock: wall,
      random,
      origin: ORIGIN,
      room,
      authors,
      connect,
      received: world.received,
      statements: () => (options.isStranger ? [] : world.statements),
    })

  const world: Omit<RelayWorld, 'founder' | 'nodes'> & { founder: TestDevice; nodes: WorldNode[] } = {
    clock,
    wall,
    random,
    crypto,
    road,
    logged,
    pauses: 0,
    resumes: 0,
    store: createMemoryLogStore(random),
    isUp: true,
    nodes: [],
    received: new Map(),
    room,
    statements: [],
    async say(signer, subject, level, n) {
      const about = { room: roomName(room.rootKey, room.random), origin: ORIGIN, level, n }
      const statement = await signDoorStatement({ ...about, subject: subject.publicKey as RelayKey }, signer)
      world.statements.push(encodeDoorStatement(statement))
    },
    key,
    device,
    founder: undefined as unknown as TestDevice,
    joiner: (mailboxKey, onAnswer) =>
      createMailboxClient({ connect, origin: ORIGIN, mailboxKey, clock, random: random.fork(), onAnswer }),
    hand,
    inside,
    connect,
    async restartRelay(store) {
      await Promise.all([...world.nodes.map(({ service }) => service.close()), clock.advance(1)])
      world.store = store ?? world.store
      world.nodes = createNodes(world.store)
      world.cutAll()
    },
    cutAll: () => cutPairs(),
    async converged(...devices) {
      const prints = new Set(devices.map(({ shelf }) => shelf.fingerprint()))
      const [first] = devices
      if (prints.size !== 1 || first === undefined) return false
      const copy = createEntryShelf(crypto, authors)
      const query = { room: roomName(room.rootKey, room.random), after: 0, maxBytes: 2 ** 40, maxBlobs: 2 ** 40 }
      const page = await world.store.read({ ...query, filter: { lane: 'any', channel: undefined } })
      for (const { bytes } of page.blobs) {
        const blob = decodeBlob(bytes)
        if (blob.ok) await copy.receive(blob.value.run)
      }
      return copy.fingerprint() === first.shelf.fingerprint()
    },
  }
  world.nodes = createNodes(world.store)
  world.founder = await device({ relayKey: rootKey })
  return world
}

/** What `key` sends to open the room, for a challenge and maybe another origin. */
export const openFrame = (
  key: SigningKey,
  room: RelayWorld['room'],
  nonce: Uint8Array,
  origin = ORIGIN,
): Promise<OpenFrame> => proveRoom(room, key, origin, nonce)
