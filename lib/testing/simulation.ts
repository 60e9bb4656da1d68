/**
 * Some minutes in the life of a team, made up from a seed and lived through in virtual time: people type, go offline,
 * lose power and come back, over bad roads and a carrier that cheats. After every step the oracle looks at what must be
 * true always; at the end everybody must have come to the same state.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'
import { canonicalState } from '#lib/document/encode-state'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { listPages, setTitle } from '#lib/document/workspace-index'
import { bodyChannelName, indexChannelName, logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import { copyMemoryDisk, type MemoryDisk } from '#lib/storage/memory-storage'
import { changeAtRandom } from '#lib/testing/change-at-random'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { CAST_BEGINS_AT, type Cast, createSeededCrypto, keyRingOf } from '#lib/testing/simulation-cast'
import { createSimulatedDevice, type DeviceWorld, type SimulatedDevice } from '#lib/testing/simulation-device'
import { countedEntries } from '#lib/testing/simulation-forks'
import { createSimulatedNetwork } from '#lib/testing/simulation-network'
import { createSimulationOracle } from '#lib/testing/simulation-oracle'
import { createSimulatedRelay, RELAY_MOODS } from '#lib/testing/simulation-relay'
import { deleteWord, type SimulatedTab, typeWord, wordsOn } from '#lib/testing/simulation-tab'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { encodeOperation } from '#lib/workspace/operation-format'

export interface SimulationOptions {
  readonly steps?: number
  /** Whether profiles are copied and set back, so that devices fork their own chains; true unless told. */
  readonly copies?: boolean
}

/** How long everybody may take to come to the same state once the roads are good. */
const PATIENCE_MS = 300_000

