/**
 * A device of the simulation: the real replica and sync engine over a disk in memory. It can be switched off, lose its
 * power in the middle of a commit, run out of disk, and be restored from a copy of its disk.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import { createKeyKeeper, type KeyKeeper } from '#lib/host/key-keeper'
import { type MakeOperation, writeOperation } from '#lib/host/write-operation'
import { chainTag, epochTag } from '#lib/protocol/derive'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { storedToEntry } from '#lib/replica/entry-record'
import { createKeyRing, type HeldEpoch } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import type { Refusal } from '#lib/replica/replica-events'
import { copyMemoryDisk, type MemoryDisk, restoreMemoryDisk } from '#lib/storage/memory-storage'
import type { StoredEntry, WorkspaceStore } from '#lib/storage/storage'
import { createSyncEngine, type SyncEngine } from '#lib/sync/sync-engine'
import type { SyncFault } from '#lib/sync/sync-fault'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { type CastDevice, storeOn } from '#lib/testing/simulation-cast'
import type { SimulationOracle } from '#lib/testing/simulation-oracle'
import { openSimulatedTab, type SimulatedTab } from '#lib/testing/simulation-tab'
import type { VirtualClock } from '#lib/testing/virtual-clock'
import type { Link } from '#lib/transport/link'
import { unitedEpochs } from '#lib/vault/workspace-keys'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import type { MembershipState } from '#lib/workspace/membership-state'
import { secretsOfAnswer } from '#lib/workspace/secrets-of-answer'

/** When the power goes: before the next commit is on disk, or after. */
export type PowerCut = 'before-commit' | 'after-commit'

export interface SimulatedDevice {
  readonly name: string
  readonly cast: CastDevice
  readonly disk: MemoryDisk
  isUp(): boolean
  /** Both throw while the device is down. */
  replica(): Replica
  engine(): SyncEngine
  readonly tabs: SimulatedTab[]
  readonly refusals: Refusal[]
  readonly blamed: SyncFault[]
  /** Words that were said to be saved here, by the entry that holds them. */
  readonly saved: { readonly word: number; readonly entry: SealedEntry }[]
  isOnDisk(entry: SealedEntry): boolean
  start(): Promise<void>
  /** As a killed process: nothing is said to anybody. */
  kill(): void
  /** The power goes at the next commit; `isUp` is false from then on. */
  cutPowerAt(moment: PowerCut): void
  openTab(name: ChannelName, slot: number): Promise<SimulatedTab>
  /** Writes an operation as the app does. */
  operate(make: MakeOperation): ReturnType<typeof writeOperation>
  /** Secrets that came with an answer to a join. */
  learn(epochs: readonly HeldEpoch[]): Promise<void>
  /** Everything typed is handed over, as far as it can be. */
  flush(): Promise<void>
}

export interface DeviceWorld {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  readonly crypto: Crypto
  readonly oracle: SimulationOracle
  /** Keys are changed and handed on (K1–K3). */
  readonly hasKeyDuties?: boolean
  onSaw(behaviour: string): void
  isRelayLink(link: Link): boolean
  /** What others know of who is a member may have changed. */
  onMembership(device: SimulatedDevice): void
  onDown(device: SimulatedDevice): void
}

export interface DeviceOptions {
  readonly name?: string
  /** Its disk says that something is safe before it is: what came last may be gone after a power cut. */
  readonly isLossy?: boolean
}

/** What somebody who comes in by this device is boxed in the log, and told in the answer; nobody comes in where it lacks one. */
export function handedOn(state: MembershipState, device: SimulatedDevice) {
  const { keys } = device.replica()
  const boxed = secretsToHandOn(state, keys)
  const told = secretsOfAnswer(state, keys).map((secret) => ({ secret, tag: epochTag(keys.workspaceId, secret) }))
  return boxed && { boxed, told }
}

const ringOf = ({ workspaceId, tagKey }: CastDevice['keys'], epochs: readonly HeldEpoch[]) =>
  createKeyRing(workspaceId, tagKey, epochs)

/** Commits that a lossy disk may still lose. */
const UNSAFE_COMMITS = 4

export function createSimulatedDevice(
  world: DeviceWorld,
  cast: CastDevice,
  disk: MemoryDisk,
  { name = cast.name, isLossy = false }: DeviceOptions = {},
): SimulatedDevice {
  const { clock, crypto, oracle } = world
  const random = world.random.fork()
  const deviceId = cast.keys.device.publicKey as DeviceId
  let running: { replica: Replica; engine: SyncEngine; store: WorkspaceStore } | undefined
  let powerCut: PowerCut | undefined
  let keeper: KeyKeeper | undefined
  /** In the vault, which no power cut touches. */
  let epochs: readonly HeldEpoch[] = cast.keys.epochs
  /** What a lossy disk held before its last commits, oldest first. */
  const safe: MemoryDisk[] = []

  /** The power is gone, and with it what the disk had not written. */
  function loseCommits(): void {
    const before = safe.length > 0 ? random.pick(safe) : undefined
    if (!before) return
    world.onSaw('a disk loses commits')
    restoreMemoryDisk(disk, before)
    safe.length = 0
    device.saved.splice(0, device.saved.length, ...device.saved.filter(({ entry }) => device.isOnDisk(entry)))
  }

  const own = (entry: SealedEntry, replica: Replica): boolean => {
    const device = replica.deviceOf({ ...entry.header, id: entry.id })
    return device !== undefined && toHex(device) === toHex(cast.keys.device.publicKey)
  }

  const isFirstLife = ({ header }: SealedEntry): boolean =>
    sameBytes(header.chain, chainTag(cast.keys.tagKey, cast.keys.device.publicKey as DeviceId, 0, header.channel))

  /** Entries that are on disk although nobody was told. */
  function noteWritten(stored: readonly StoredEntry[]): void {
    for (const item of stored) {
      const entry = storedToEntry(item)
      if (running && entry.ok && own(entry.value, running.replica))
        oracle.wrote(name, entry.value, 'honest', running.replica.keys)
    }
  }

  /** A store whose power may go. */
  function fallible(store: WorkspaceStore): WorkspaceStore {
    return {
      ...store,
      async commit(commit) {
        if (isLossy && commit.entries.length > 0) {
          safe.push(copyMemoryDisk(disk))
          if (safe.length > UNSAFE_COMMITS) safe.shift()
        }
        if (!powerCut || commit.entries.length === 0) return store.commit(commit)
        world.onSaw(`power cut ${powerCut}`)
        if (powerCut === 'after-commit' && (await store.commit(commit)).ok) noteWritten(commit.entries)
        powerCut = undefined
        device.kill()
        loseCommits()
        return new Promise(() => {})
      },
    }
  }

  /** As in the app: opens what the log hands out, hands on what others miss, begins an epoch when one is due. */
  const keepKeys = (replica: Replica): KeyKeeper =>
    createKeyKeeper({
      ...{ replica, device: deviceId, exchange: cast.keys.exchange, crypto, clock, random },
      async save(held) {
        epochs = held
      },
      operate: (make) => writeOperation(replica, deviceId, make),
      onChange() {},
    })

  const device: SimulatedDevice = {
    name,
    cast,
    disk,
    tabs: [],
    refusals: [],
    blamed: [],
    saved: [],
    isUp: () => running !== undefined,
    isOnDisk: ({ header, id }) =>
      [...disk.workspaces.values()].some(({ chains }) =>
        chains.get(toHex(header.chain))?.some((stored) => sameBytes(stored.id, id)),
      ),
    replica() {
      if (!running) throw new Error(`${name} is down`)
      return running.replica
    },
    engine() {
      if (!running) throw new Error(`${name} is down`)
      return running.engine
    },
    async start() {
      const store = fallible(await storeOn(disk, cast.keys, isLossy ? 'relaxed' : 'strict'))
      let isCurrent = (): boolean => true
      let engine: SyncEngine | undefined
      const replica: Replica = await openReplica(
        { crypto, clock, random, store, keys: ringOf(cast.keys, epochs), device: cast.keys.device },
        {
          onStored(run) {
            for (const entry of run) {
              if (own(entry, replica)) {
                oracle.wrote(name, entry, 'honest', replica.keys)
                if (!isFirstLife(entry)) world.onSaw('a new life')
              } else if (!oracle.isWritten(entry.id)) oracle.complain(`${name} stored what nobody wrote`)
            }
            if (run.some(({ header }) => header.lane === 'log')) keeper?.changed()
            engine?.committed(run)
          },
          onAccepted(content) {
            oracle.checkAccepted(content)
            if (isCurrent()) for (const tab of device.tabs) tab.take(content)
          },
          onMembership() {
            keeper?.changed()
            world.onMembership(device)
          },
          onRebuilt(channel: ChannelTag) {
            world.onSaw('rebuilt')
            if (isCurrent()) for (const tab of device.tabs) void tab.reload(channel)
          },
          onRefused(refusal) {
            device.refusals.push(refusal)
            world.onSaw(`refusal ${refusal.type}`)
          },
          onStorageError: ({ type }) => world.onSaw(type),
          onCovered(chain) {
            world.onSaw('a segment for entries')
            engine?.reached(chain)
          },
          onFolded: () => world.onSaw('folded'),
        },
        { entries: 4, fewest: 2 },
      )
      engine = createSyncEngine({
        source: {
          ...replica,
          async receive(run) {
            const reception = await replica.receive(run)
            if (reception.type === 'waiting') world.onSaw('overtaking')
            return reception
          },
        },
        clock,
        random,
        onBlame(link: Link, fault) {
          device.blamed.push(fault)
          world.onSaw(`blame ${fault.type}`)
          if (fault.type === 'bad-entry' && !world.isRelayLink(link))
            oracle.complain(`${name} blames an honest device: ${fault.reason}`)
        },
      })
      const started = { replica, engine, store }
      running = started
      isCurrent = () => running === started
      if (world.hasKeyDuties) keeper = keepKeys(replica)
      keeper?.changed()
    },
    kill() {
      if (!running) return
      const { engine, store } = running
      running = undefined
      powerCut = undefined
      keeper?.close()
      keeper = undefined
      store.close()
      for (const tab of device.tabs.splice(0)) tab.close()
      world.onDown(device)
      engine.close()
    },
    cutPowerAt(moment) {
      powerCut = moment
    },
    async openTab(channel, slot) {
      const tab = await openSimulatedTab(device.replica(), channel, slot, {
        onSaved(entry, words) {
          for (const word of words) device.saved.push({ word, entry })
        },
        onFailed: (reason) => world.onSaw(`append ${reason}`),
        onFault: (what) => oracle.complain(`${name}: ${what}`),
      })
      device.tabs.push(tab)
      return tab
    },
    operate: (make) => writeOperation(device.replica(), deviceId, make),
    async learn(handed) {
      epochs = unitedEpochs(epochs, handed)
      for (const epoch of handed) running?.replica.keys.add(epoch)
      await running?.replica.addEpoch()
    },
    async flush() {
      await Promise.all(device.tabs.map((tab) => tab.flush()))
    },
  }
  return device
}