/** Throws where something was not as it must be; returns which behaviours occurred. */
export async function liveThrough(cast: Cast, seed: number, options: SimulationOptions = {}): Promise<Set<string>> {
  const random = createSeededRandom(seed)
  const clock = createVirtualClock(CAST_BEGINS_AT)
  const saw = new Set<string>()
  const onSaw = (behaviour: string): void => void saw.add(behaviour)
  const [founder] = cast.devices
  if (!founder) throw new Error('an empty cast')
  const { tagKey } = founder.keys
  const oracle = createSimulationOracle(keyRingOf(founder.keys))
  for (const entry of cast.entries) oracle.wrote('cast', entry)
  const relay = createSimulatedRelay(clock, random.fork(), onSaw)
  const network = createSimulatedNetwork({ clock, random: random.fork(), relay, onSaw })
  const world: DeviceWorld = {
    clock,
    random,
    crypto: createSeededCrypto(random.fork()),
    oracle,
    onSaw,
    onMembership: (device) => device.isUp() && network.judgeTrust(device),
    onDown: (device) => network.drop(device),
  }
  const size = 3 + random.below(4)
  const devices = random
    .shuffle(cast.devices)
    .slice(0, size)
    .map((one) => createSimulatedDevice(world, one, copyMemoryDisk(one.disk)))
  /** By the name of a copy of a profile: whose keys it writes with. */
  const deviceNames = new Map<string, string>()
  for (const device of devices) await device.start()
  const channels: readonly ChannelName[] = [...cast.pages.map(bodyChannelName), indexChannelName]
  const [wordPage] = channels
  const deleted = new Set<number>()
  let words = 0

  /** What the power interrupts never ends, so nothing is waited for longer than it can take. */
  async function begin(work: Promise<unknown>): Promise<void> {
    let fault: unknown
    work.catch((error) => {
      fault = error
    })
    await clock.settle()
    if (fault) throw fault
  }
  /** In some histories profiles are copied and set back all the time. */
  const isClumsy = random.chance(0.3)
  const backups = new Map<SimulatedDevice, MemoryDisk>()
  /** Somebody's profile is set back to what a backup holds, or lives on twice. */
  async function restore(device: SimulatedDevice): Promise<void> {
    if (options.copies === false) return
    const backup = backups.get(device)
    if (!backup) return void backups.set(device, copyMemoryDisk(device.disk))
    backups.delete(device)
    const isTwice = random.chance(0.5)
    onSaw(isTwice ? 'copied profile' : 'restored backup')
    const name = `${device.name} again`
    const restored = createSimulatedDevice(world, device.cast, copyMemoryDisk(backup), name)
    if (!isTwice) {
      device.kill()
      devices.splice(devices.indexOf(device), 1)
    }
    devices.push(restored)
    deviceNames.set(name, deviceNames.get(device.name) ?? device.name)
    await restored.start()
  }

  const up = (): SimulatedDevice[] => devices.filter((device) => device.isUp())

  async function tabOf(device: SimulatedDevice, name: ChannelName): Promise<SimulatedTab> {
    const open = device.tabs.filter((tab) => sameBytes(tab.name, name))
    if (open.length > 0 && random.chance(0.95)) return random.pick(open)
    if (open.length >= 2) return random.pick(open)
    return device.openTab(name, open.length)
  }

  /** Somebody does something to a document. */
  async function write(device: SimulatedDevice): Promise<void> {
    const name = random.chance(0.6) ? wordPage : random.pick(channels)
    if (!name) return
    const tab = await tabOf(device, name)
    if (!tab.mayWrite()) return onSaw('a reader wants to write')
    if (name === wordPage) {
      const standing = wordsOn(tab.doc())
      if (standing.length > 4 && random.chance(0.15)) {
        const word = random.pick(standing)
        deleted.add(word)
        tab.edit((doc) => deleteWord(doc, word))
      } else {
        const word = ++words
        tab.edit((doc) => typeWord(doc, word, random), [word])
      }
    } else if (name === indexChannelName) {
      tab.edit((doc) => {
        const [page] = listPages(doc).pages
        if (page) setTitle(doc, page.id, random.pick(['Minutes', 'Notes', 'Plan', 'Plan B']))
      })
    } else tab.edit((doc) => changeAtRandom(doc, random))
    if (random.chance(0.85)) await begin(tab.flush())
  }

  async function operate(device: SimulatedDevice): Promise<void> {
    const name = `${device.name} ${random.below(100)}`
    const operation = random.chance(0.7)
      ? ({ type: 'profile.set', name, paper: undefined } as const)
      : ({ type: 'workspace.rename', name } as const)
    const done = device.replica().append({ channel: logChannelName, ...encodeOperation(operation) })
    await begin(done.then((result) => onSaw(result.ok ? 'operation' : `operation ${result.error.type}`)))
  }

  /** Caches are written, and own entries folded as far as they were judged (S0). */
  async function spareTime(device: SimulatedDevice): Promise<void> {
    await begin(device.replica().tidy(random.pick(['busy', 'quiet', 'end'])))
    for (let i = 0; i < 4 && device.isUp(); i++) await begin(device.replica().fold())
  }

  async function step(): Promise<void> {
    const awake = up()
    const device = awake.length > 0 ? random.pick(awake) : undefined
    const dice = random.below(100)
    if (!device) return
    if (isClumsy && devices.length < 8 && random.chance(0.15)) return restore(device)
    if (dice < 52) await write(device)
    else if (dice < 55) for (let i = 0; i < 6 && device.isUp(); i++) await write(device)
    else if (dice < 58) await operate(device)
    else if (dice < 62) await begin(device.flush())
    else if (dice < 66) network.disturb()
    else if (dice < 68) network.part(devices)
    else if (dice < 71) {
      onSaw('killed')
      device.kill()
    } else if (dice < 74) device.cutPowerAt(random.chance(0.5) ? 'before-commit' : 'after-commit')
    else if (dice < 77) {
      onSaw('disk full')
      device.disk.full = true
    } else if (dice < 82) for (const one of devices) one.disk.full = false
    else if (dice < 86) relay.setMood(random.pick(RELAY_MOODS))
    else if (dice < 89) network.replay()
    else if (dice < 92) await spareTime(device)
    else if (dice < 95 && devices.length < 8) await restore(device)
    else for (const one of devices) if (!one.isUp()) await restart(one)
  }

  async function restart(device: SimulatedDevice): Promise<void> {
    device.disk.full = false
    await device.start()
    onSaw('restart')
  }

  /** What must be true of this device now. */
  async function inspect(device: SimulatedDevice, channel: ChannelName): Promise<void> {
    const opened = await device.replica().open(channel)
    if (!opened.ok) return oracle.complain(`${device.name}: cannot open a channel`)
    oracle.checkCopy(device.name, device.replica(), opened.value.channel, opened.value.state)
    opened.value.release()
    const judged = oracle.judged(device.replica())
    for (const { word, entry } of device.saved) {
      if (!judged.has(toHex(entry.id)) && !device.refusals.some(({ type }) => type === 'held-back'))
        oracle.complain(`${device.name}: word ${word} was saved and is gone`)
    }
    for (const { type, device: author, reason } of device.refusals) {
      if (type === 'void')
        oracle.complain(`${device.name}: an honest entry of ${toHex(author).slice(0, 8)} is void: ${reason}`)
    }
  }

  const stateOf = async (device: SimulatedDevice, name: ChannelName): Promise<Uint8Array> => {
    const opened = await device.replica().open(name)
    if (!opened.ok) throw new Error('not opened')
    opened.value.release()
    const doc = createQuietDoc()
    applyAcceptedV2(doc, opened.value.state)
    return canonicalState(doc)
  }
  const held = (device: SimulatedDevice): string => {
    const heads = [...device.replica().heads(), ...device.replica().judgedHeads()]
    return heads
      .map(({ chain, seq, id }) => `${toHex(chain)} ${seq} ${toHex(id)}`)
      .sort()
      .join()
  }
  const shown = async (device: SimulatedDevice): Promise<string> =>
    (await Promise.all(channels.map(async (name) => toHex(await stateOf(device, name))))).join()
  async function hasConverged(): Promise<boolean> {
    if (new Set(devices.map(held)).size > 1) return false
    return new Set(await Promise.all(devices.map(shown))).size === 1
  }

  /** What everybody counts is what E3 says, read literally. */
  async function checkForks(): Promise<Set<string>> {
    const all = new Set<string>()
    const replicas = devices.map((device) => device.replica())
    for (const name of channels) {
      const channel = channelTag(tagKey, name)
      const entries = oracle.held(replicas, channel)
      const counted = countedEntries(
        entries,
        ({ by }) => by.split(' ')[0] ?? by,
        (item) => deviceNames.get(item.by) ?? item.by,
      )
      if (counted.size < entries.length) onSaw('held back')
      for (const id of counted) all.add(id)
      for (const replica of replicas) {
        const judged = [...oracle.judged(replica, channel).keys()]
        if (judged.length !== counted.size || judged.some((id) => !counted.has(id)))
          throw new Error('other entries count than E3 says')
      }
    }
    return all
  }

  for (let i = 0; i < (options.steps ?? 45); i++) {
    for (let tries = 0; tries < 2; tries++) {
      const [a, b] = [random.pick(devices), random.pick(devices)]
      network.join(a, random.chance(0.3) ? 'relay' : b)
    }
    await step()
    await clock.advance(random.below(random.chance(0.1) ? 8000 : 900))
    const awake = up()
    if (awake.length > 0) await inspect(random.pick(awake), random.pick(channels))
    oracle.verdict()
  }

  network.heal()
  relay.setMood('honest')
  for (const device of devices) {
    device.disk.full = false
    if (!device.isUp()) await restart(device)
    await begin(device.flush())
  }
  let waited = 0
  for (; waited < PATIENCE_MS; waited += 5000) {
    for (let i = 1; i < devices.length; i++) {
      const [a, b] = [devices[i - 1], devices[i]]
      if (a && b) network.join(a, b)
    }
    await clock.advance(5000)
    for (const device of devices) {
      if (!device.isUp()) await restart(device)
      await begin(device.flush())
    }
    if (await hasConverged()) break
  }
  for (const device of devices) for (const name of channels) await inspect(device, name)
  oracle.verdict()
  if (!(await hasConverged())) throw new Error('the copies differ after all')
  const counted = await checkForks()
  await checkWords(devices, deleted, counted, wordPage)
  checkMembership(devices)
  for (const device of devices) device.kill()
  return saw
}

/** Every word that was said to be saved stands exactly once on everybody's page, unless somebody took it away. */
async function checkWords(
  devices: readonly SimulatedDevice[],
  deleted: ReadonlySet<number>,
  counted: ReadonlySet<string>,
  page: ChannelName | undefined,
): Promise<void> {
  if (!page) return
  const expected = devices
    .flatMap(({ saved }) => saved)
    .filter(({ word, entry }) => !deleted.has(word) && counted.has(toHex(entry.id)))
    .map(({ word }) => word)
  for (const device of devices) {
    const opened = await device.replica().open(page)
    if (!opened.ok) throw new Error('not opened')
    opened.value.release()
    const doc = createQuietDoc()
    applyAcceptedV2(doc, opened.value.state)
    const standing = wordsOn(doc)
    for (const word of expected) {
      const times = standing.filter((other) => other === word).length
      if (times !== 1) throw new Error(`${device.name}: word ${word} stands ${times} times on the page`)
    }
    for (const tab of device.tabs) {
      if (!sameBytes(tab.name, page)) continue
      if (!sameBytes(canonicalState(tab.doc()), canonicalState(doc))) throw new Error(`${device.name}: a tab differs`)
    }
  }
}

function checkMembership(devices: readonly SimulatedDevice[]): void {
  const states = devices.map((device) => plainOf(device.replica().membership.current()))
  if (new Set(states).size > 1) throw new Error('membership differs')
}

const plainOf = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    if (item instanceof Uint8Array) return toHex(item)
    return item instanceof Map ? [...item] : item
  })
